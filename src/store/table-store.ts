/** What both embedded stores share: reads answered from tables in memory, writes handed to a committer, a change feed. */
import { storeClosed } from './errors.js';
import type {
  Change,
  Collection,
  Found,
  Holding,
  IndexKeys,
  PlacedRecord,
  Store,
  StoredRecord,
  Term,
} from './store.js';
import type { Table } from './table.js';
import type { CollectionWrite, Entry, Tables, Write } from './tables.js';

type Listener = (changes: readonly Change[]) => void;

/** Makes a write last; resolves to its entries once they are durable and visible in the tables. */
export type Commit = (write: Write) => Promise<readonly Entry[]>;

export class TableStore implements Store {
  readonly #tables: Tables;
  readonly #commit: Commit;
  readonly #feed: ChangeFeed;
  readonly #release: () => Promise<void>;
  readonly #collections = new Map<Table, TableCollection>();
  #closed: Promise<void> | undefined;

  constructor(tables: Tables, feed: ChangeFeed, commit: Commit, release: () => Promise<void>) {
    this.#tables = tables;
    this.#feed = feed;
    this.#commit = (write) => {
      this.assertOpen();
      return commit(write);
    };
    this.#release = release;
  }

  collection<T extends StoredRecord>(tenant: string, name: string, indexes?: IndexKeys<T>): Collection<T> {
    const table = this.#tables.table(tenant, name);
    // One table serves one record type: the type parameter is the caller's knowledge, as it is in the interface.
    if (indexes) table.useIndexes(indexes as unknown as IndexKeys<StoredRecord>);
    let collection = this.#collections.get(table);
    if (!collection) {
      collection = new TableCollection(tenant, name, table, this, this.#commit);
      this.#collections.set(table, collection);
    }
    return collection as unknown as Collection<T>;
  }

  watch(tenant: string, listener: Listener): () => void {
    return this.#feed.watch(tenant, listener);
  }

  /** Nobody else can use this store, so whoever does leads. */
  async lead(_tenant: string): Promise<Term> {
    this.assertOpen();
    const { signal } = new AbortController();
    return { store: this, signal, confirm: async () => {}, end: async () => {} };
  }

  async holdings(): Promise<Holding[]> {
    this.assertOpen();
    return this.#tables.holdings();
  }

  async replaceAll(records: AsyncIterable<PlacedRecord> | Iterable<PlacedRecord>): Promise<void> {
    const all: PlacedRecord[] = [];
    for await (const record of records) all.push(record);
    await this.#commit({ replaceAll: all });
  }

  /** Memory alone needs no housekeeping. */
  async compact(_options?: { forget?: boolean }): Promise<void> {
    this.assertOpen();
  }

  close(): Promise<void> {
    this.#closed ??= this.#release();
    return this.#closed;
  }

  /** Throws `STORE_CLOSED` once `close` was called. */
  assertOpen(): void {
    if (this.#closed) throw storeClosed();
  }
}

class TableCollection implements Collection<StoredRecord> {
  readonly #tenant: string;
  readonly #name: string;
  readonly #table: Table;
  readonly #store: TableStore;
  readonly #commit: Commit;

  constructor(tenant: string, name: string, table: Table, store: TableStore, commit: Commit) {
    this.#tenant = tenant;
    this.#name = name;
    this.#table = table;
    this.#store = store;
    this.#commit = commit;
  }

  async get(id: string): Promise<StoredRecord | undefined> {
    this.#store.assertOpen();
    return this.#table.get(id);
  }

  async find(index: string, key: string): Promise<StoredRecord[]> {
    this.#store.assertOpen();
    return this.#table.find(index, key);
  }

  async getMany(ids: readonly string[]): Promise<StoredRecord[]> {
    this.#store.assertOpen();
    return ids.flatMap((id) => this.#table.get(id) ?? []);
  }

  async put(
    records: readonly StoredRecord[],
    gone: readonly StoredRecord[] = [],
    found: readonly Found[] = [],
  ): Promise<StoredRecord[]> {
    const entries = await this.#commit(this.#write({ puts: records, gone, deletes: [], found }));
    return entries.flatMap((entry) => ('put' in entry ? [entry.put] : []));
  }

  async delete(ids: readonly string[]): Promise<void> {
    await this.#commit(this.#write({ puts: [], gone: [], deletes: ids, found: [] }));
  }

  async *list(): AsyncIterable<StoredRecord> {
    this.#store.assertOpen();
    yield* this.#table.snapshot();
  }

  async count(): Promise<number> {
    this.#store.assertOpen();
    return this.#table.size;
  }

  #write(change: Pick<CollectionWrite, 'puts' | 'gone' | 'deletes' | 'found'>): Write {
    return { tenant: this.#tenant, collection: this.#name, ...change };
  }
}

/** Tells listeners about durable changes, in the order in which they happened. */
export class ChangeFeed {
  readonly #listeners = new Map<string, Set<Listener>>();

  watch(tenant: string, listener: Listener): () => void {
    const ofTenant = this.#listeners.get(tenant) ?? new Set();
    this.#listeners.set(tenant, ofTenant.add(listener));
    return () => {
      ofTenant.delete(listener);
    };
  }

  /** A listener that throws is reported as a process warning: the write it was told about is durable all the same. */
  tell(changesByTenant: ReadonlyMap<string, readonly Change[]>): void {
    for (const [tenant, changes] of changesByTenant) {
      for (const listener of this.#listeners.get(tenant) ?? []) {
        try {
          listener(changes);
        } catch (error) {
          process.emitWarning(error instanceof Error ? error : String(error));
        }
      }
    }
  }
}
