/**
 * The Store: asynchronous, small, tenant-keyed, with optimistic versions (design section 5). Callers cannot tell which
 * implementation they have; one suite (`test/store/contract.ts`) holds them to the same behaviour.
 */

/** Everything stored is a JSON document with an id and an optimistic version. */
export interface StoredRecord {
  id: string;
  version: number;
}

/** Secondary keys of a record, by index name: an indexed look-up never scans. */
export type IndexKeys<T> = (record: T) => Record<string, readonly string[]>;

/** What `find` gave when a write was decided. */
export interface Found {
  index: string;
  key: string;
  /** Ids, in any order. */
  ids: readonly string[];
}

export interface Collection<T extends StoredRecord> {
  get(id: string): Promise<T | undefined>;
  /** Those of the ids that are stored, in any order. */
  getMany(ids: readonly string[]): Promise<T[]>;
  /** Records whose key list for `index` holds `key`, in ascending id order. */
  find(index: string, key: string): Promise<T[]>;
  /**
   * Writes records as they are given, all of them durable when the promise resolves; resolves to the stored copies, whose
   * version is one higher. What is handed in (below its top level) and handed out is frozen: change a copy. A record whose
   * `version` is not the stored one (0 for a new one) rejects the whole call with `STORE_CONFLICT` and writes nothing.
   * @param gone records that are removed with the same write, their versions checked alike
   * @param found keys on which the write was decided: when other records hold one by now, that is a `STORE_CONFLICT` too. Of several
   * writers, in any process, who all found that nobody holds a key and name it, one alone can take it
   */
  put(records: readonly T[], gone?: readonly T[], found?: readonly Found[]): Promise<T[]>;
  /** Removes durably; unknown ids are no error. */
  delete(ids: readonly string[]): Promise<void>;
  /** Every record in ascending id order, from a consistent moment. */
  list(): AsyncIterable<T>;
  count(): Promise<number>;
}

export interface Change {
  collection: string;
  id: string;
  kind: 'put' | 'delete';
}

/** How many records a collection holds. */
export interface Holding {
  tenant: string;
  collection: string;
  count: number;
}

/** A record with the place where it is kept. */
export interface PlacedRecord {
  tenant: string;
  collection: string;
  record: StoredRecord;
}

/** The time in which one process leads the runs of a tenant. */
export interface Term {
  /** The store as a run writes it: once another process leads, every write is refused with `STORE_FENCED`. */
  readonly store: Pick<Store, 'collection'>;
  /** Aborts when the term was lost; its reason is the error. */
  readonly signal: AbortSignal;
  /**
   * To be asked before a write to somebody else, which the store cannot refuse: resolves while the term goes on.
   * @throws BridgeError STORE_FENCED once it was lost, also while this process stood still
   */
  confirm(): Promise<void>;
  /** Lets others lead. */
  end(): Promise<void>;
}

export interface Store {
  /**
   * The same collection object for the same tenant and name; the `indexes` of the first caller that brings any apply.
   * Names are lower-case letters, digits, `.`, `_` and `-`; others throw `STORE_NAME_INVALID`.
   */
  collection<T extends StoredRecord>(tenant: string, name: string, indexes?: IndexKeys<T>): Collection<T>;
  /**
   * Calls back after each durable change of a tenant, in order and before the writer is answered, so that a cache that
   * follows it never lags behind a writer who reads again. Returns the way to stop.
   */
  watch(tenant: string, listener: (changes: readonly Change[]) => void): () => void;
  /**
   * Begins to lead the runs of a tenant; null while another process leads them. Whoever cannot share the store always leads.
   */
  lead(tenant: string): Promise<Term | null>;
  /** Every collection that holds records, in ascending order of tenant and name. */
  holdings(): Promise<Holding[]>;
  /**
   * Puts these records in the place of everything that the store holds, durably and all or nothing; versions stay as they are
   * given. Whoever wants indexes brings them to `collection` before.
   */
  replaceAll(records: AsyncIterable<PlacedRecord> | Iterable<PlacedRecord>): Promise<void>;
  /**
   * Housekeeping: shortens the way that the next start has to go. A deleted record is gone from the disk after two of these, or
   * at once with `forget`, which also gives up what is kept for repairs.
   */
  compact(options?: { forget?: boolean }): Promise<void>;
  /** Flushes and releases the lock; later calls reject with `STORE_CLOSED`. */
  close(): Promise<void>;
}
