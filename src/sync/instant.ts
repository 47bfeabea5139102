/** The instant for which a run judges every date. */
import type { Clock } from '../clock.js';
import { BridgeError } from '../errors.js';

/** A date or a date and time; engines read far more than that as one, `5` as a day of 2001. */
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

/** @returns the instant asked about, ISO; the present one when none is. @throws BridgeError INSTANT_INVALID */
export function instantOf(at: string | undefined, clock: Clock): string {
  if (at === undefined) return new Date(clock.now()).toISOString();
  const instant = INSTANT.test(at) ? Date.parse(at) : Number.NaN;
  if (!Number.isNaN(instant)) return new Date(instant).toISOString();
  throw new BridgeError('INSTANT_INVALID', 'The instant asked about is no date and time.', {
    remedy: 'Write it as in 2026-11-21T00:00:00+01:00 or 2026-11-21.',
    exitCode: 2,
  });
}

/** Time zones and clocks that are a little off are no reason to refuse. */
const FAR_AHEAD_MS = 24 * 3_600_000;

/** A plan may look ahead as far as it likes; what a push writes is real now. @throws BridgeError INSTANT_AHEAD */
export function refuseFarAhead(at: string, clock: Clock): void {
  if (Date.parse(at) - clock.now() <= FAR_AHEAD_MS) return;
  throw new BridgeError(
    'INSTANT_AHEAD',
    `A push as of ${at} would do today what is due then: accounts would close before the last day worked.`,
    {
      remedy:
        'Use plan --at to look ahead, or push without --at. If it is meant, say so with --ahead (ahead: true in code).',
      exitCode: 2,
    },
  );
}
