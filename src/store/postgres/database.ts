/** Connections to PostgreSQL: statements one by one, several in one transaction, and long reads from one moment. */
import pg from 'pg';
import { storeClosed } from '../errors.js';
import { withOptions } from './address.js';
import { asStoreError } from './errors.js';

/** Runs one statement. `name` lets the server keep its plan. */
export type Query = <Row extends pg.QueryResultRow>(
  name: string,
  text: string,
  values: unknown[],
) => Promise<Row[]>;

const CONNECTIONS = 10;
/** Long reads have connections of their own, so that whoever writes while reading never waits for himself. */
const LONG_READS = 4;
const CONNECT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 60_000;

/** How long a connection waits before it gives up. */
export const PATIENCE = {
  keepAlive: true,
  connectionTimeoutMillis: CONNECT_WITHIN_MS,
  statement_timeout: ANSWER_WITHIN_MS,
  // For an answer that never comes over a dead line.
  query_timeout: ANSWER_WITHIN_MS + CONNECT_WITHIN_MS,
} as const;

export interface DatabaseOptions {
  /** The server then refuses every write of these connections, with `STORE_READ_ONLY`. */
  readOnly?: boolean;
}

export class Database {
  readonly #config: pg.ClientConfig;
  readonly #statements: pg.Pool;
  readonly #longReads: pg.Pool;
  readonly #reading = new Set<pg.PoolClient>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  /** @throws BridgeError STORE_ADDRESS_INVALID */
  constructor(url: string, { readOnly = false }: DatabaseOptions = {}) {
    this.#config = connectionOf(url, readOnly);
    this.#statements = openPool(this.#config, CONNECTIONS);
    this.#longReads = openPool(this.#config, LONG_READS);
  }

  /** @throws BridgeError STORE_CLOSED, STORE_UNAVAILABLE … as `asStoreError` */
  query<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    return this.during(() => this.run<Row>(name, text, values));
  }

  /** The same for work that `close` waits for already. */
  run<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    return run<Row>(this.#statements, name, text, values);
  }

  /** All of what `work` writes, or nothing. */
  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await take(this.#statements);
    try {
      await run(client, 'begin', 'begin', []);
      const result = await work((name, text, values) => run(client, name, text, values));
      await run(client, 'commit', 'commit', []);
      client.release();
      return result;
    } catch (error) {
      // The server undoes what a lost connection leaves.
      client.release(true);
      throw error;
    }
  }

  /** Gives `read` a connection on which every statement sees the database as it was at the first one. */
  async *atOneMoment<T>(read: (query: Query) => AsyncIterable<T>): AsyncIterable<T> {
    this.assertOpen();
    let client: pg.PoolClient | undefined;
    let isDone = false;
    try {
      const connection = await take(this.#longReads);
      client = connection;
      this.#reading.add(client);
      await run(client, 'begin-reading', 'begin isolation level repeatable read read only', []);
      yield* read((name, text, values) => run(connection, name, text, values));
      await run(client, 'commit', 'commit', []);
      isDone = true;
    } catch (error) {
      throw this.#closed ? storeClosed() : error;
    } finally {
      if (client !== undefined && this.#reading.delete(client)) client.release(!isDone);
    }
  }

  /** A connection of its own, for what belongs to a session. The caller ends it. */
  async connect(settings: pg.ClientConfig = {}): Promise<pg.Client> {
    this.assertOpen();
    const client = this.#makeClient(settings);
    // Whoever holds it looks at `end`; without a listener a lost connection would end the process.
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      throw asStoreError(error);
    }
  }

  /** Reads the certificates that the address names. */
  #makeClient(settings: pg.ClientConfig): pg.Client {
    try {
      return new pg.Client({ ...this.#config, ...settings });
    } catch (error) {
      throw asStoreError(error);
    }
  }

  assertOpen(): void {
    if (this.#closed) throw storeClosed();
  }

  /** Lets statements under way end, and cuts long reads. */
  close(): Promise<void> {
    this.#closed ??= this.#release();
    return this.#closed;
  }

  async #release(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    for (const client of this.#reading) client.release(true);
    this.#reading.clear();
    await Promise.all([this.#statements.end(), this.#longReads.end()]);
  }

  /** Work that `close` waits for. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.assertOpen();
    const working = work();
    this.#underWay.add(working);
    try {
      return await working;
    } finally {
      this.#underWay.delete(working);
    }
  }
}

function openPool(config: pg.ClientConfig, max: number): pg.Pool {
  const pool = new pg.Pool({ ...config, max });
  // A connection that was lost while nobody used it is replaced when somebody does.
  pool.on('error', () => {});
  // One that is lost between two statements fails the next of them; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

function connectionOf(url: string, readOnly: boolean): pg.ClientConfig {
  return {
    // Every statement has an index. Plans are kept, also those made while a table was small enough to be read whole.
    ...withOptions(url, `-c enable_seqscan=off${readOnly ? ' -c default_transaction_read_only=on' : ''}`),
    application_name: 'lucca-scim-bridge',
    ...PATIENCE,
  };
}

async function take(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw asStoreError(error);
  }
}

async function run<Row extends pg.QueryResultRow>(
  on: pg.Pool | pg.PoolClient,
  name: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  try {
    const { rows } = await on.query<Row>({ name, text, values });
    return rows;
  } catch (error) {
    throw asStoreError(error);
  }
}
