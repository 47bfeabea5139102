/** The store that a configuration names. */
import type { BridgeConfig } from '../config/schema.js';
import type { BridgeError } from '../errors.js';
import { openLowdbStore } from './lowdb.js';
import type { Store } from './store.js';

/**
 * Opens it to be written.
 * @param onProblem told about what went wrong without a caller to tell
 * @throws BridgeError with the codes of the store
 */
export async function openStore(
  { state, store }: Pick<BridgeConfig, 'state' | 'store'>,
  onProblem: (problem: BridgeError) => void = () => {},
): Promise<Store> {
  if (store !== undefined) {
    // Loaded by those who use it: a tenth of what a start without it takes.
    const { openPostgresStore } = await import('./postgres/postgres.js');
    return openPostgresStore({ url: store.postgres.url, onProblem });
  }
  return openLowdbStore({ folder: state, onProblem });
}
