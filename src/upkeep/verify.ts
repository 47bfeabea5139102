/** `state verify`: every file and checksum or every record, and whether the records fit together. Changes nothing. */
import type { BridgeError } from '../errors.js';
import { indexPerson } from '../identity/match-keys.js';
import { COLLECTIONS } from '../server/bridge/collections.js';
import { isUnreadable } from '../store/errors.js';
import { nodeFileSystem } from '../store/files.js';
import type { Holding, IndexKeys, StoredRecord } from '../store/store.js';
import { type FileFinding, type FilesVerified, verifyFiles } from '../store/verify-files.js';
import { checkReferences, type ReferenceFinding } from './references.js';
import { openStoreForReading, type Place } from './stores.js';

export interface StateVerified {
  /** Files looked at. */
  files: number;
  damaged: FileFinding[];
  /** What the state holds; empty when it cannot be read. */
  holdings: Holding[];
  references: ReferenceFinding[];
  /** Why the state as a whole cannot be read; null when it can, damaged files rebuilt from the journal included. */
  unreadable: BridgeError | null;
}

/**
 * Looks at every file of a state folder; in PostgreSQL, whose files are its own affair, at every record and what it is found by.
 * @throws BridgeError STORE_MISSING, STORE_READ_ONLY, STORE_IO, STORE_UNAVAILABLE
 */
export async function verifyState(place: Place): Promise<StateVerified> {
  const nothing: FilesVerified = { files: 0, findings: [] };
  const { files, findings: damaged } =
    place.store === undefined ? await verifyFiles(nodeFileSystem, place.state) : nothing;
  try {
    const store = await openStoreForReading(place);
    try {
      const holdings = await store.holdings();
      // Records that are not what they should be cannot be compared with each other.
      const damages = await checkRecords(place);
      const references = damages.length > 0 ? damages : await checkReferences(store);
      return { files, damaged, holdings, references, unreadable: null };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { files, damaged, holdings: [], references: [], unreadable: error };
  }
}

/** Files have checksums over all that they hold; records in a database are looked at one by one. */
async function checkRecords({ store }: Place): Promise<ReferenceFinding[]> {
  if (store === undefined) return [];
  const { verifyRecords } = await import('../store/postgres/verify.js');
  const keysOf = (collection: string) =>
    collection === COLLECTIONS.people ? (indexPerson as unknown as IndexKeys<StoredRecord>) : undefined;
  const findings = await verifyRecords(store.postgres.url, keysOf);
  return findings.map((each) => ({ severity: 'error', ...each }));
}

/** Whether nothing is wrong: what is merely not there yet is no fault. */
export function isSound({ damaged, references, unreadable }: StateVerified): boolean {
  return unreadable === null && [...damaged, ...references].every(({ severity }) => severity === 'notice');
}
