/**
 * The records of one collection during a run: read once, changed in memory, written one after the other per record, so
 * that several targets can acknowledge links of the same person at once without disturbing each other.
 */
import { isInTime } from '../server/bridge/store-conflict.js';
import type { Collection, StoredRecord } from '../store/store.js';

export interface RecordBook<T extends StoredRecord> {
  get(id: string): T | undefined;
  values(): IterableIterator<T>;
  /** Stores the records durably as they are and makes them the current ones. */
  put(records: readonly T[]): Promise<void>;
  /**
   * Applies `change` to the current record (undefined when there is none yet) and stores the result durably. When somebody else,
   * an IdP through the endpoint, wrote the record since it was read, `change` is applied to what that one wrote.
   */
  update(id: string, change: (current: T | undefined) => T): Promise<void>;
}

/** Reads every record of `collection` into memory. */
export async function openRecordBook<T extends StoredRecord>(
  collection: Collection<T>,
): Promise<RecordBook<T>> {
  const records = new Map<string, T>();
  for await (const record of collection.list()) records.set(record.id, record);
  const lastWrite = new Map<string, Promise<void>>();

  const put = async (changed: readonly T[]) => {
    for (const stored of await collection.put(changed)) records.set(stored.id, stored);
  };

  const revise = async (id: string, change: (current: T | undefined) => T) => {
    while (!(await isInTime(() => put([change(records.get(id))])))) {
      const current = await collection.get(id);
      if (current === undefined) records.delete(id);
      else records.set(id, current);
    }
  };

  return {
    get: (id) => records.get(id),
    values: () => records.values(),
    put,
    update(id, change) {
      const before = lastWrite.get(id) ?? Promise.resolve();
      const write = before.catch(() => {}).then(() => revise(id, change));
      lastWrite.set(id, write);
      return write.finally(() => {
        if (lastWrite.get(id) === write) lastWrite.delete(id);
      });
    },
  };
}
