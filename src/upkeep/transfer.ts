/** Moves everything into a store: from a backup, or from another store. */
import type { PlacedRecord, Store } from '../store/store.js';
import { openState } from '../sync/state.js';
import { openBackup } from './archive.js';
import { type Erasure, eraseTombstoned, listErasures } from './erasures.js';
import { stateEmpty, stateNotEmpty } from './errors.js';
import { listEverything } from './listing.js';

export interface TransferOptions {
  /** What `store` is called in messages: a folder, or an address without its password. */
  name: string;
  /** Whether everything that the store holds gives way. */
  replace: boolean;
}

export interface Transferred {
  records: number;
  /** People who were in what was brought, and were erased since: they are not brought back. */
  erased: number;
}

/**
 * Puts a backup into a store, all of it or nothing. People who were erased after it was taken stay erased, as far as the store,
 * the backup or `receipts` know of it.
 * @throws BridgeError STATE_NOT_EMPTY, BACKUP_INVALID, STORE_TOO_NEW
 */
export async function restore(
  store: Store,
  file: string,
  options: TransferOptions & { receipts?: readonly Erasure[] },
): Promise<Transferred & { takenAt: string }> {
  await refuseUnlessEmpty(store, options);
  const { takenAt, records } = await openBackup(file);
  const known = [...(await listErasures(store)), ...(options.receipts ?? [])];
  return { takenAt, ...(await fill(store, records, known)) };
}

/**
 * Puts everything that `from` holds into `to`, all of it or nothing. Whoever was erased in `to` stays erased.
 * @param options.from what `from` is called in messages
 * @throws BridgeError STATE_EMPTY, STATE_NOT_EMPTY
 */
export async function migrate(
  from: Store,
  to: Store,
  options: TransferOptions & { from: string },
): Promise<Transferred> {
  await refuseEmpty(from, options.from);
  await refuseUnlessEmpty(to, options);
  return fill(to, listEverything(from), await listErasures(to));
}

/** Nothing in the place of something is no move: it is the wrong folder or database. @throws BridgeError STATE_EMPTY */
export async function refuseEmpty(from: Store, name: string): Promise<void> {
  if ((await countRecords(from)) === 0) throw stateEmpty(name);
}

async function refuseUnlessEmpty(store: Store, { name, replace }: TransferOptions): Promise<void> {
  const records = await countRecords(store);
  if (records > 0 && !replace) throw stateNotEmpty(name, records);
}

async function countRecords(store: Store): Promise<number> {
  return (await store.holdings()).reduce((sum, { count }) => sum + count, 0);
}

async function fill(
  store: Store,
  records: AsyncIterable<PlacedRecord>,
  erasures: readonly Erasure[],
): Promise<Transferred> {
  const { kept, erased } = await eraseTombstoned(records, erasures);
  // A store that keeps its indexes on the disk needs to know them before the records come.
  for (const tenant of new Set(kept.map((placed) => placed.tenant))) openState(store, tenant);
  await store.replaceAll(kept);
  // What was replaced leaves the disk with the second; a damaged state that was set aside stays.
  await store.compact();
  await store.compact();
  return { records: kept.length, erased };
}
