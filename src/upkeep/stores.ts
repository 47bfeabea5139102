/** The store that a configuration names, for the commands that care for it. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { BridgeConfig } from '../config/schema.js';
import { openLowdbStore } from '../store/lowdb.js';
import { assertState, readLowdbStore } from '../store/lowdb-reader.js';
import type { Store } from '../store/store.js';

/** As the configuration says where the state is. */
export type Place = Pick<BridgeConfig, 'state' | 'store'>;

/** What messages call it; the address of a database is a secret. */
export function nameOfStore({ state, store }: Place): string {
  return store === undefined ? `the state in ${state}` : 'the state in PostgreSQL';
}

/** Whether both say the same folder, or the same address of a database. */
export async function isSamePlace(one: Place, other: Place): Promise<boolean> {
  if (one.store !== undefined || other.store !== undefined)
    return one.store?.postgres.url === other.store?.postgres.url;
  const real = (folder: string) => realpath(folder).catch(() => path.resolve(folder));
  return (await real(one.state)) === (await real(other.state));
}

/**
 * To be moved elsewhere: one in files is locked, so that nobody writes to it meanwhile, and brought in order first.
 * @throws BridgeError STORE_MISSING where there is no state, and the other codes of the store
 */
export async function openStoreToMove(place: Place): Promise<Store> {
  if (place.store !== undefined) return openStoreForReading(place);
  // Opening would make one.
  await assertState(place.state);
  return openLowdbStore({ folder: place.state });
}

/**
 * To be read, also while a `serve` uses it: what was acknowledged at one moment. Writes nothing, and needs no right to.
 * @throws BridgeError STORE_MISSING where there is no state, and the other codes of the store
 */
export async function openStoreForReading({ state, store }: Place): Promise<Store> {
  if (store === undefined) return readLowdbStore({ folder: state });
  // Loaded only where it is wanted, as in `openStore`.
  const { readPostgresStore } = await import('../store/postgres/postgres.js');
  return readPostgresStore({ url: store.postgres.url });
}
