/** A configuration that a program hands over. */
import { BridgeError } from '../errors.js';
import { type BridgeConfig, type BridgeConfigInput, bridgeConfigSchema } from './schema.js';

/** @throws BridgeError CONFIG_INVALID, with every setting that is wrong */
export function checkConfig(input: BridgeConfigInput): BridgeConfig {
  const result = bridgeConfigSchema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'config'}: ${message}`,
  );
  throw new BridgeError('CONFIG_INVALID', `The configuration cannot be used: ${faults.join('; ')}.`, {
    remedy: 'docs/configuration.md lists every setting.',
    exitCode: 2,
  });
}
