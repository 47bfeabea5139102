/** The format of what is stored on disk, and how older formats become newer ones. */
import type { StoredRecord } from './store.js';

/** A step from one format to the next, record by record. */
export interface Migration {
  /** The format it reads; it gives format `from + 1`. */
  from: number;
  migrate(collection: string, record: StoredRecord): StoredRecord;
}

/** Every step ever made, oldest first. The format written today is one above the last. */
export const MIGRATIONS: readonly Migration[] = [];

/** The format that a list of migrations leads to; the first format was 1. */
export function latestFormat(migrations: readonly Migration[]): number {
  return migrations.length + 1;
}

/** Brings a record of an older format up to date; one of the latest format comes back as it is. */
export function upgrade(
  migrations: readonly Migration[],
  format: number,
  collection: string,
  record: StoredRecord,
): StoredRecord {
  return migrations
    .filter((migration) => migration.from >= format)
    .reduce((upgraded, migration) => migration.migrate(collection, upgraded), record);
}
