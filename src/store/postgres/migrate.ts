/** Brings the database to the form that this version knows. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type pg from 'pg';
import { asStoreError, noState, schemaTooNew, schemaTooOld } from './errors.js';

/** Packaged beside `dist`. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));
const SCHEMA = 'lucca_scim';
const TABLE = 'migrations';
/** Instances that start together take turns. Any number will do that others do not use. */
const TURN = '5208846271';

/**
 * Runs the migrations that the database has not seen, all of them in one transaction: one that is interrupted leaves everything as it
 * was, and the next start begins again.
 * @throws BridgeError STORE_TOO_NEW, before anything is changed; STORE_UNAVAILABLE, STORE_READ_ONLY
 */
export async function migrate(client: pg.Client, folder = MIGRATIONS_FOLDER): Promise<void> {
  const known = await migrationsIn(folder);
  try {
    if ((await missing(client, known)).length === 0) return;
    await client.query('select pg_advisory_lock($1)', [TURN]);
    try {
      if ((await missing(client, known)).length === 0) return;
      await makeSchema(client);
      await runner({
        dbClient: client,
        dir: folder,
        direction: 'up',
        schema: SCHEMA,
        migrationsTable: TABLE,
        singleTransaction: true,
        noLock: true,
        log: () => {},
      });
    } finally {
      await client.query('select pg_advisory_unlock($1)', [TURN]);
    }
  } catch (error) {
    throw asStoreError(error);
  }
}

/**
 * For whoever only reads: refuses a database in any other form than this version's. Changes nothing.
 * @throws BridgeError STORE_MISSING, STORE_TOO_OLD, STORE_TOO_NEW; STORE_UNAVAILABLE, STORE_READ_ONLY
 */
export async function assertMigrated(client: pg.Client, folder = MIGRATIONS_FOLDER): Promise<void> {
  const known = await migrationsIn(folder);
  const [first, ...others] = await missing(client, known).catch((error: unknown) => {
    throw asStoreError(error);
  });
  if (first === undefined) return;
  throw others.length + 1 === known.length ? noState() : schemaTooOld(first);
}

async function migrationsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).map((file) => path.parse(file).name).sort();
}

/** Asks first: whoever owns a schema may not be allowed to create one, not even if it exists. */
async function makeSchema(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [SCHEMA]);
  if (rowCount === 0) await client.query(`create schema ${SCHEMA}`);
}

/** The migrations that the database has not seen. @throws BridgeError STORE_TOO_NEW when it has seen one that is not known */
async function missing(client: pg.Client, known: readonly string[]): Promise<string[]> {
  const { rows: tables } = await client.query('select to_regclass($1) as found', [`${SCHEMA}.${TABLE}`]);
  if (tables[0]?.found === null) return [...known];
  const { rows } = await client.query<{ name: string }>(`select name from ${SCHEMA}.${TABLE}`);
  const done = rows.map(({ name }) => name);
  const unknown = done.find((name) => !known.includes(name));
  if (unknown !== undefined) throw schemaTooNew(unknown);
  return known.filter((name) => !done.includes(name));
}
