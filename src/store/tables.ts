/** All collections of all tenants in memory, and the one way in which writes change them. */
import { foundConflict, invalidName, versionConflict } from './errors.js';
import type { Change, Found, Holding, PlacedRecord, StoredRecord } from './store.js';
import { Table } from './table.js';

/** One call of `put`, `delete` or `replaceAll`: all of it happens, or none. */
export type Write = CollectionWrite | { replaceAll: readonly PlacedRecord[] };

export interface CollectionWrite {
  tenant: string;
  collection: string;
  puts: readonly StoredRecord[];
  /** Removed in the version that they have; any other is a conflict. */
  gone: readonly StoredRecord[];
  /** Removed whatever their version. */
  deletes: readonly string[];
  /** Who held some keys when the write was decided. */
  found: readonly Found[];
}

/** One record as it will stand, or an id that will be gone: what a journal line holds. */
export type Entry = { tenant: string; collection: string } & ({ put: StoredRecord } | { delete: string });

/** What tenants and collections may be called. */
const NAME = /^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/;

/** Whether a text may name a tenant or a collection. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

export class Tables {
  readonly buckets: number;
  readonly #tenants = new Map<string, Map<string, Table>>();

  constructor(buckets: number) {
    this.buckets = buckets;
  }

  /** The table of a tenant's collection, made on first use. Throws `STORE_NAME_INVALID` for a name that could not be a folder. */
  table(tenant: string, collection: string): Table {
    let collections = this.#tenants.get(tenant);
    if (!collections) {
      if (!isName(tenant)) throw invalidName(tenant);
      collections = new Map();
      this.#tenants.set(tenant, collections);
    }
    let table = collections.get(collection);
    if (!table) {
      if (!isName(collection)) throw invalidName(collection);
      table = new Table(this.buckets);
      collections.set(collection, table);
    }
    return table;
  }

  /** Every table with its place, in ascending order. */
  all(): { tenant: string; collection: string; table: Table }[] {
    const ascending = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    return ascending(this.#tenants).flatMap(([tenant, collections]) =>
      ascending(collections).map(([collection, table]) => ({ tenant, collection, table })),
    );
  }

  /** Collections that hold records, in ascending order. */
  holdings(): Holding[] {
    return this.all()
      .filter(({ table }) => table.size > 0)
      .map(({ tenant, collection, table }) => ({ tenant, collection, count: table.size }));
  }

  /** Changes the tables and says what changed, per tenant. */
  apply(entries: readonly Entry[]): Map<string, Change[]> {
    const changes = new Map<string, Change[]>();
    for (const entry of entries) {
      const table = this.table(entry.tenant, entry.collection);
      const ofTenant = changes.get(entry.tenant) ?? [];
      changes.set(entry.tenant, ofTenant);
      if ('put' in entry) {
        table.set(entry.put);
        ofTenant.push({ collection: entry.collection, id: entry.put.id, kind: 'put' });
      } else {
        table.remove(entry.delete);
        ofTenant.push({ collection: entry.collection, id: entry.delete, kind: 'delete' });
      }
    }
    return changes;
  }
}

/** Checks the writes of one batch, each against what the writes before it will have left. */
export class BatchPlan {
  readonly #tables: Tables;
  /** Table → id → record after the writes planned so far; null = deleted. */
  readonly #planned = new Map<Table, Map<string, StoredRecord | null>>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Entries of one write. Throws `STORE_CONFLICT`, and then the plan is as if it had never been asked. */
  add(write: Write): Entry[] {
    return 'replaceAll' in write ? this.#replaceAll(write.replaceAll) : this.#change(write);
  }

  /** Versions are counted up. */
  #change({ tenant, collection, puts, gone, deletes, found }: CollectionWrite): Entry[] {
    const table = this.#tables.table(tenant, collection);
    const entries: Entry[] = [];
    const next = new Map<string, StoredRecord | null>();
    const versionOf = (id: string): number =>
      next.has(id) ? (next.get(id)?.version ?? 0) : this.#versionOf(table, id);

    const check = ({ id, version }: StoredRecord): number => {
      const stored = versionOf(id);
      // Twice in one call is a conflict whatever the versions say.
      if (version !== stored || next.has(id)) throw versionConflict(collection, id, version, stored);
      return stored;
    };

    for (const record of puts) {
      const put = deepFreeze({ ...record, version: check(record) + 1 });
      next.set(record.id, put);
      entries.push({ tenant, collection, put });
    }
    for (const record of gone) {
      const isStored = check(record) > 0;
      next.set(record.id, null);
      if (isStored) entries.push({ tenant, collection, delete: record.id });
    }
    for (const id of deletes) {
      if (versionOf(id) === 0) continue;
      next.set(id, null);
      entries.push({ tenant, collection, delete: id });
    }
    for (const each of found) {
      if (!this.#isStillFound(table, each)) throw foundConflict(collection, each.index);
    }
    for (const [id, record] of next) this.#plan(table, id, record);
    return entries;
  }

  /** Versions stay as they are given. */
  #replaceAll(records: readonly PlacedRecord[]): Entry[] {
    const puts = records.map(({ tenant, collection, record }) => {
      // A name that cannot be is refused before anything is planned.
      const table = this.#tables.table(tenant, collection);
      return { table, entry: { tenant, collection, put: deepFreeze({ ...record }) } };
    });
    const deletes: Entry[] = [];
    for (const { tenant, collection, table } of this.#tables.all()) {
      const ids = new Set([...table.ids(), ...(this.#planned.get(table)?.keys() ?? [])]);
      for (const id of ids) {
        if (this.#versionOf(table, id) === 0) continue;
        deletes.push({ tenant, collection, delete: id });
        this.#plan(table, id, null);
      }
    }
    for (const { table, entry } of puts) this.#plan(table, entry.put.id, entry.put);
    return [...deletes, ...puts.map(({ entry }) => entry)];
  }

  /** Version after the writes planned so far; 0 when there is no such record then. */
  #versionOf(table: Table, id: string): number {
    const planned = this.#planned.get(table)?.get(id);
    return (planned === undefined ? table.get(id)?.version : planned?.version) ?? 0;
  }

  #isStillFound(table: Table, { index, key, ids }: Found): boolean {
    const planned = this.#planned.get(table) ?? new Map<string, StoredRecord | null>();
    const stored = table.find(index, key).filter(({ id }) => !planned.has(id));
    const coming = [...planned.values()].filter((record) => record && table.holds(record, index, key));
    const holders = new Set([...stored, ...coming].map((record) => record?.id));
    return holders.size === new Set(ids).size && ids.every((id) => holders.has(id));
  }

  #plan(table: Table, id: string, record: StoredRecord | null): void {
    const planned = this.#planned.get(table) ?? new Map<string, StoredRecord | null>();
    this.#planned.set(table, planned.set(id, record));
  }
}

/** Freezes a JSON value all the way down; parts that are frozen already (shared with an earlier version) cost nothing. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  // Before it is frozen, and without a list of the parts: every start does this to everything that is stored.
  for (const key in value) {
    const part = value[key];
    if (typeof part === 'object') deepFreeze(part);
  }
  return Object.freeze(value);
}
