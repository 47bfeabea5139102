/** Indexes of a table: which rows hold a value. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { foldCase } from '../scim/filter/index.js';
import { type AttributePath, readPath } from '../scim/path.js';
import type { Row } from './table.js';

/** Lists of this length are copied when they grow: one that grows in place reserves room for many more. */
const SMALL = 16;

/** Rows under keys. Most keys have one row, which is then kept without an array around it. */
export class RowsByKey<R extends Row> {
  readonly #rows = new Map<string, R | R[]>();

  /** In ascending sequence. */
  find(key: string): readonly R[] {
    const found = this.#rows.get(key);
    if (found === undefined) return [];
    return Array.isArray(found) ? found : [found];
  }

  add(key: string, row: R): void {
    const found = this.#rows.get(key);
    if (found === undefined) this.#rows.set(key, row);
    else if (Array.isArray(found) && found.length >= SMALL) insertInOrder(found, row);
    else this.#rows.set(key, Array.isArray(found) ? withRow(found, row) : withRow([found], row));
  }

  drop(key: string, row: R): void {
    const found = this.#rows.get(key);
    if (found === row) this.#rows.delete(key);
    if (!Array.isArray(found)) return;
    removeInOrder(found, row);
    if (found.length === 1) this.#rows.set(key, found[0] as R);
  }
}

/**
 * Which rows hold a value at a path. Made when it is first asked: a start should not wait for what nobody may ever ask.
 */
export class AttributeIndex<R extends Row> {
  readonly path: AttributePath;
  readonly #attribute: AttributePath;
  readonly #caseExact: boolean;
  #rows: RowsByKey<R> | undefined;

  constructor(path: AttributePath) {
    this.path = path;
    this.#attribute = { ...path, subAttribute: null };
    this.#caseExact = (path.subAttribute ?? path.attribute)?.caseExact ?? true;
  }

  /**
   * Rows in ascending sequence.
   * @param value as a filter gives it: folded unless the attribute is caseExact
   * @param all every row that there is
   */
  find(value: string, all: readonly R[]): readonly R[] {
    if (this.#rows === undefined) {
      this.#rows = new RowsByKey();
      for (const row of all) this.move(row, undefined, row.attributes);
    }
    return this.#rows.find(value);
  }

  /** Takes a row from the values of `before` to those of `after`; undefined where there is none. */
  move(row: R, before: JsonObject | undefined, after: JsonObject | undefined): void {
    const rows = this.#rows;
    if (rows === undefined) return;
    // Versions share what did not change, so most indexes have nothing to compare.
    if (before && after && readPath(before, this.#attribute) === readPath(after, this.#attribute)) return;
    const left = this.keys(before);
    const entered = this.keys(after);
    for (const key of left) if (!entered.includes(key)) rows.drop(key, row);
    for (const key of entered) if (!left.includes(key)) rows.add(key, row);
  }

  /** The values of a resource at the path, in the form in which they are looked up. */
  keys(resource: JsonObject | undefined): readonly string[] {
    const value = resource === undefined ? undefined : readPath(resource, this.path);
    if (value === undefined) return [];
    const texts = (Array.isArray(value) ? value : [value]).flatMap((each) => toText(each));
    if (texts.length <= 1) return this.#caseExact ? texts : texts.map(foldCase);
    return [...new Set(this.#caseExact ? texts : texts.map(foldCase))];
  }
}

/** What an index can hold of a value: text, or the `value` of a complex value. */
function toText(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  return isJsonObject(value) && typeof value.value === 'string' ? [value.value] : [];
}

/** Place of the first row whose sequence is greater than `sequence`. */
export function placeAfter(rows: readonly Row[], sequence: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as Row).sequence <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A list of exactly the right size. */
function withRow<R extends Row>(rows: readonly R[], row: R): R[] {
  const place = placeAfter(rows, row.sequence);
  return [...rows.slice(0, place), row, ...rows.slice(place)];
}

export function insertInOrder<R extends Row>(rows: R[], row: R): void {
  const place = placeAfter(rows, row.sequence);
  if (place === rows.length) rows.push(row);
  else rows.splice(place, 0, row);
}

export function removeInOrder<R extends Row>(rows: R[], row: R): void {
  const place = placeAfter(rows, row.sequence) - 1;
  if (rows[place] === row) rows.splice(place, 1);
}
