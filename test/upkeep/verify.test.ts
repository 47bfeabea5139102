import fs from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openServedState } from '../../src/server/bridge/collections.js';
import { type FileSystem, nodeFileSystem } from '../../src/store/files.js';
import { openLowdbStore } from '../../src/store/lowdb.js';
import { readLowdbStore } from '../../src/store/lowdb-reader.js';
import { verifyFiles } from '../../src/store/verify-files.js';
import { openState } from '../../src/sync/state.js';
import { isSound, verifyState } from '../../src/upkeep/verify.js';
import { fillCompany, person, TENANT } from './company.js';
import { openFolder } from './folder.js';

async function state(snapshots = 2): Promise<string> {
  const folder = path.join(await openFolder(), 'state');
  const store = await openLowdbStore({ folder });
  await fillCompany(store);
  for (let snapshot = 0; snapshot < snapshots; snapshot += 1) await store.compact();
  await store.close();
  return folder;
}

async function shardOf(folder: string, collection: string): Promise<string> {
  const within = path.join(folder, 'data', TENANT, collection);
  const name = (await fs.readdir(within)).find((each) => each.endsWith('.json'));
  return path.join(within, name ?? 'none');
}

/** Every file with its content and times. */
async function print(folder: string): Promise<unknown> {
  const names = (await fs.readdir(folder, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const { mtimeMs, size, ino } = await fs.stat(path.join(folder, name));
      return { name, mtimeMs, size, ino };
    }),
  );
}

describe('verifying a state', () => {
  it('that is sound says so, and touches nothing', async () => {
    const folder = await state();
    const before = await print(folder);
    const verified = await verifyState({ state: folder });
    expect(isSound(verified)).toBe(true);
    expect(verified).toMatchObject({ damaged: [], references: [], unreadable: null });
    expect(verified.files).toBeGreaterThan(8);
    expect(verified.holdings).toContainEqual({ tenant: TENANT, collection: 'people', count: 2 });
    expect(await print(folder)).toEqual(before);
  });

  it('works while a process has it', async () => {
    const folder = await state();
    const store = await openLowdbStore({ folder });
    await openState(store, TENANT).people.put([person('33333333-cccc-4ccc-8ccc-333333333333', 'Carl', '1')]);
    const { holdings } = await verifyState({ state: folder });
    expect(holdings).toContainEqual({ tenant: TENANT, collection: 'people', count: 3 });
    await store.close();
  });

  it('names every damaged file, not just the first, and says what would be lost', async () => {
    const folder = await state(3);
    const [one, other] = [await shardOf(folder, 'people'), await shardOf(folder, 'conflicts')];
    await fs.truncate(one, 40);
    await fs.writeFile(other, (await fs.readFile(other, 'utf8')).replace('open', 'shut'));
    const verified = await verifyState({ state: folder });
    expect(isSound(verified)).toBe(false);
    expect(verified.damaged).toEqual([
      { severity: 'error', file: other, problem: expect.stringContaining('checksum') },
      { severity: 'error', file: one, problem: expect.stringContaining('bytes') },
    ]);
    expect(verified.unreadable).toMatchObject({
      code: 'STORE_DAMAGED',
      remedy: expect.stringContaining('backup'),
    });
  });

  it('reports a damaged file that the next start can rebuild, and one that was rebuilt', async () => {
    const folder = await state(1);
    const shard = await shardOf(folder, 'people');
    await fs.truncate(shard, 40);
    const before = await verifyState({ state: folder });
    expect(before).toMatchObject({ damaged: [{ file: shard }], unreadable: null });
    await (await openLowdbStore({ folder })).close();
    const { damaged } = await verifyState({ state: folder });
    expect(damaged).toEqual([
      {
        severity: 'error',
        file: expect.stringContaining('.damaged-'),
        problem: expect.stringContaining('delete it'),
      },
    ]);
  });

  it('notices a file that is gone, whether the next start can rebuild it or not', async () => {
    for (const snapshots of [1, 3]) {
      const folder = await state(snapshots);
      const shard = await shardOf(folder, 'people');
      await fs.rm(shard);
      const verified = await verifyState({ state: folder });
      expect(isSound(verified)).toBe(false);
      expect(verified.damaged).toEqual([{ severity: 'error', file: shard, problem: 'is missing' }]);
      expect(verified.unreadable?.code).toBe(snapshots === 1 ? undefined : 'STORE_DAMAGED');
    }
  });

  it('notes a journal that is only kept for repairs and broken, and is sound all the same', async () => {
    const folder = await state(1);
    const store = await openLowdbStore({ folder });
    await openState(store, TENANT).people.put([person('33333333-cccc-4ccc-8ccc-333333333333', 'Carl', '1')]);
    await store.close();
    const journal = path.join(folder, 'journal');
    const [kept = '', needed = ''] = (await fs.readdir(journal))
      .sort()
      .map((name) => path.join(journal, name));
    await fs.truncate(kept, (await fs.stat(kept)).size - 10);
    const verified = await verifyState({ state: folder });
    expect(verified.damaged).toEqual([
      { severity: 'notice', file: kept, problem: expect.stringContaining('could not be rebuilt') },
    ]);
    expect(isSound(verified)).toBe(true);

    await fs.copyFile(needed, needed.replace(/\d{12}/, '000000000999'));
    const { damaged } = await verifyState({ state: folder });
    expect(damaged).toContainEqual({
      severity: 'error',
      file: needed,
      problem: expect.stringContaining('batch'),
    });
  });

  it('notices a record that lies in the wrong file', async () => {
    const folder = await state();
    const shard = await shardOf(folder, 'runs');
    await fs.copyFile(shard, shard.replace(/..\.json$/, '00.json'));
    const { damaged } = await verifyState({ state: folder });
    expect(damaged).toEqual([
      {
        severity: 'error',
        file: expect.stringContaining('00.json'),
        problem: expect.stringContaining('another file'),
      },
    ]);
  });

  it('finds people who contradict each other, and notes whom nobody knows any more', async () => {
    const folder = await state();
    const store = await openLowdbStore({ folder });
    const { people, luccaGroups } = { ...openState(store, TENANT), ...openServedState(store, TENANT) };
    await people.put([person('33333333-cccc-4ccc-8ccc-333333333333', 'Bob', '9')]);
    const group = await luccaGroups.get('sales');
    if (group) await luccaGroups.put([{ ...group, members: ['nobody'] }]);
    await store.close();
    const verified = await verifyState({ state: folder });
    expect(isSound(verified)).toBe(false);
    expect(verified.references).toMatchObject([
      { severity: 'error', collection: 'people', problem: expect.stringContaining('its id at idp:okta') },
      { severity: 'error', collection: 'people', problem: expect.stringContaining('its account on travel') },
      { severity: 'notice', collection: 'lucca-groups', id: 'sales', problem: 'nobody is not there' },
    ]);
  });

  it('of a newer version says so', async () => {
    const folder = await state();
    const newer = await openLowdbStore({ folder, migrations: [{ from: 1, migrate: (_, record) => record }] });
    await newer.close();
    const verified = await verifyState({ state: folder });
    expect(isSound(verified)).toBe(false);
    expect(verified.unreadable).toMatchObject({ code: 'STORE_TOO_NEW' });
  });

  it('that lies where a file stands says so', async () => {
    const file = path.join(await openFolder(), 'file');
    await fs.writeFile(file, '');
    const expected = { code: 'STORE_IO', message: expect.stringContaining(file) };
    await expect(verifyState({ state: file })).rejects.toMatchObject(expected);
    await expect(readLowdbStore({ folder: file })).rejects.toMatchObject(expected);
  });

  it('with a file that may not be read names the file and says what to do', async () => {
    const folder = await state();
    for (const closed of ['state.json', path.relative(folder, await shardOf(folder, 'people'))]) {
      const files: FileSystem = {
        ...nodeFileSystem,
        readFile: (async (file: string, ...rest: []) => {
          if (file.endsWith(closed)) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
          return fs.readFile(file, ...rest);
        }) as FileSystem['readFile'],
      };
      const expected = { code: 'STORE_READ_ONLY', remedy: expect.stringContaining('read and write') };
      await expect(readLowdbStore({ folder, files })).rejects.toMatchObject(expected);
      await expect(verifyFiles(files, folder)).rejects.toMatchObject({
        ...expected,
        message: expect.stringContaining(closed),
      });
    }
  });

  it('where there is none says so instead of finding all well', async () => {
    await expect(verifyState({ state: path.join(await openFolder(), 'state') })).rejects.toMatchObject({
      code: 'STORE_MISSING',
    });
  });
});
