/** Tries whether the state can be read and written now, for the health of a bridge: when nobody uses it, nothing else would tell. */
import type { StoreFault, WatchedStore } from '../store/fault-watch.js';
import type { Collection, StoredRecord } from '../store/store.js';

const TRY_AGAIN_AFTER_MS = 10_000;
/** Probes give up soon. */
export const ANSWER_WITHIN_MS = 3_000;
const ID = 'check';
const NO_ANSWER = {
  code: 'STORE_UNAVAILABLE',
  remedy:
    'Look at the database or disk that holds the state: it takes what it is asked, and does not answer.',
};

export interface StoreCheckOptions {
  /** Of its own. */
  collection: Pick<Collection<StoredRecord>, 'get' | 'put'>;
  /** Of the store in which the collection is: how the try ended is seen there. */
  fault: WatchedStore['fault'];
  /** Milliseconds. */
  now: () => number;
}

/**
 * Reads a record of its own, and, to see whether a fault is over, writes it; every ten seconds at most. Never rejects.
 * @returns why nothing can be stored or read now; a store that does not answer within three seconds is at fault too
 */
export function createStoreCheck({
  collection,
  fault,
  now,
}: StoreCheckOptions): () => Promise<StoreFault | null> {
  let triedAt = Number.NEGATIVE_INFINITY;
  let trying: Promise<void> | undefined;
  const attempt = async () => {
    const known = await collection.get(ID);
    if (fault() !== null) await collection.put([{ id: ID, version: known?.version ?? 0 }]);
  };
  return async () => {
    if (trying === undefined && now() - triedAt >= TRY_AGAIN_AFTER_MS) {
      triedAt = now();
      trying = attempt()
        .catch(() => {})
        .finally(() => {
          trying = undefined;
        });
    }
    const silent = { ...NO_ANSWER, since: new Date(triedAt).toISOString() };
    const found = trying && (await within(ANSWER_WITHIN_MS, trying.then(fault), silent));
    return fault() ?? found ?? null;
  };
}

/** What `answer` comes to, or `otherwise` if it takes longer. */
export async function within<T>(milliseconds: number, answer: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), milliseconds);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
