/** `state verify`: every file, every checksum, and whether the records fit together. Changes nothing. */
import { BridgeError } from '../errors.js';
import { nodeFileSystem } from '../store/files.js';
import type { Holding } from '../store/store.js';
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
 * Looks after its own files; how PostgreSQL keeps its is PostgreSQL's affair.
 * @throws BridgeError STORE_MISSING, STORE_READ_ONLY, STORE_IO, STORE_UNAVAILABLE
 */
export async function verifyState(place: Place): Promise<StateVerified> {
  const nothing: FilesVerified = { files: 0, findings: [] };
  const { files, findings: damaged } =
    place.store === undefined ? await verifyFiles(nodeFileSystem, place.state) : nothing;
  try {
    const store = await openStoreForReading(place);
    try {
      const [holdings, references] = [await store.holdings(), await checkReferences(store)];
      return { files, damaged, holdings, references, unreadable: null };
    } finally {
      await store.close();
    }
  } catch (error) {
    const isFinding = error instanceof BridgeError && /^STORE_(DAMAGED|TOO_NEW)$/.test(error.code);
    if (!isFinding) throw error;
    return { files, damaged, holdings: [], references: [], unreadable: error };
  }
}

/** Whether nothing is wrong: what is merely not there yet is no fault. */
export function isSound({ damaged, references, unreadable }: StateVerified): boolean {
  return (
    damaged.length === 0 && unreadable === null && references.every(({ severity }) => severity === 'notice')
  );
}
