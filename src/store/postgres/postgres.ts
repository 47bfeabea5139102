/** State in PostgreSQL, for several processes at once and many tenants: every write is one statement on the server. */
import type pg from 'pg';
import type { BridgeError } from '../../errors.js';
import { invalidName } from '../errors.js';
import type {
  Change,
  Collection,
  Holding,
  IndexKeys,
  PlacedRecord,
  Store,
  StoredRecord,
  Term,
} from '../store.js';
import { isName } from '../tables.js';
import { PostgresCollection } from './collection.js';
import { Database } from './database.js';
import { Feed } from './feed.js';
import { lead } from './leader.js';
import { assertMigrated, migrate } from './migrate.js';
import { replaceAll } from './replace-all.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`, of the server itself: not of a pooler that shares sessions. */
  url: string;
  /** Told about what went wrong without a caller to tell: changes of others that cannot be followed for now. */
  onProblem?: (problem: BridgeError) => void;
}

/**
 * Opens the state in a database, beside other processes; makes or updates its tables, all of them in the schema `lucca_scim`.
 * PostgreSQL 14 or newer.
 * @throws BridgeError STORE_ADDRESS_INVALID (exit code 2), STORE_UNAVAILABLE, STORE_READ_ONLY, STORE_TOO_NEW
 */
export async function openPostgresStore({ url, onProblem = () => {} }: PostgresOptions): Promise<Store> {
  return openStoreOn(new Database(url), migrate, (database) => Feed.start(database, onProblem));
}

/**
 * The state of a database as it is, for a user who needs no other right than to read it: writes nothing, and refuses every write with
 * `STORE_READ_ONLY`. Changes of others are not followed.
 * @throws BridgeError STORE_MISSING, STORE_TOO_OLD, STORE_TOO_NEW, STORE_ADDRESS_INVALID (exit code 2), STORE_UNAVAILABLE,
 * STORE_READ_ONLY when not even reading is granted
 */
export async function readPostgresStore({ url }: Pick<PostgresOptions, 'url'>): Promise<Store> {
  return openStoreOn(new Database(url, { readOnly: true }), assertMigrated, Feed.still);
}

/** @param prepare sees to it that the tables are there */
async function openStoreOn(
  database: Database,
  prepare: (client: pg.Client) => Promise<void>,
  startFeed: (database: Database) => Feed | Promise<Feed>,
): Promise<Store> {
  try {
    const client = await database.connect({ statement_timeout: 0, query_timeout: 0 });
    await prepare(client).finally(() => client.end().catch(() => {}));
    return new PostgresStore(database, await startFeed(database));
  } catch (error) {
    await database.close();
    throw error;
  }
}

class PostgresStore implements Store {
  readonly #database: Database;
  readonly #feed: Feed;
  readonly #indexes = new Map<string, IndexKeys<StoredRecord>>();
  readonly #collections = new Map<string, PostgresCollection>();
  #closed: Promise<void> | undefined;

  constructor(database: Database, feed: Feed) {
    this.#database = database;
    this.#feed = feed;
  }

  collection<T extends StoredRecord>(tenant: string, name: string, indexes?: IndexKeys<T>): Collection<T> {
    return this.#collection(tenant, name, indexes, null);
  }

  watch(tenant: string, listener: (changes: readonly Change[]) => void): () => void {
    return this.#feed.watch(tenant, listener);
  }

  lead(tenant: string): Promise<Term | null> {
    return lead(this.#database, tenant, (epoch) => ({
      collection: <T extends StoredRecord>(of: string, name: string, indexes?: IndexKeys<T>) =>
        this.#collection<T>(of, name, indexes, epoch),
    }));
  }

  async holdings(): Promise<Holding[]> {
    return this.#database.query<Holding & Record<string, unknown>>(
      'holdings',
      'select tenant, collection, count(*)::int as count from lucca_scim.records group by 1, 2 order by 1, 2',
      [],
    );
  }

  async replaceAll(records: AsyncIterable<PlacedRecord> | Iterable<PlacedRecord>): Promise<void> {
    const keysOf = (tenant: string, name: string) => this.#indexes.get(placeOf(tenant, name));
    const replace = () =>
      this.#database.transaction((query) => replaceAll(query, withNamesChecked(records), keysOf));
    await this.#database.during(replace);
    await this.#feed.look();
  }

  async compact(): Promise<void> {
    await this.#feed.tidy();
    const client = await this.#database.connect({ statement_timeout: 0, query_timeout: 0 });
    try {
      await client.query('vacuum lucca_scim.records, lucca_scim.keys, lucca_scim.changes');
    } finally {
      await client.end();
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#release();
    return this.#closed;
  }

  async #release(): Promise<void> {
    const closing = this.#database.close();
    await this.#feed.close();
    await closing;
  }

  #collection<T extends StoredRecord>(
    tenant: string,
    name: string,
    indexes: IndexKeys<T> | undefined,
    epoch: number | null,
  ): Collection<T> {
    checkName(tenant);
    checkName(name);
    const place = placeOf(tenant, name);
    // One place holds one type of record: the type parameter is the caller's knowledge, as it is in the interface.
    if (indexes && !this.#indexes.has(place)) {
      this.#indexes.set(place, indexes as unknown as IndexKeys<StoredRecord>);
    }
    const open = () =>
      new PostgresCollection({
        tenant,
        name,
        database: this.#database,
        feed: this.#feed,
        epoch,
        keysOf: () => this.#indexes.get(place),
      });
    if (epoch !== null) return open() as unknown as Collection<T>;
    const known = this.#collections.get(place) ?? open();
    this.#collections.set(place, known);
    return known as unknown as Collection<T>;
  }
}

function checkName(name: string): void {
  if (!isName(name)) throw invalidName(name);
}

/** Names hold no slash. */
function placeOf(tenant: string, name: string): string {
  return `${tenant}/${name}`;
}

async function* withNamesChecked(
  records: AsyncIterable<PlacedRecord> | Iterable<PlacedRecord>,
): AsyncIterable<PlacedRecord> {
  for await (const placed of records) {
    checkName(placed.tenant);
    checkName(placed.collection);
    yield placed;
  }
}
