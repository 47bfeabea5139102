/** Opaque page cursors (`!…`): the place of a row in the order, so that edits between pages neither skip nor repeat rows. */
export type Key = readonly (string | number)[];

export interface Cursor {
  /** The key of the row that the page begins after, or ends before. */
  readonly key: Key;
  readonly direction: 'next' | 'prev';
  /** 1 for the first page. */
  readonly number: number;
  /** The question, without its page. */
  readonly query: string;
}

export function writeCursor(cursor: Cursor): string {
  return `!${Buffer.from(JSON.stringify(cursor)).toString('base64url')}`;
}

/** Reads a cursor; undefined when the text is none of ours. */
export function readCursor(text: string): Cursor | undefined {
  if (!text.startsWith('!')) return undefined;
  try {
    const cursor = JSON.parse(Buffer.from(text.slice(1), 'base64url').toString()) as Partial<Cursor> | null;
    if (!Array.isArray(cursor?.key) || typeof cursor.query !== 'string') return undefined;
    return cursor as Cursor;
  } catch {
    return undefined;
  }
}

/** Orders two keys of the same shape; only the first part runs backwards when `descending`. */
export function compareKeys(a: Key, b: Key, descending = false): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined || part === other) continue;
    const order = part < other ? -1 : 1;
    return descending && index === 0 ? -order : order;
  }
  return 0;
}

/** How many of the sorted `rows` stand before `key`, or up to and including it. */
export function countBefore<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
  { key, including, descending }: { key: Key; including: boolean; descending: boolean },
): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareKeys(keyOf(rows[middle] as Row), key, descending);
    if (order < 0 || (including && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
