/** Whether the state can be read and written now, for the health of a bridge. */
import type { Collection, StoredRecord } from '../store/store.js';
import type { WatchedStore, WriteFault } from '../store/write-watch.js';

/** A write that failed is tried again this often at most, on a record of its own. */
const TRY_AGAIN_AFTER_MS = 10_000;
const ID = 'check';

export interface StoreCheckOptions {
  /** Of its own. */
  collection: Pick<Collection<StoredRecord>, 'get' | 'put'>;
  /** Of the store in which the collection is. */
  fault: WatchedStore['fault'];
  /** Milliseconds. */
  now: () => number;
}

/**
 * Says why the last write failed; null when writes succeed, as they do again once the cause is gone, whether or not anybody else writes.
 * @throws BridgeError STORE_UNAVAILABLE and the like when the state cannot even be read
 */
export function createStoreCheck({
  collection,
  fault,
  now,
}: StoreCheckOptions): () => Promise<WriteFault | null> {
  let triedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const known = await collection.get(ID);
    if (fault() === null || now() - triedAt < TRY_AGAIN_AFTER_MS) return fault();
    triedAt = now();
    // Should it fail, that is noted where every write is.
    await collection.put([{ id: ID, version: known?.version ?? 0 }]).catch(() => {});
    return fault();
  };
}
