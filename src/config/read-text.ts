/** Configuration files as text. */
import { readFileSync } from 'node:fs';
import { BridgeError } from '../errors.js';

/** @throws BridgeError CONFIG_NOT_FOUND (exit code 2) */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new BridgeError('CONFIG_NOT_FOUND', `The configuration file ${path} cannot be read.`, {
      remedy: 'Run `lucca-scim init` to write one, or name yours with --config FILE.',
      exitCode: 2,
      cause,
    });
  }
}
