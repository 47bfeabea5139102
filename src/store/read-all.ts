/** A collection as a whole, for those that are small or needed as a whole. */
import type { Collection, StoredRecord } from './store.js';

/** Everything in a collection, in ascending id order. */
export async function readAll<T extends StoredRecord>(collection: Pick<Collection<T>, 'list'>): Promise<T[]> {
  const records: T[] = [];
  for await (const record of collection.list()) records.push(record);
  return records;
}

/** The same, by id. */
export async function readById<T extends StoredRecord>(
  collection: Pick<Collection<T>, 'list'>,
): Promise<Map<string, T>> {
  const records = new Map<string, T>();
  for await (const record of collection.list()) records.set(record.id, record);
  return records;
}
