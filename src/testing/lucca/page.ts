/** Cuts one page out of the rows a question selects, and lets the row faults of this request do their harm. */
import { isJsonObject, type JsonValue } from '../../json.js';
import type { Fault } from './faults.js';

export interface Page<Row> {
  rows: readonly Row[];
  /** What the answer declares as the total of all pages. */
  total: number;
  /** First row not yet served, in the order of all rows; where the next page begins. */
  end: number;
}

/** Takes `limit` rows from `start` on. */
export function cutPage<Row>(
  all: readonly Row[],
  { start, limit }: { start: number; limit: number },
  faults: readonly Fault[],
): Page<Row> {
  let page: Page<Row> = {
    rows: all.slice(start, start + limit),
    total: all.length,
    end: Math.min(start + limit, all.length),
  };
  for (const fault of faults) {
    switch (fault.kind) {
      case 'empty-page':
        page = { ...page, rows: [] };
        break;
      case 'missing-page':
        page = { ...cutPage(all, { start: start + limit, limit }, []), total: page.total };
        break;
      case 'moved-row':
        page = { ...page, rows: all.slice(Math.max(0, start - 1), Math.max(0, start + limit - 1)) };
        break;
      case 'shrinking-total':
        page = { ...page, total: Math.max(0, page.total - (fault.by ?? 1)) };
        break;
      case 'duplicate-row':
        page = { ...page, rows: [...page.rows, ...page.rows.slice(-1)] };
        break;
    }
  }
  return page;
}

/** Spoils a field of a finished row where a `wrong-type` fault asks for it. */
export function spoilRows(rows: readonly JsonValue[], faults: readonly Fault[]): readonly JsonValue[] {
  return faults.reduce((spoilt, fault) => {
    if (fault.kind !== 'wrong-type') return spoilt;
    return spoilt.map((row, index) =>
      index === (fault.row ?? 0) && isJsonObject(row) ? { ...row, [fault.field]: fault.value } : row,
    );
  }, rows);
}
