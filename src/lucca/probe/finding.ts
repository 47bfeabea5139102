/** What `check` says about one data set of Lucca. */
import type { JsonObject } from '../../json.js';
import { LuccaError } from '../errors.js';

export interface Finding {
  /** In words, e.g. `former employees`. */
  dataSet: string;
  /** `partly`: some of it is seen; `unknown`: what is seen fits both a missing right and an empty data set. */
  state: 'ok' | 'missing' | 'partly' | 'unknown';
  detail: string;
  /** Which permission or scope to grant; null when there is nothing to do. */
  remedy: string | null;
}

/** A finding that all is well. */
export function fine(dataSet: string, detail: string): Finding {
  return { dataSet, state: 'ok', detail, remedy: null };
}

/** A finding of how many there are; none at all is as told by `whenNone`. */
export function counted(
  dataSet: string,
  count: number | null,
  whenNone: Pick<Finding, 'state' | 'detail'> & { remedy: string },
): Finding {
  if (count === 0) return { dataSet, ...whenNone };
  return fine(dataSet, count === null ? 'readable' : `${count} readable`);
}

/** Runs one look; a fault of Lucca becomes the finding that the data set cannot be read. */
export async function look(dataSet: string, remedy: string, probe: () => Promise<Finding>): Promise<Finding> {
  try {
    return await probe();
  } catch (error) {
    if (!(error instanceof LuccaError) || error.status === 401) throw error;
    const lacking = error.fault === 'right' || error.fault === 'route';
    return { dataSet, state: lacking ? 'missing' : 'unknown', detail: error.message, remedy };
  }
}

/** How many of a sample carry a field: nobody has the key, nobody has a value, or so many have one. */
export function seenIn(
  dataSet: string,
  rows: readonly JsonObject[],
  read: (row: JsonObject) => unknown,
  remedy: string,
): Finding {
  if (rows.length === 0) return { dataSet, state: 'unknown', detail: 'nobody to look at', remedy };
  const values = rows.map(read);
  const given = values.filter((value) => value !== undefined && value !== null).length;
  if (given > 0) return fine(dataSet, `seen on ${given} of ${rows.length} people looked at`);
  return values.every((value) => value === undefined)
    ? { dataSet, state: 'missing', detail: `shown for none of ${rows.length} people looked at`, remedy }
    : { dataSet, state: 'unknown', detail: `empty for all of ${rows.length} people looked at`, remedy };
}
