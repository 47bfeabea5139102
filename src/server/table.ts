/**
 * Resources of one type in memory, in the order in which they came, with indexes: what a backend needs to answer queries
 * without touching every resource. It knows nothing of clients, uniqueness or membership.
 */
import type { JsonObject } from '../json.js';
import { type CompiledFilter, type IndexLookup, listFilterPaths, planFilter } from '../scim/filter/index.js';
import type { AttributePath } from '../scim/path.js';
import type { ResourceType } from '../scim/registry.js';
import type { Ordering } from '../scim/sort.js';
import type { Page, ResourcePage, ResourceQuery, StoredResource } from './backend.js';
import { AttributeIndex, insertInOrder, placeAfter, removeInOrder } from './index-of-rows.js';
import { sortInTurns, type Turns, visitInTurns } from './turns.js';

/** A resource in a table: rows keep their place while what they hold changes. */
export interface Row {
  readonly id: string;
  /** Ascending from row to row, never used twice. */
  readonly sequence: number;
  /** What the row is found by. */
  readonly attributes: JsonObject;
}

/** Rows that hold a value, for what is not an attribute of the stored resource itself. Ascending sequence. */
export type RowLookup<R extends Row> = (value: string) => readonly R[];

/** How one client sees the rows of a table: which of them, and as what. */
export interface Sight<R extends Row> {
  /** The rows that the client sees, in order. */
  rows(): readonly R[];
  /** Whether a row is one of them; undefined when all are. */
  readonly sees: ((row: R) => boolean) | undefined;
  show(row: R): StoredResource;
  /** Gives a function that reads of a row at least what a filter or an order finds at `paths`. */
  reader(paths: readonly AttributePath[]): (row: R) => JsonObject;
  /** Look-ups that this client has instead of those of the table, by canonical path text. */
  readonly lookups: ReadonlyMap<string, RowLookup<R>>;
}

/** The sight of a client that sees every row as it is stored. */
export function plainSight<R extends Row & { readonly stored: StoredResource }>(table: Table<R>): Sight<R> {
  return {
    rows: () => table.rows(),
    sees: undefined,
    show: (row) => row.stored,
    reader: () => (row) => row.stored.resource,
    lookups: new Map(),
  };
}

export class Table<R extends Row> {
  readonly #rows: R[] = [];
  readonly #byId = new Map<string, R>();
  readonly #indexes: ReadonlyMap<string, AttributeIndex<R>>;
  readonly #lookups: ReadonlyMap<string, RowLookup<R>>;
  readonly #indexed: ReadonlySet<string>;
  readonly #turns: Turns;

  /**
   * @param paths attribute paths to index, most selective first; those that the type does not have are passed over.
   * @param lookups further look-ups by canonical path text.
   */
  constructor(
    type: ResourceType,
    paths: readonly string[],
    turns: Turns,
    lookups: ReadonlyMap<string, RowLookup<R>> = new Map(),
  ) {
    const resolved = paths.flatMap((path) => type.resolve(path) ?? []);
    this.#indexes = new Map(resolved.map((path) => [path.text, new AttributeIndex<R>(path)]));
    this.#lookups = new Map([['id', (id) => this.#findById(id)], ...lookups]);
    this.#indexed = new Set([...this.#lookups.keys(), ...this.#indexes.keys()]);
    this.#turns = turns;
  }

  get size(): number {
    return this.#rows.length;
  }

  get(id: string): R | undefined {
    return this.#byId.get(id);
  }

  rows(): readonly R[] {
    return this.#rows;
  }

  /** Rows whose attribute at an indexed path has one of the values that it has in `attributes`. */
  holders(path: string, attributes: JsonObject): readonly R[] {
    const index = this.#indexes.get(path);
    return index === undefined ? [] : index.keys(attributes).flatMap((key) => index.find(key, this.#rows));
  }

  insert(row: R): void {
    this.#byId.set(row.id, row);
    insertInOrder(this.#rows, row);
    this.reindex(row, undefined, row.attributes);
  }

  remove(row: R): void {
    this.#byId.delete(row.id);
    removeInOrder(this.#rows, row);
    this.reindex(row, row.attributes, undefined);
  }

  /** Keeps the indexes in step with a row whose attributes changed. */
  reindex(row: R, before: JsonObject | undefined, after: JsonObject | undefined): void {
    for (const index of this.#indexes.values()) index.move(row, before, after);
  }

  /** Answers a query, as `sight` sees the rows. Long scans and sorts let other requests through. */
  async query({ filter, ordering, page }: ResourceQuery, sight: Sight<R>): Promise<ResourcePage> {
    const matches = filter === undefined ? sight.rows() : await this.#match(filter, sight);
    if (ordering === undefined) return cutPage(matches, page, placeAfter, sight);
    const sorted = await this.#sort(matches, ordering, sight);
    return cutPage(sorted, page, placeBehind, sight);
  }

  /** Every row is read once, and so sorted by what it held at one moment. */
  async #sort(rows: readonly R[], { compare, path }: Ordering, sight: Sight<R>): Promise<readonly R[]> {
    const read = sight.reader([path]);
    const entries: { row: R; resource: JsonObject }[] = [];
    await visitInTurns(rows.slice(), (row) => entries.push({ row, resource: read(row) }), this.#turns);
    const sorted = await sortInTurns(
      entries,
      (left, right) => compare(left.resource, right.resource),
      this.#turns,
    );
    return sorted.map(({ row }) => row);
  }

  async #match(filter: CompiledFilter, sight: Sight<R>): Promise<readonly R[]> {
    const lookups = planFilter(filter, this.#indexed);
    const found = lookups === undefined ? sight.rows() : this.#lookUp(lookups, sight);
    const isScan = lookups === undefined || sight.sees === undefined;
    const candidates = isScan ? found : found.filter(sight.sees);
    // A filter that is nothing but one look-up is answered by the index itself.
    if (lookups?.length === 1 && filter.checked.kind === 'test') return candidates;
    const read = sight.reader(listFilterPaths(filter.checked));
    const matches: R[] = [];
    const visit = (row: R): void => {
      if (filter.matches(read(row))) matches.push(row);
    };
    await visitInTurns(candidates.slice(), visit, this.#turns);
    return matches;
  }

  /** What one of the look-ups finds, each row once, in order. */
  #lookUp(lookups: readonly IndexLookup[], sight: Sight<R>): readonly R[] {
    const found = lookups.map(({ path, value }) => this.#find(path, value, sight));
    if (found.length === 1 && found[0] !== undefined) return found[0];
    return [...new Set(found.flat())].sort((left, right) => left.sequence - right.sequence);
  }

  #find(path: string, value: string, sight: Sight<R>): readonly R[] {
    const lookup = sight.lookups.get(path) ?? this.#lookups.get(path);
    return lookup?.(value) ?? this.#indexes.get(path)?.find(value, this.#rows) ?? [];
  }

  #findById(id: string): readonly R[] {
    const row = this.#byId.get(id);
    return row === undefined ? [] : [row];
  }
}

/** Where the page after a row starts, in rows that are in order of sequence; the row itself may be gone. */
type PlaceFinder = (rows: readonly Row[], sequence: number, expected: number) => number;

/** The same in rows of any order: behind the row, or where it was (one row less, if it is gone). */
const placeBehind: PlaceFinder = (rows, sequence, expected) => {
  const place = rows.findIndex((row) => row.sequence === sequence);
  return place < 0 ? Math.max(0, expected - 1) : place + 1;
};

/** The position of a cursor is the sequence of the last row of its page and how many rows came up to there. */
function cutPage<R extends Row>(
  rows: readonly R[],
  page: Page,
  find: PlaceFinder,
  sight: Sight<R>,
): ResourcePage {
  const start = 'startIndex' in page ? page.startIndex - 1 : startAfter(rows, page.after, find);
  const end = Math.min(start + page.count, rows.length);
  const resources = rows.slice(start, end).map((row) => sight.show(row));
  const last = rows[end - 1];
  const isLastPage = 'startIndex' in page || page.count === 0 || end >= rows.length || last === undefined;
  return { total: rows.length, resources, ...(isLastPage ? {} : { next: `${last.sequence}:${end}` }) };
}

function startAfter(rows: readonly Row[], after: string | null, find: PlaceFinder): number {
  if (after === null) return 0;
  const [sequence = 0, expected = 0] = after.split(':').map(Number);
  return find(rows, sequence, expected);
}
