/** Remembers, outside of the store, that reads of it or writes to it fail: what cannot be stored cannot say so in the store itself. */
import { BridgeError } from '../errors.js';
import type { Collection, Found, IndexKeys, Store, StoredRecord, Term } from './store.js';

/** Why the last read or write that failed did. */
export interface StoreFault {
  /** Of the store, such as STORE_DISK_FULL. */
  code: string;
  remedy: string;
  /** ISO instant of the first failure since the last write that succeeded. */
  since: string;
}

export interface WatchedStore {
  /** Does what the given one does. */
  store: Store;
  /** Null while all is well; after a failure, once a write succeeds. */
  fault(): StoreFault | null;
}

/** What a store says to a single caller while it works well. */
const REFUSALS = new Set(['STORE_CONFLICT', 'STORE_FENCED', 'STORE_CLOSED', 'STORE_NAME_INVALID']);

/** Whether an error says that the store does not work, as opposed to what it rightly refuses. */
export function isStoreFault(error: unknown): error is BridgeError {
  return error instanceof BridgeError && error.code.startsWith('STORE_') && !REFUSALS.has(error.code);
}

/** @param now ISO */
export function watchStore(store: Store, now: () => string): WatchedStore {
  let fault: StoreFault | null = null;
  const watch: Watch = {
    note(error) {
      if (isStoreFault(error)) {
        fault = { code: error.code, remedy: error.remedy, since: fault?.since ?? now() };
      }
      throw error;
    },
    wrote() {
      fault = null;
    },
  };
  const open = openerOf(store, watch);
  return {
    fault: () => fault,
    store: {
      collection: open,
      watch: (tenant, listener) => store.watch(tenant, listener),
      async lead(tenant) {
        const term = await store.lead(tenant).catch(watch.note);
        return term === null ? null : new WatchedTerm(term, watch);
      },
      holdings: () => store.holdings().catch(watch.note),
      replaceAll: (records) => store.replaceAll(records).then(watch.wrote, watch.note),
      compact: (options) => store.compact(options),
      close: () => store.close(),
    },
  };
}

interface Watch {
  /** Takes what something failed with, and throws it again. */
  note(error: unknown): never;
  /** Something was stored. */
  wrote(): void;
}

/** Gives the same object for the same collection, as the store does. */
function openerOf(store: Pick<Store, 'collection'>, watch: Watch): Store['collection'] {
  const known = new WeakMap<object, WatchedCollection<StoredRecord>>();
  return <T extends StoredRecord>(tenant: string, name: string, indexes?: IndexKeys<T>): Collection<T> => {
    const collection = store.collection<T>(tenant, name, indexes);
    // One place holds one type of record.
    const open = known.get(collection) as WatchedCollection<T> | undefined;
    if (open !== undefined) return open;
    const opened = new WatchedCollection(collection, watch);
    known.set(collection, opened as unknown as WatchedCollection<StoredRecord>);
    return opened;
  };
}

class WatchedTerm implements Term {
  readonly store: Pick<Store, 'collection'>;
  readonly #term: Term;

  constructor(term: Term, watch: Watch) {
    this.#term = term;
    this.store = { collection: openerOf(term.store, watch) };
  }

  get signal(): AbortSignal {
    return this.#term.signal;
  }

  confirm(): Promise<void> {
    return this.#term.confirm();
  }

  end(): Promise<void> {
    return this.#term.end();
  }
}

class WatchedCollection<T extends StoredRecord> implements Collection<T> {
  readonly #collection: Collection<T>;
  readonly #watch: Watch;

  constructor(collection: Collection<T>, watch: Watch) {
    this.#collection = collection;
    this.#watch = watch;
  }

  get(id: string): Promise<T | undefined> {
    return this.#collection.get(id).catch(this.#watch.note);
  }

  getMany(ids: readonly string[]): Promise<T[]> {
    return this.#collection.getMany(ids).catch(this.#watch.note);
  }

  find(index: string, key: string): Promise<T[]> {
    return this.#collection.find(index, key).catch(this.#watch.note);
  }

  async put(records: readonly T[], gone?: readonly T[], found?: readonly Found[]): Promise<T[]> {
    const stored = await this.#collection.put(records, gone, found).catch(this.#watch.note);
    if (records.length > 0) this.#watch.wrote();
    return stored;
  }

  delete(ids: readonly string[]): Promise<void> {
    return this.#collection.delete(ids).catch(this.#watch.note);
  }

  async *list(): AsyncIterable<T> {
    try {
      yield* this.#collection.list();
    } catch (error) {
      this.#watch.note(error);
    }
  }

  count(): Promise<number> {
    return this.#collection.count().catch(this.#watch.note);
  }
}
