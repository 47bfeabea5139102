/** How a database is brought to the form that this version knows. */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { assertMigrated, MIGRATIONS_FOLDER, migrate } from '../../src/store/postgres/migrate.js';
import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import { usePostgres } from '../support/postgres.js';
import { type Card, card } from './contract.js';

const postgres = usePostgres();

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** The migrations of a later version: those of today and some more, by file name. */
async function laterVersion(more: Record<string, string>): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'bridge-migrations-'));
  onTestFinished(() => fs.rm(folder, { recursive: true, force: true }));
  await fs.cp(MIGRATIONS_FOLDER, folder, { recursive: true });
  for (const [name, sql] of Object.entries(more)) await fs.writeFile(path.join(folder, name), sql);
  return folder;
}

describe('a database', () => {
  it('is made ready once, however many start on it at the same time', async () => {
    const url = await postgres.createDatabase();
    await Promise.all(
      (await Promise.all([1, 2, 3].map(() => connect(url)))).map((client) => migrate(client)),
    );
    const done = await postgres.query<{ name: string }>(url, 'select name from lucca_scim.migrations');
    expect(done).toEqual([{ name: '0001_state' }]);
  });

  it('of a newer version is refused by its newest migration, and nothing in it changes', async () => {
    const url = await postgres.createDatabase();
    const newer = await laterVersion({ '0002_more.sql': 'create table lucca_scim.more (id int)' });
    await migrate(await connect(url), newer);
    await expect(openPostgresStore({ url })).rejects.toMatchObject({
      code: 'STORE_TOO_NEW',
      message: expect.stringContaining('0002_more'),
    });
    expect(await postgres.query(url, 'select from lucca_scim.more')).toEqual([]);
  });

  it('of an older version is not read as if it were of this one', async () => {
    const url = await postgres.createDatabase();
    const client = await connect(url);
    await migrate(client);
    await expect(assertMigrated(client)).resolves.toBeUndefined();
    const later = await laterVersion({ '0002_more.sql': 'create table lucca_scim.more (id int)' });
    await expect(assertMigrated(client, later)).rejects.toMatchObject({
      code: 'STORE_TOO_OLD',
      message: expect.stringContaining('0002_more'),
    });
  });

  it('stays as it was when a migration breaks off, and the next start goes on', async () => {
    const url = await postgres.createDatabase();
    const store = await openPostgresStore({ url });
    await store.collection<Card>('acme', 'cards').put([card('a')]);
    await store.close();
    const broken = await laterVersion({
      '0002_more.sql': 'create table lucca_scim.more (id int); delete from lucca_scim.records;',
      '0003_broken.sql': 'select 1 / 0',
    });
    await expect(migrate(await connect(url), broken)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const again = await openPostgresStore({ url });
    onTestFinished(() => again.close());
    expect(await again.collection<Card>('acme', 'cards').get('a')).toMatchObject({ version: 1 });
    const mended = await laterVersion({ '0002_more.sql': 'create table lucca_scim.more (id int)' });
    await migrate(await connect(url), mended);
  });

  it('in which the user may create nothing is refused with words', async () => {
    const url = await postgres.createDatabase();
    await postgres.query(url, 'create role guest login');
    const guest = url.replace('bridge@', 'guest@');
    await expect(openPostgresStore({ url: guest })).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
  });

  it('whose schema an administrator has made for the user is enough', async () => {
    const url = await postgres.createDatabase();
    await postgres.query(url, 'create role tenant login; create schema lucca_scim authorization tenant;');
    const store = await openPostgresStore({ url: url.replace('bridge@', 'tenant@') });
    onTestFinished(() => store.close());
    await store.collection<Card>('acme', 'cards').put([card('a')]);
    await store.compact({ forget: true });
  });
});
