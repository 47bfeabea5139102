/** All collections of all tenants in memory, and the one way in which writes change them. */
import { invalidName, versionConflict } from './errors.js';
import type { Change, StoredRecord } from './store.js';
import { Table } from './table.js';

/** One call of `put` or `delete`: all of it happens, or none. */
export interface Write {
  tenant: string;
  collection: string;
  puts: readonly StoredRecord[];
  deletes: readonly string[];
}

/** One record as it will stand, or an id that will be gone: what a journal line holds. */
export type Entry = { tenant: string; collection: string } & ({ put: StoredRecord } | { delete: string });

const NAME = /^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/;

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
      if (!NAME.test(tenant)) throw invalidName(tenant);
      collections = new Map();
      this.#tenants.set(tenant, collections);
    }
    let table = collections.get(collection);
    if (!table) {
      if (!NAME.test(collection)) throw invalidName(collection);
      table = new Table(this.buckets);
      collections.set(collection, table);
    }
    return table;
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
  /** Table → id → version after the writes planned so far; 0 = deleted. */
  readonly #versions = new Map<Table, Map<string, number>>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Entries of one write, with versions counted up. Throws `STORE_CONFLICT`, and then the plan is as if it had never been asked. */
  add(write: Write): Entry[] {
    const { tenant, collection } = write;
    const table = this.#tables.table(tenant, collection);
    const entries: Entry[] = [];
    const versions = new Map<string, number>();
    const versionOf = (id: string): number =>
      versions.get(id) ?? this.#versions.get(table)?.get(id) ?? table.get(id)?.version ?? 0;

    for (const record of write.puts) {
      const stored = versionOf(record.id);
      if (record.version !== stored) throw versionConflict(collection, record.id, record.version, stored);
      versions.set(record.id, stored + 1);
      entries.push({ tenant, collection, put: deepFreeze({ ...record, version: stored + 1 }) });
    }
    for (const id of write.deletes) {
      if (versionOf(id) === 0) continue;
      versions.set(id, 0);
      entries.push({ tenant, collection, delete: id });
    }
    const planned = this.#versions.get(table) ?? new Map<string, number>();
    for (const [id, version] of versions) planned.set(id, version);
    this.#versions.set(table, planned);
    return entries;
  }
}

/** Freezes a JSON value all the way down; parts that are frozen already (shared with an earlier version) cost nothing. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
