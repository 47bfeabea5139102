/** Puts other records in the place of everything, in one transaction. */
import type { IndexKeys, PlacedRecord, StoredRecord } from '../store.js';
import type { Query } from './database.js';
import { keyColumns } from './key-columns.js';
import { PAGE } from './pages.js';
import { encodeText } from './text.js';

/** The keys of a collection's records, when somebody has said what they are. */
export type KeysOf = (tenant: string, collection: string) => IndexKeys<StoredRecord> | undefined;

const INSERT = `
  with given as (
    insert into lucca_scim.records (tenant, collection, id, version, indexed, data)
    select $1, $2, id, version, $6, document::json from unnest($3::text[], $4::bigint[], $5::text[]) as g (id, version, document)
    returning id
  )
  insert into lucca_scim.changes (tenant, collection, id, kind) select $1, $2, id, 'put' from given`;

export async function replaceAll(
  query: Query,
  records: AsyncIterable<PlacedRecord> | Iterable<PlacedRecord>,
  keysOf: KeysOf,
): Promise<void> {
  await query('lock', 'lock table lucca_scim.records in share row exclusive mode', []);
  await query('clear-keys', 'delete from lucca_scim.keys', []);
  await query(
    'clear',
    `with gone as (delete from lucca_scim.records returning tenant, collection, id)
     insert into lucca_scim.changes (tenant, collection, id, kind) select tenant, collection, id, 'delete' from gone`,
    [],
  );
  let place: readonly [string, string] = ['', ''];
  let page: StoredRecord[] = [];
  const flush = async () => {
    if (page.length === 0) return;
    await insert(query, place, page, keysOf(...place));
    page = [];
  };
  for await (const { tenant, collection, record } of records) {
    const isElsewhere = place[0] !== tenant || place[1] !== collection;
    if (isElsewhere || page.length === PAGE) await flush();
    place = [tenant, collection];
    page.push(record);
  }
  await flush();
}

async function insert(
  query: Query,
  place: readonly [string, string],
  page: readonly StoredRecord[],
  keysOf: IndexKeys<StoredRecord> | undefined,
): Promise<void> {
  const ids = page.map(({ id }) => encodeText(id));
  const versions = page.map(({ version }) => version);
  const documents = page.map((record) => JSON.stringify(record));
  await query('insert', INSERT, [...place, ids, versions, documents, keysOf !== undefined]);
  const keys = keyColumns(page, keysOf);
  await query('insert-keys', 'select lucca_scim.set_keys($1, $2, $3, $4, $5, $6)', [...place, ids, ...keys]);
}
