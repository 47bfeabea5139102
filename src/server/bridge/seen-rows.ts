/** The rows of a table that one client sees, kept until something changes. */
import type { Row, Table } from '../table.js';

export interface SeenRowsOptions<R extends Row> {
  table: Table<R>;
  sees(row: R): boolean;
  /** False when every row is seen without asking. */
  isPartial(): boolean;
  /** Changes whenever the answer of `sees` may have. */
  revision(): number;
}

export class SeenRows<R extends Row> {
  readonly #options: SeenRowsOptions<R>;
  #kept: { revision: number; rows: readonly R[] } | undefined;

  constructor(options: SeenRowsOptions<R>) {
    this.#options = options;
  }

  /** In the order of the table. */
  list(): readonly R[] {
    const { table, sees, isPartial, revision } = this.#options;
    if (!isPartial()) return table.rows();
    if (this.#kept?.revision !== revision()) {
      this.#kept = { revision: revision(), rows: table.rows().filter(sees) };
    }
    return this.#kept.rows;
  }
}
