/** The keys of some records as the columns of a table, to be handed to a statement. */
import type { IndexKeys, StoredRecord } from '../store.js';
import { encodeKey, encodeText } from './text.js';

/** @returns ids, names of indexes, and keys: as many of each as there are keys */
export function keyColumns(
  records: readonly StoredRecord[],
  keysOf: IndexKeys<StoredRecord> | undefined,
): [string[], string[], string[]] {
  const [ids, names, keys]: [string[], string[], string[]] = [[], [], []];
  for (const record of records) {
    for (const [name, values] of Object.entries(keysOf?.(record) ?? {})) {
      for (const value of values) {
        ids.push(encodeText(record.id));
        names.push(encodeText(name));
        keys.push(encodeKey(value));
      }
    }
  }
  return [ids, names, keys];
}
