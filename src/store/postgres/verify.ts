/** Whether what stands in the tables fits together: what no constraint of the database can say. Changes nothing. */
import type { IndexKeys, StoredRecord } from '../store.js';
import { Database, type Query } from './database.js';
import { keyColumns } from './key-columns.js';
import { PAGE } from './pages.js';
import { decodeText } from './text.js';

export interface RecordFinding {
  tenant: string;
  collection: string;
  id: string;
  /** Completes "the record …". */
  problem: string;
}

const RECORDS = `
  select tenant, collection, id, version::int, indexed, data from lucca_scim.records
  where (tenant, collection, id) > ($1, $2, $3) order by tenant, collection, id limit ${PAGE}`;

const KEYS = `
  select tenant, collection, id, name, key from lucca_scim.keys
  where id = any ($1::text[]) and collection = any ($2::text[]) and tenant = any ($3::text[])`;

const STRAY_KEYS = `
  select distinct tenant, collection, id from lucca_scim.keys k
  where not exists (select from lucca_scim.records r where (r.tenant, r.collection, r.id) = (k.tenant, k.collection, k.id))`;

/** A dump that was read into another server keeps the numbers of the one from which it came. */
const CHANGES_AHEAD = `
  select tenant, collection, id from lucca_scim.changes
  where transaction >= pg_snapshot_xmax(pg_current_snapshot()) order by transaction, position limit 1`;

interface Row extends Record<string, unknown> {
  tenant: string;
  collection: string;
  id: string;
  version: number;
  indexed: boolean;
  data: StoredRecord;
}

type Place = Pick<Row, 'tenant' | 'collection' | 'id'>;

/**
 * Looks at every record as of one moment.
 * @param url of a database whose tables are there
 * @param keysOf the keys of a collection's records; undefined for those without
 */
export async function verifyRecords(
  url: string,
  keysOf: (collection: string) => IndexKeys<StoredRecord> | undefined,
): Promise<RecordFinding[]> {
  const database = new Database(url);
  const findings: RecordFinding[] = [];
  const reading = database.atOneMoment(async function* (query) {
    let last: Place = { tenant: '', collection: '', id: '' };
    for (;;) {
      const rows = await query<Row>('verify-records', RECORDS, [last.tenant, last.collection, last.id]);
      yield* await checkPage(query, rows, keysOf);
      if (rows.length < PAGE) break;
      last = rows.at(-1) ?? last;
    }
    for (const row of await query<Row>('verify-strays', STRAY_KEYS, [])) {
      yield finding(row, 'is not there, but is still found by a key');
    }
    for (const row of await query<Row>('verify-changes', CHANGES_AHEAD, [])) {
      yield finding(row, 'changed in a transaction that this server has not had: empty lucca_scim.changes');
    }
  });
  try {
    for await (const each of reading) findings.push(each);
    return findings;
  } finally {
    await database.close();
  }
}

async function checkPage(
  query: Query,
  rows: readonly Row[],
  keysOf: (collection: string) => IndexKeys<StoredRecord> | undefined,
): Promise<RecordFinding[]> {
  const stored = await query<Place & { name: string; key: string }>('verify-keys', KEYS, [
    rows.map(({ id }) => id),
    [...new Set(rows.map(({ collection }) => collection))],
    [...new Set(rows.map(({ tenant }) => tenant))],
  ]);
  const found = new Map(rows.map((row) => [addressOf(row), new Set<string>()]));
  for (const row of stored) found.get(addressOf(row))?.add(`${row.name} ${row.key}`);
  return rows.flatMap((row) => {
    if (row.data === null || row.data.id !== decodeText(row.id) || row.data.version !== row.version) {
      return [finding(row, 'is damaged: it says another id or version than it is stored under')];
    }
    const keys = keysOf(row.collection);
    // Whoever looks next gives it its keys.
    if (!row.indexed || keys === undefined) return [];
    const [, names, values] = keyColumns([row.data], keys);
    const expected = new Set(names.map((name, at) => `${name} ${values[at]}`));
    const actual = found.get(addressOf(row)) ?? new Set();
    const isSame = expected.size === actual.size && [...expected].every((key) => actual.has(key));
    return isSame ? [] : [finding(row, 'is found by other keys than it has')];
  });
}

function addressOf({ tenant, collection, id }: Place): string {
  return `${tenant}/${collection}/${id}`;
}

function finding({ tenant, collection, id }: Place, problem: string): RecordFinding {
  return { tenant, collection, id: decodeText(id), problem };
}
