/** One collection in memory: records by id, spread over buckets, with secondary indexes kept as Maps. */
import type { IndexKeys, StoredRecord } from './store.js';

/** The ids under one key: most keys have exactly one, and a bare string costs far less than a Set. */
type IdSet = string | Set<string>;

export class Table {
  readonly #buckets: readonly Map<string, StoredRecord>[];
  readonly #indexes = new Map<string, Map<string, IdSet>>();
  #keysOf: IndexKeys<StoredRecord> | undefined;
  /** Whether the indexes hold every record: they are made when they are first asked, so that a start does not wait for them. */
  #isIndexed = false;
  #ascending: readonly string[] | undefined;
  #size = 0;

  /** @param buckets How many parts the records are spread over by the hash of their id; fixed for the table's life. */
  constructor(buckets: number) {
    this.#buckets = Array.from({ length: buckets }, () => new Map());
  }

  get size(): number {
    return this.#size;
  }

  /** Takes the index definition of the first caller that brings one. */
  useIndexes(keysOf: IndexKeys<StoredRecord>): void {
    this.#keysOf ??= keysOf;
  }

  /** Ids in no particular order. */
  *ids(): Iterable<string> {
    for (const bucket of this.#buckets) yield* bucket.keys();
  }

  get(id: string): StoredRecord | undefined {
    return this.bucket(this.bucketOf(id)).get(id);
  }

  /** Records under `key`, in ascending id order. */
  find(index: string, key: string): StoredRecord[] {
    if (!this.#isIndexed) this.#indexAll();
    const ids = this.#indexes.get(index)?.get(key);
    if (ids === undefined) return [];
    return this.#recordsOf(typeof ids === 'string' ? [ids] : [...ids].sort());
  }

  /** Whether a record, stored or not, holds a key. */
  holds(record: StoredRecord, index: string, key: string): boolean {
    return this.#keysOf?.(record)[index]?.includes(key) ?? false;
  }

  /** Every record in ascending id order, as they are at this moment. */
  snapshot(): StoredRecord[] {
    this.#ascending ??= this.#buckets.flatMap((bucket) => [...bucket.keys()]).sort();
    return this.#recordsOf(this.#ascending);
  }

  set(record: StoredRecord): void {
    const bucket = this.bucket(this.bucketOf(record.id));
    const before = bucket.get(record.id);
    if (!before) {
      this.#size += 1;
      this.#ascending = undefined;
    }
    bucket.set(record.id, record);
    if (!this.#isIndexed) return;
    const [left, entered] = [before && this.#keysOf?.(before), this.#keysOf?.(record)];
    if (left && entered && isSame(left, entered)) return;
    if (before) this.#unindex(before);
    this.#index(record);
  }

  remove(id: string): void {
    const bucket = this.bucket(this.bucketOf(id));
    const before = bucket.get(id);
    if (!before) return;
    if (this.#isIndexed) this.#unindex(before);
    bucket.delete(id);
    this.#size -= 1;
    this.#ascending = undefined;
  }

  bucket(number: number): Map<string, StoredRecord> {
    const bucket = this.#buckets[number];
    if (!bucket) throw new RangeError(`no bucket ${number}`);
    return bucket;
  }

  /** FNV-1a over the id's UTF-16 units: cheap, and the same in every version, since file names depend on it. */
  bucketOf(id: string): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
    return (hash >>> 0) % this.#buckets.length;
  }

  #recordsOf(ids: readonly string[]): StoredRecord[] {
    const records: StoredRecord[] = [];
    for (const id of ids) {
      const record = this.get(id);
      if (record) records.push(record);
    }
    return records;
  }

  /** Nothing is to be indexed before somebody has said by what. */
  #indexAll(): void {
    if (!this.#keysOf) return;
    this.#isIndexed = true;
    for (const bucket of this.#buckets) for (const record of bucket.values()) this.#index(record);
  }

  #index(record: StoredRecord): void {
    if (!this.#keysOf) return;
    for (const [name, keys] of Object.entries(this.#keysOf(record))) {
      let index = this.#indexes.get(name);
      if (!index) {
        index = new Map();
        this.#indexes.set(name, index);
      }
      for (const key of keys) {
        const ids = index.get(key);
        if (ids === undefined) index.set(key, record.id);
        else if (typeof ids !== 'string') ids.add(record.id);
        else if (ids !== record.id) index.set(key, new Set([ids, record.id]));
      }
    }
  }

  #unindex(record: StoredRecord): void {
    if (!this.#keysOf) return;
    for (const [name, keys] of Object.entries(this.#keysOf(record))) {
      const index = this.#indexes.get(name);
      for (const key of keys) {
        const ids = index?.get(key);
        if (typeof ids === 'object') ids.delete(record.id);
        if (ids === record.id || (typeof ids === 'object' && ids.size === 0)) index?.delete(key);
      }
    }
  }
}

/** Most changes leave the keys of a record as they are. */
function isSame(one: Record<string, readonly string[]>, other: Record<string, readonly string[]>): boolean {
  return Object.entries(one).every(([name, keys]) => {
    const others = other[name];
    return others?.length === keys.length && keys.every((key, at) => key === others[at]);
  });
}
