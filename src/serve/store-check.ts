/** Tries whether the state can be read and written now, for the health of a bridge: when nobody uses it, nothing else would tell. */
import type { WatchedStore } from '../store/fault-watch.js';
import type { Collection, StoredRecord } from '../store/store.js';

const TRY_AGAIN_AFTER_MS = 10_000;
const ID = 'check';

export interface StoreCheckOptions {
  /** Of its own. */
  collection: Pick<Collection<StoredRecord>, 'get' | 'put'>;
  /** Of the store in which the collection is: how the try ended is seen there. */
  fault: WatchedStore['fault'];
  /** Milliseconds. */
  now: () => number;
}

/** Reads a record of its own, and, to see whether a fault is over, writes it; every ten seconds at most. Never rejects. */
export function createStoreCheck({ collection, fault, now }: StoreCheckOptions): () => Promise<void> {
  let triedAt = Number.NEGATIVE_INFINITY;
  const attempt = async () => {
    const known = await collection.get(ID);
    if (fault() !== null) await collection.put([{ id: ID, version: known?.version ?? 0 }]);
  };
  return async () => {
    if (now() - triedAt < TRY_AGAIN_AFTER_MS) return;
    triedAt = now();
    await attempt().catch(() => {});
  };
}
