/** What only looks at a state in PostgreSQL: `state verify`, `backup`, `export`. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import { writeBackup } from '../../src/upkeep/archive.js';
import { openStoreForReading } from '../../src/upkeep/stores.js';
import { isSound, verifyState } from '../../src/upkeep/verify.js';
import { usePostgres } from '../support/postgres.js';
import { fillCompany, NOW, TENANT } from './company.js';
import { openFolder } from './folder.js';

const postgres = usePostgres();

const placeOf = (url: string) => ({ state: 'unused', store: { postgres: { url } } });

async function filled(): Promise<string> {
  const url = await postgres.createDatabase();
  const store = await openPostgresStore({ url });
  await fillCompany(store);
  await store.close();
  return url;
}

/** The address for a user who may read the state and nothing else. */
async function forReader(url: string, user: string): Promise<string> {
  await postgres.query(url, `create role ${user} login`);
  await postgres.query(url, `grant usage on schema lucca_scim to ${user}`);
  await postgres.query(url, `grant select on all tables in schema lucca_scim to ${user}`);
  return url.replace('bridge@', `${user}@`);
}

/** Schemas that are not the server's own. */
const schemasOf = (url: string) =>
  postgres.query(
    url,
    "select nspname from pg_namespace where nspname !~ '^pg_' and nspname not in ('public', 'information_schema')",
  );

describe('a database without a state', () => {
  it('stays empty, and is no sound state', async () => {
    const url = await postgres.createDatabase();
    const missing = { code: 'STORE_MISSING', remedy: expect.stringContaining('store.postgres.url') };
    await expect(verifyState(placeOf(url))).rejects.toMatchObject(missing);
    await expect(openStoreForReading(placeOf(url))).rejects.toMatchObject(missing);
    expect(await schemasOf(url)).toEqual([]);
  });

  it('is one too whose schema an administrator has made ready', async () => {
    const url = await postgres.createDatabase();
    await postgres.query(url, 'create schema lucca_scim');
    await expect(verifyState(placeOf(url))).rejects.toMatchObject({ code: 'STORE_MISSING' });
  });
});

describe('a user who may only read', () => {
  it('verifies and backs up the state', async () => {
    const place = placeOf(await forReader(await filled(), 'reader'));
    const verified = await verifyState(place);
    expect(isSound(verified)).toBe(true);
    expect(verified.holdings).toContainEqual({ tenant: TENANT, collection: 'people', count: 2 });
    const store = await openStoreForReading(place);
    const backup = await writeBackup(store, path.join(await openFolder(), 'backup.jsonl'), NOW);
    await store.close();
    expect(backup.records).toBe(verified.holdings.reduce((sum, { count }) => sum + count, 0));
  });

  it('and who may not even do that is told which right is missing', async () => {
    const url = await filled();
    await postgres.query(url, 'create role stranger login');
    await expect(verifyState(placeOf(url.replace('bridge@', 'stranger@')))).rejects.toMatchObject({
      code: 'STORE_READ_ONLY',
      remedy: expect.stringMatching(/grant usage.*grant select/i),
    });
  });
});

describe('a store that was opened to be read', () => {
  it.each([
    '',
    '?options=-c%20work_mem%3D8MB',
    '?options=-c+default_transaction_read_only=off&application_name=x',
  ])('refuses every write, also to whom the server would grant it (address with %j)', async (query) => {
    const url = await filled();
    const before = await postgres.query(url, 'select * from lucca_scim.changes');
    const store = await openStoreForReading(placeOf(url + query));
    const cards = store.collection(TENANT, 'cards');
    const refused = { code: 'STORE_READ_ONLY' };
    await expect(cards.put([{ id: 'a', version: 0 }])).rejects.toMatchObject(refused);
    await expect(cards.delete(['a'])).rejects.toMatchObject(refused);
    await expect(store.replaceAll([])).rejects.toMatchObject(refused);
    await expect(store.lead(TENANT)).rejects.toMatchObject(refused);
    await store.close();
    expect(await postgres.query(url, 'select * from lucca_scim.changes')).toEqual(before);
  });
});
