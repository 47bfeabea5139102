/** Brings the database to the form that this version knows. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type pg from 'pg';
import { asStoreError, schemaTooNew } from './errors.js';

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
  const known = (await readdir(folder)).map((file) => path.parse(file).name);
  try {
    if (await isUpToDate(client, known)) return;
    await client.query('select pg_advisory_lock($1)', [TURN]);
    try {
      if (await isUpToDate(client, known)) return;
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

/** Asks first: whoever owns a schema may not be allowed to create one, not even if it exists. */
async function makeSchema(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [SCHEMA]);
  if (rowCount === 0) await client.query(`create schema ${SCHEMA}`);
}

async function isUpToDate(client: pg.Client, known: readonly string[]): Promise<boolean> {
  const { rows: tables } = await client.query('select to_regclass($1) as found', [`${SCHEMA}.${TABLE}`]);
  if (tables[0]?.found === null) return false;
  const { rows } = await client.query<{ name: string }>(`select name from ${SCHEMA}.${TABLE}`);
  const done = rows.map(({ name }) => name);
  const unknown = done.find((name) => !known.includes(name));
  if (unknown !== undefined) throw schemaTooNew(unknown);
  return known.every((name) => done.includes(name));
}
