/** The log of a command: JSON lines on standard error. */
import { type Logger, levels, pino } from 'pino';
import { BridgeError } from '../errors.js';

/**
 * @param level when LUCCA_SCIM_LOG says nothing
 * @throws BridgeError LOG_LEVEL_UNKNOWN (exit code 2)
 */
export function createLog(level: string): Logger {
  const wanted = process.env.LUCCA_SCIM_LOG ?? level;
  const known = [...Object.keys(levels.values), 'silent'];
  if (known.includes(wanted)) return pino({ level: wanted }, pino.destination(2));
  throw new BridgeError('LOG_LEVEL_UNKNOWN', 'LUCCA_SCIM_LOG is no level of the log.', {
    remedy: `Set it to one of ${known.join(', ')}, or not at all.`,
    exitCode: 2,
  });
}
