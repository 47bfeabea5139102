/** Remembers, outside of the store, that writes to it fail: what cannot be stored cannot say so in the store itself. */
import { BridgeError } from '../errors.js';
import type { Collection, Found, IndexKeys, Store, StoredRecord, Term } from './store.js';

/** Why the last write failed. */
export interface WriteFault {
  /** Of the store, such as STORE_DISK_FULL. */
  code: string;
  remedy: string;
  /** ISO instant of the first of the writes that failed one after the other. */
  since: string;
}

export interface WatchedStore {
  /** Does what the given one does. */
  store: Store;
  /** Null while writes succeed. */
  fault(): WriteFault | null;
}

/** What a store says to a single writer while it works well. */
const REFUSALS = new Set(['STORE_CONFLICT', 'STORE_FENCED', 'STORE_CLOSED', 'STORE_NAME_INVALID']);

/** @param now ISO */
export function watchWrites(store: Store, now: () => string): WatchedStore {
  let fault: WriteFault | null = null;
  const watched: Watched = async (write, isProof) => {
    try {
      const result = await write();
      if (isProof) fault = null;
      return result;
    } catch (error) {
      if (error instanceof BridgeError && error.code.startsWith('STORE_') && !REFUSALS.has(error.code)) {
        fault = { code: error.code, remedy: error.remedy, since: fault?.since ?? now() };
      }
      throw error;
    }
  };
  const open = openerOf(store, watched);
  return {
    fault: () => fault,
    store: {
      collection: open,
      watch: (tenant, listener) => store.watch(tenant, listener),
      async lead(tenant) {
        const term = await watched(() => store.lead(tenant), false);
        return term === null ? null : new WatchedTerm(term, watched);
      },
      holdings: () => store.holdings(),
      replaceAll: (records) => watched(() => store.replaceAll(records), true),
      compact: (options) => store.compact(options),
      close: () => store.close(),
    },
  };
}

/** Runs a write and notes how it ended. @param isProof whether it cannot succeed without anything being stored */
type Watched = <T>(write: () => Promise<T>, isProof: boolean) => Promise<T>;

/** Gives the same object for the same collection, as the store does. */
function openerOf(store: Pick<Store, 'collection'>, watched: Watched): Store['collection'] {
  const known = new WeakMap<object, WatchedCollection<StoredRecord>>();
  return <T extends StoredRecord>(tenant: string, name: string, indexes?: IndexKeys<T>): Collection<T> => {
    const collection = store.collection<T>(tenant, name, indexes);
    // One place holds one type of record.
    const open = known.get(collection) as WatchedCollection<T> | undefined;
    if (open !== undefined) return open;
    const opened = new WatchedCollection(collection, watched);
    known.set(collection, opened as unknown as WatchedCollection<StoredRecord>);
    return opened;
  };
}

class WatchedTerm implements Term {
  readonly store: Pick<Store, 'collection'>;
  readonly #term: Term;

  constructor(term: Term, watched: Watched) {
    this.#term = term;
    this.store = { collection: openerOf(term.store, watched) };
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
  readonly #watched: Watched;

  constructor(collection: Collection<T>, watched: Watched) {
    this.#collection = collection;
    this.#watched = watched;
  }

  get(id: string): Promise<T | undefined> {
    return this.#collection.get(id);
  }

  getMany(ids: readonly string[]): Promise<T[]> {
    return this.#collection.getMany(ids);
  }

  find(index: string, key: string): Promise<T[]> {
    return this.#collection.find(index, key);
  }

  put(records: readonly T[], gone?: readonly T[], found?: readonly Found[]): Promise<T[]> {
    return this.#watched(() => this.#collection.put(records, gone, found), records.length > 0);
  }

  delete(ids: readonly string[]): Promise<void> {
    return this.#watched(() => this.#collection.delete(ids), false);
  }

  list(): AsyncIterable<T> {
    return this.#collection.list();
  }

  count(): Promise<number> {
    return this.#collection.count();
  }
}
