/**
 * The records of one collection during a run: read once, changed in memory. Changes that are asked for at the same time are
 * stored in one write, so that the intents of a whole bulk request cost no more than one (R21), and several targets can
 * acknowledge links of the same person at once without disturbing each other.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { isInTime } from '../store/in-time.js';
import { readById } from '../store/read-all.js';
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

interface Update<T> {
  id: string;
  change: (current: T | undefined) => T;
  resolve(): void;
  reject(error: unknown): void;
}

/** Reads every record of `collection` into memory. */
export async function openRecordBook<T extends StoredRecord>(
  collection: Collection<T>,
): Promise<RecordBook<T>> {
  const records = await readById(collection);
  const waiting: Update<T>[] = [];
  let isWriting = false;

  const put = async (changed: readonly T[]) => {
    for (const stored of await collection.put(changed)) records.set(stored.id, stored);
  };

  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      await nextTurn();
      await writeTogether(waiting.splice(0));
    }
    isWriting = false;
  }

  /** All of them in one write; one by one when somebody else wrote one of the records meanwhile. */
  async function writeTogether(updates: readonly Update<T>[]): Promise<void> {
    const changed = new Map<string, T>();
    const applied = updates.filter((update) => {
      try {
        changed.set(update.id, update.change(changed.get(update.id) ?? records.get(update.id)));
        return true;
      } catch (error) {
        update.reject(error);
        return false;
      }
    });
    try {
      if (await isInTime(() => put([...changed.values()]))) for (const { resolve } of applied) resolve();
      else for (const update of applied) await revise(update).then(update.resolve, update.reject);
    } catch (error) {
      for (const { reject } of applied) reject(error);
    }
  }

  async function revise({ id, change }: Update<T>): Promise<void> {
    while (!(await isInTime(() => put([change(records.get(id))])))) {
      const current = await collection.get(id);
      if (current === undefined) records.delete(id);
      else records.set(id, current);
    }
  }

  return {
    get: (id) => records.get(id),
    values: () => records.values(),
    put,
    update: (id, change) =>
      new Promise((resolve, reject) => {
        waiting.push({ id, change, resolve, reject });
        if (isWriting) return;
        isWriting = true;
        void writeWaiting();
      }),
  };
}
