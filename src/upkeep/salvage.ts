/** Ways on from a state in files that is too damaged to be opened, or too new for this version. */
import { nodeFileSystem } from '../store/files.js';
import { replaceState } from '../store/replacement.js';
import type { PlacedRecord, Store } from '../store/store.js';
import { openBackup } from './archive.js';
import { type Erasure, eraseTombstoned, listErasures } from './erasures.js';
import { listEverything } from './listing.js';
import { refuseEmpty, type Transferred } from './transfer.js';

export interface Replaced extends Transferred {
  /** The folder in which the files of the old state are kept. */
  aside: string;
}

/**
 * Puts a backup in the place of such a state, all of it or nothing. People who were erased after it was taken stay erased, as far
 * as the backup, `receipts`, or what can still be read of the old state know of it.
 * @throws BridgeError BACKUP_INVALID, STORE_TOO_NEW, and what the store throws
 */
export async function restoreOverUnreadable(
  folder: string,
  file: string,
  receipts: readonly Erasure[],
): Promise<Replaced & { takenAt: string }> {
  const { takenAt, records } = await openBackup(file);
  const replaced = await replace(folder, records, receipts);
  return { takenAt, ...replaced };
}

/**
 * Puts everything that `from` holds in the place of such a state, all of it or nothing. Whoever was erased there stays erased, as far
 * as it can still be read.
 * @param name what `from` is called in messages
 * @throws BridgeError STATE_EMPTY, and what the store throws
 */
export async function migrateOverUnreadable(from: Store, name: string, folder: string): Promise<Replaced> {
  await refuseEmpty(from, name);
  return replace(folder, listEverything(from), []);
}

/** Goes on with what can still be read of it: records may be absent, or older than what was acknowledged. */
export function salvageState(folder: string): Promise<Replaced> {
  return replace(folder, undefined, []);
}

/** @param records what the state holds afterwards; what can be read of the old one when left out */
async function replace(
  folder: string,
  records: AsyncIterable<PlacedRecord> | undefined,
  receipts: readonly Erasure[],
): Promise<Replaced> {
  const transferred: Transferred = { records: 0, erased: 0 };
  const aside = await replaceState(nodeFileSystem, folder, async (salvaged) => {
    const known = [...(await listErasures(salvaged)), ...receipts];
    const { kept, erased } = await eraseTombstoned(records ?? listEverything(salvaged), known);
    Object.assign(transferred, { records: kept.length, erased });
    return kept;
  });
  return { ...transferred, aside };
}
