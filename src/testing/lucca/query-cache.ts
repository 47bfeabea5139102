/**
 * Remembers the rows that a question selects, so that page 2 to page 100 of a large company are slices of an array
 * and not another search. Everything is forgotten as soon as the stamp changes (an edit, a new day, other rights).
 */
export class QueryCache {
  readonly #stamp: () => string;
  readonly #capacity: number;
  #seen = '';
  readonly #rows = new Map<string, readonly unknown[]>();

  constructor(stamp: () => string, capacity = 32) {
    this.#stamp = stamp;
    this.#capacity = capacity;
  }

  /** The rows kept under `key`, or those that `compute` gives now. One key always stands for one kind of row. */
  rows<Row>(key: string, compute: () => readonly Row[]): readonly Row[] {
    const stamp = this.#stamp();
    if (stamp !== this.#seen) {
      this.#rows.clear();
      this.#seen = stamp;
    }
    const kept = this.#rows.get(key) as readonly Row[] | undefined;
    const rows = kept ?? compute();
    this.#rows.delete(key);
    this.#rows.set(key, rows);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > this.#capacity && oldest !== undefined) this.#rows.delete(oldest);
    return rows;
  }
}
