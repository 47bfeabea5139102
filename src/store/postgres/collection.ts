/** One collection in PostgreSQL. Records are documents; their keys stand in a table of their own, under an index. */
import { versionConflict } from '../errors.js';
import type { Change, Collection, Found, IndexKeys, StoredRecord } from '../store.js';
import { deepFreeze } from '../tables.js';
import type { Database } from './database.js';
import type { Feed } from './feed.js';
import { keyColumns } from './key-columns.js';
import { inPages, PAGE } from './pages.js';
import { SharedWrites } from './shared-writes.js';
import { decodeText, encodeKey, encodeText } from './text.js';

const GET = 'select data from lucca_scim.records where tenant = $1 and collection = $2 and id = $3';

const GET_MANY =
  'select data from lucca_scim.records where tenant = $1 and collection = $2 and id = any ($3::text[])';

const DELETE = 'select * from lucca_scim.delete_records($1, $2, $3, $4)';

/** Records that nobody gave keys to come along, to be given some. */
const FIND = `
  select id, data, true as indexed from lucca_scim.records
  where tenant = $1 and collection = $2 and id = any (array(
    select id from lucca_scim.keys where tenant = $1 and collection = $2 and name = $3 and key = $4))
  union all
  (select id, null, false from lucca_scim.records where tenant = $1 and collection = $2 and not indexed limit 1)
  order by id`;

const PAGE_AFTER = `
  select id, data from lucca_scim.records where tenant = $1 and collection = $2 and id >= $3
  order by id offset $4 limit ${PAGE}`;

const NOT_INDEXED = `
  select data from lucca_scim.records where tenant = $1 and collection = $2 and not indexed order by id limit ${PAGE}`;

interface RecordRow {
  id: string;
  data: StoredRecord;
}

/** Where a collection is kept, and with what it is read and written. */
export interface CollectionContext {
  tenant: string;
  name: string;
  database: Database;
  feed: Feed;
  /** The term in which it is written; null when any time will do. */
  epoch: number | null;
  /** The keys of its records, once somebody has said what they are. */
  keysOf: () => IndexKeys<StoredRecord> | undefined;
}

export class PostgresCollection implements Collection<StoredRecord> {
  readonly #context: CollectionContext;
  readonly #place: readonly [string, string];
  readonly #writes: SharedWrites;

  constructor(context: CollectionContext) {
    this.#context = context;
    this.#place = [context.tenant, context.name];
    this.#writes = new SharedWrites(context);
  }

  async get(id: string): Promise<StoredRecord | undefined> {
    const rows = await this.#read<RecordRow>('get', GET, [encodeText(id)]);
    return rows.map(({ data }) => deepFreeze(data))[0];
  }

  async find(index: string, key: string): Promise<StoredRecord[]> {
    for (;;) {
      const rows = await this.#read<RecordRow & { indexed: boolean }>('find', FIND, [
        encodeText(index),
        encodeKey(key),
      ]);
      const known = rows.filter(({ indexed }) => indexed);
      if (known.length === rows.length || this.#context.keysOf() === undefined)
        return known.map(({ data }) => deepFreeze(data));
      await this.#indexAll();
    }
  }

  async getMany(ids: readonly string[]): Promise<StoredRecord[]> {
    const pages: RecordRow[][] = [];
    for (const page of inPages(ids)) {
      pages.push(await this.#read<RecordRow>('get-many', GET_MANY, [page.map(encodeText)]));
    }
    return pages.flat().map(({ data }) => deepFreeze(data));
  }

  async put(
    records: readonly StoredRecord[],
    gone: readonly StoredRecord[] = [],
    found: readonly Found[] = [],
  ): Promise<StoredRecord[]> {
    const { name, database, feed } = this.#context;
    const ids = new Set<string>();
    for (const { id, version } of [...records, ...gone]) {
      if (ids.has(id)) throw versionConflict(name, id, version, version + 1);
      ids.add(id);
    }
    const puts = records.map((record) => deepFreeze({ ...record, version: record.version + 1 }));
    feed.assertUpToDate();
    if (ids.size === 0) database.assertOpen();
    else await this.#writes.submit({ puts, gone, found });
    return puts;
  }

  async delete(ids: readonly string[]): Promise<void> {
    const { database, feed, tenant, name: collection, epoch } = this.#context;
    feed.assertUpToDate();
    const [done] = await database.query<{ transaction: string; gone: string[] }>('delete', DELETE, [
      ...this.#place,
      epoch,
      ids.map(encodeText),
    ]);
    if (done === undefined || done.gone.length === 0) return;
    const changes = done.gone.map((id): Change => ({ collection, id: decodeText(id), kind: 'delete' }));
    feed.wrote(done.transaction, new Map([[tenant, changes]]));
  }

  async *list(): AsyncIterable<StoredRecord> {
    const { database, feed } = this.#context;
    feed.assertUpToDate();
    const place = this.#place;
    yield* database.atOneMoment(async function* (query) {
      let last = '';
      let known = 0;
      for (;;) {
        const rows: RecordRow[] = await query('list', PAGE_AFTER, [...place, last, known]);
        for (const { data } of rows) yield deepFreeze(data);
        if (rows.length < PAGE) return;
        last = rows.at(-1)?.id ?? last;
        known = 1;
      }
    });
  }

  async count(): Promise<number> {
    const sql = 'select count(*)::int as count from lucca_scim.records where tenant = $1 and collection = $2';
    const [row] = await this.#read<{ count: number }>('count', sql, []);
    return row?.count ?? 0;
  }

  /** Gives keys to records that were written by somebody who did not know them. */
  async #indexAll(): Promise<void> {
    const { database, keysOf } = this.#context;
    for (;;) {
      const rows = await this.#read<RecordRow>('not-indexed', NOT_INDEXED, []);
      if (rows.length === 0) return;
      const records = rows.map(({ data }) => data);
      await database.query('index', 'select lucca_scim.index_records($1, $2, $3, $4, $5, $6, $7)', [
        ...this.#place,
        records.map(({ id }) => encodeText(id)),
        records.map(({ version }) => version),
        ...keyColumns(records, keysOf()),
      ]);
    }
  }

  #read<Row extends object>(name: string, sql: string, values: unknown[]): Promise<Row[]> {
    this.#context.feed.assertUpToDate();
    return this.#context.database.query<Row & Record<string, unknown>>(name, sql, [
      ...this.#place,
      ...values,
    ]);
  }
}
