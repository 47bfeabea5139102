/** The store that a configuration names, for the commands that care for it. */
import type { BridgeConfig } from '../config/schema.js';
import { readLowdbStore } from '../store/lowdb-reader.js';
import { openStore } from '../store/open.js';
import type { Store } from '../store/store.js';

/** As the configuration says where the state is. */
export type Place = Pick<BridgeConfig, 'state' | 'store'>;

/** What messages call it; the address of a database is a secret. */
export function nameOfStore({ state, store }: Place): string {
  return store === undefined ? `the state in ${state}` : 'the state in PostgreSQL';
}

/** To be read, also while a `serve` uses it: what was acknowledged at one moment. */
export function openStoreForReading(place: Place): Promise<Store> {
  return place.store === undefined ? readLowdbStore({ folder: place.state }) : openStore(place);
}
