import fs from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeFileSystem } from '../../src/store/files.js';
import { type Manifest, manifestFile } from '../../src/store/layout.js';
import { openLowdbStore } from '../../src/store/lowdb.js';
import { readLowdbStore } from '../../src/store/lowdb-reader.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import type { PlacedRecord, Store } from '../../src/store/store.js';
import { openState } from '../../src/sync/state.js';
import { openBackup, writeBackup } from '../../src/upkeep/archive.js';
import { listBackups, noteBackup } from '../../src/upkeep/backup-index.js';
import { erasePerson } from '../../src/upkeep/erase.js';
import { erasuresOf, readReceipts } from '../../src/upkeep/erasures.js';
import { listEverything } from '../../src/upkeep/listing.js';
import { isSamePlace, openStoreToMove } from '../../src/upkeep/stores.js';
import { migrate, restore } from '../../src/upkeep/transfer.js';
import { usePostgres } from '../support/postgres.js';
import { BOB, fillCompany, MARGUERITE, NOW, person, TENANT } from './company.js';
import { openFolder } from './folder.js';

const postgres = usePostgres();

const empty = { from: 'the old state', name: 'the new state', replace: false };

async function everything(store: Store): Promise<PlacedRecord[]> {
  const found: PlacedRecord[] = [];
  for await (const placed of listEverything(store)) found.push(placed);
  return found;
}

async function company(): Promise<Store> {
  const store = createMemoryStore();
  await fillCompany(store);
  return store;
}

async function backUp(store: Store, at = NOW): Promise<string> {
  const file = path.join(await openFolder(), 'backup.jsonl');
  await writeBackup(store, file, at);
  return file;
}

/** Erases Marguerite at an instant; gives the line that the command prints. */
async function erase(store: Store, at: string): Promise<string> {
  const { people } = openState(store, TENANT);
  const context = {
    store,
    tenant: TENANT,
    people,
    erasures: erasuresOf(store, TENANT),
    backups: async () => [],
    now: () => at,
    newId: () => 'receipt',
  };
  return JSON.stringify(await erasePerson(context, MARGUERITE, { by: 'x', force: true }));
}

describe('a backup', () => {
  it('holds everything, and brings it back with the versions that it had', async () => {
    const store = await company();
    const file = await backUp(store);
    const restored = createMemoryStore();
    expect(await restore(restored, file, empty)).toMatchObject({ takenAt: NOW, erased: 0 });
    expect(await everything(restored)).toEqual(await everything(store));
  });

  it('brings back any records, whatever stands in them', async () => {
    const folder = await openFolder();
    let count = 0;
    const record = fc.record({ id: fc.string({ minLength: 1 }), text: fc.string({ unit: 'binary' }) });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(record, { selector: ({ id }) => id }), async (records) => {
        const store = createMemoryStore();
        await store.collection('acme', 'notes').put(records.map((each) => ({ ...each, version: 0 })));
        count += 1;
        const file = path.join(folder, `${count}`);
        await writeBackup(store, file, NOW);
        const restored = createMemoryStore();
        await restore(restored, file, empty);
        expect(await everything(restored)).toEqual(await everything(store));
      }),
      { numRuns: 50 },
    );
  });

  it('is for its owner alone, and takes no other file’s place', async () => {
    const store = await company();
    const file = await backUp(store);
    expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
    await expect(writeBackup(store, file, NOW)).rejects.toMatchObject({ code: 'BACKUP_EXISTS', exitCode: 2 });
    await expect(writeBackup(store, path.join(file, '../nowhere/b'), NOW)).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringContaining('folder does not exist'),
    });
    expect(await fs.readdir(path.dirname(file))).toEqual(['backup.jsonl']);
  });

  it('is taken while another process has the state and writes to it without pause', async () => {
    const folder = path.join(await openFolder(), 'state');
    const store = await openLowdbStore({ folder, compactAfterBytes: 2_000 });
    const pairs = store.collection<{ id: string; version: number; turn: number }>('acme', 'pairs');
    let isOver = false;
    const writing = (async () => {
      let stored = await pairs.put(['a', 'b'].map((id) => ({ id, version: 0, turn: 0 })));
      for (let turn = 1; !isOver; turn += 1) {
        stored = await pairs.put(stored.map((each) => ({ ...each, turn })));
        await store.collection('acme', 'others').put([{ id: `other-${turn}`, version: 0 }]);
      }
    })();
    try {
      for (let look = 0; look < 30; look += 1) {
        const before = await pairs.get('a');
        const seen = await readLowdbStore({ folder });
        const [a, b] = await Promise.all(
          ['a', 'b'].map((id) =>
            seen.collection<{ id: string; version: number; turn: number }>('acme', 'pairs').get(id),
          ),
        );
        expect(a?.turn).toBe(b?.turn);
        expect(a?.turn ?? 0).toBeGreaterThanOrEqual(before?.turn ?? 0);
      }
    } finally {
      isOver = true;
      await writing;
      await store.close();
    }
  });

  for (const [kind, spoil] of Object.entries({
    'cut in half': (text: string) => text.slice(0, text.length / 2),
    'without its last line': (text: string) => `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`,
    'with a line taken out': (text: string) => text.split('\n').toSpliced(3, 1).join('\n'),
    'changed in one word': (text: string) => text.replace('Buyer', 'Bayer'),
    'put together from two': (text: string) => text + text,
    empty: () => '',
    'something else': () => '{"some":"json"}\n',
  })) {
    it(`${kind}: is refused, and nothing is changed`, async () => {
      const file = await backUp(await company());
      await fs.writeFile(file, spoil(await fs.readFile(file, 'utf8')));
      const store = createMemoryStore();
      await store.collection('acme', 'notes').put([{ id: 'kept', version: 0 }]);
      await expect(restore(store, file, { ...empty, replace: true })).rejects.toMatchObject({
        code: 'BACKUP_INVALID',
        exitCode: 2,
      });
      expect(await store.holdings()).toEqual([{ tenant: 'acme', collection: 'notes', count: 1 }]);
    });
  }

  it('of a newer version is refused with what to do', async () => {
    const file = await backUp(await company());
    await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace('"format":1', '"format":99'));
    await expect(openBackup(file)).rejects.toMatchObject({
      code: 'STORE_TOO_NEW',
      remedy: expect.stringContaining('newer version'),
    });
  });

  it('that is not there, or is a folder, is named, with what to do', async () => {
    const folder = await openFolder();
    for (const [file, why] of [
      [path.join(folder, 'nosuch'), 'there is no such file'],
      [folder, 'cannot be read (EISDIR)'],
    ] as const) {
      await expect(openBackup(file)).rejects.toMatchObject({
        code: 'BACKUP_INVALID',
        message: expect.stringMatching(new RegExp(`${file}.*${why.replace(/[()]/g, '.')}`)),
        remedy: expect.stringContaining('state backup'),
        exitCode: 2,
      });
    }
  });
});

describe('restoring', () => {
  it('into a state that holds something needs to be asked for, and then leaves nothing of it', async () => {
    const file = await backUp(await company());
    const store = createMemoryStore();
    await openState(store, TENANT).people.put([person('33333333-cccc-4ccc-8ccc-333333333333', 'Carl', '1')]);
    await expect(restore(store, file, empty)).rejects.toMatchObject({ code: 'STATE_NOT_EMPTY', exitCode: 2 });
    await restore(store, file, { ...empty, replace: true });
    expect((await everything(store)).filter(({ record }) => record.id.startsWith('33333333'))).toEqual([]);
    expect(await openState(store, TENANT).people.count()).toBe(2);
  });

  it('leaves whoever was erased since out, as the state, the backup or a receipt says', async () => {
    const file = await backUp(await company());
    const store = await company();
    const line = await erase(store, NOW);
    expect(await restore(store, file, { ...empty, replace: true })).toMatchObject({ erased: 1 });
    expect(JSON.stringify(await everything(store))).not.toMatch(/Marguerite|account-marguerite/);
    expect(await erasuresOf(store, TENANT).count()).toBe(1);

    const elsewhere = createMemoryStore();
    expect(await restore(elsewhere, file, { ...empty, receipts: readReceipts(line) })).toMatchObject({
      erased: 1,
    });
    expect(await everything(elsewhere)).toEqual(await everything(store));

    const again = createMemoryStore();
    await restore(again, await backUp(elsewhere), empty);
    expect(await everything(again)).toEqual(await everything(elsewhere));
  });

  it('brings back whoever came again after having been erased', async () => {
    const store = await company();
    await erase(store, NOW);
    const { people } = openState(store, TENANT);
    await people.put([
      { ...person(MARGUERITE, 'Marguerite', '4711'), createdAt: '2027-01-01T00:00:00.000Z' },
    ]);
    const restored = createMemoryStore();
    expect(await restore(restored, await backUp(store), empty)).toMatchObject({ erased: 0 });
    expect(await openState(restored, TENANT).people.count()).toBe(2);
  });

  it('interrupted at any moment leaves all of the old state or all of the new one', async () => {
    const file = await backUp(await company());
    const folder = path.join(await openFolder(), 'state');
    const store = await openLowdbStore({ folder });
    await openState(store, TENANT).people.put([person('33333333-cccc-4ccc-8ccc-333333333333', 'Carl', '1')]);
    const restoring = restore(store, file, { ...empty, replace: true });
    const seen = new Set<number>();
    for (let look = 0; look < 20; look += 1) {
      seen.add(await openState(await readLowdbStore({ folder }), TENANT).people.count());
    }
    await restoring;
    seen.add(await openState(await readLowdbStore({ folder }), TENANT).people.count());
    await store.close();
    expect([...seen].every((count) => count === 1 || count === 2)).toBe(true);
    expect(seen).toContain(2);
  });
});

describe('migrating', () => {
  it('brings everything to another store and back', async () => {
    const from = await company();
    const folder = path.join(await openFolder(), 'state');
    const between = await openLowdbStore({ folder });
    const back = createMemoryStore();
    await migrate(from, between, empty);
    await between.close();
    const reopened = await openLowdbStore({ folder });
    expect(await openState(reopened, TENANT).people.find('externalId', 'lucca 4712')).toMatchObject([
      { id: BOB },
    ]);
    await migrate(reopened, back, empty);
    await reopened.close();
    expect(await everything(back)).toEqual(await everything(from));
  });

  it('brings everything to PostgreSQL and back, the answers of its indexes included', async () => {
    const from = await company();
    const between = await openPostgresStore({ url: await postgres.createDatabase() });
    const back = createMemoryStore();
    await migrate(from, between, empty);
    const { people } = openState(between, TENANT);
    expect(await people.find('externalId', 'lucca 4712')).toMatchObject([{ id: BOB }]);
    await expect(migrate(from, between, empty)).rejects.toMatchObject({ code: 'STATE_NOT_EMPTY' });
    await migrate(between, back, empty);
    await between.close();
    expect(await everything(back)).toEqual(await everything(from));
  });

  it('brings any records to PostgreSQL and back', async () => {
    const between = await openPostgresStore({ url: await postgres.createDatabase() });
    const text = fc.string({ unit: 'binary', minLength: 1 });
    const record = fc.record({ id: text, text, list: fc.array(fc.jsonValue()) });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(record, { minLength: 1, selector: ({ id }) => id }),
        async (records) => {
          const [from, back] = [createMemoryStore(), createMemoryStore()];
          // As JSON, which knows no -0.
          const stored = JSON.parse(JSON.stringify(records)) as typeof records;
          await from.collection('acme', 'notes').put(stored.map((each) => ({ ...each, version: 0 })));
          await migrate(from, between, { ...empty, replace: true });
          await migrate(between, back, empty);
          expect(await everything(back)).toEqual(await everything(from));
        },
      ),
      { numRuns: 40 },
    );
    await between.close();
  });

  it('out of a store that holds nothing is refused, so that nothing takes the place of something', async () => {
    const to = await company();
    const before = await everything(to);
    await expect(migrate(createMemoryStore(), to, { ...empty, replace: true })).rejects.toMatchObject({
      code: 'STATE_EMPTY',
      message: expect.stringContaining('the old state'),
    });
    expect(await everything(to)).toEqual(before);
  });

  it('out of a folder without a state makes none there', async () => {
    const folder = await openFolder();
    await fs.writeFile(path.join(folder, 'notes.txt'), 'not of the bridge');
    for (const state of [folder, path.join(folder, 'typo')]) {
      await expect(openStoreToMove({ state })).rejects.toMatchObject({ code: 'STORE_MISSING' });
    }
    expect(await fs.readdir(folder)).toEqual(['notes.txt']);
  });

  it('out of a place that cannot be looked into says so, and not that nothing is there', async () => {
    const file = path.join(await openFolder(), 'notes.txt');
    await fs.writeFile(file, 'not of the bridge');
    const state = path.join(file, 'state');
    await expect(openStoreToMove({ state })).rejects.toMatchObject({ code: 'STORE_IO' });
  });

  it('out of a state whose replacement was interrupted finishes that first', async () => {
    const state = path.join(await openFolder(), 'state');
    await (await openLowdbStore({ folder: state })).close();
    const manifest = manifestFile(nodeFileSystem, state);
    await manifest.write({ ...((await manifest.read()) as Manifest), aside: 'damaged-1' });
    await (await openStoreToMove({ state })).close();
    expect(await manifest.read()).not.toHaveProperty('aside');
  });

  it('leaves whoever was erased where it goes out', async () => {
    const [from, to] = [await company(), await company()];
    await erase(to, NOW);
    expect(await migrate(from, to, { ...empty, replace: true })).toMatchObject({ erased: 1 });
    expect(await openState(to, TENANT).people.get(MARGUERITE)).toBeUndefined();
  });

  it('into a store that holds something is refused', async () => {
    await expect(migrate(await company(), await company(), empty)).rejects.toMatchObject({
      code: 'STATE_NOT_EMPTY',
    });
  });
});

describe('two configurations with one state', () => {
  const database = (url: string) => ({ state: '/x', store: { postgres: { url } } });

  it('are noticed, however they write where it is', async () => {
    const folder = await openFolder();
    await fs.mkdir(path.join(folder, 'state'));
    await fs.symlink('state', path.join(folder, 'link'));
    const at = (name: string) => ({ state: `${folder}/${name}` });
    expect(await isSamePlace(at('state'), at('link'))).toBe(true);
    expect(await isSamePlace(at('none'), at('x/../none'))).toBe(true);
    expect(await isSamePlace(at('state'), at('none'))).toBe(false);
    expect(await isSamePlace(at('state'), { ...at('state'), ...database('postgres://a/b') })).toBe(false);
    expect(await isSamePlace(database('postgres://a/b'), database('postgres://a/b'))).toBe(true);
    expect(await isSamePlace(database('postgres://a/b'), database('postgres://a/c'))).toBe(false);
  });
});

describe('the index of backups', () => {
  it('lists what was taken, the oldest first, and passes over a line cut short', async () => {
    const folder = path.join(await openFolder(), 'state');
    expect(await listBackups(folder)).toEqual([]);
    const backups = ['one', 'two'].map((file) => ({ file, takenAt: NOW, records: 1, sha256: 's' }));
    for (const backup of backups) await noteBackup(folder, backup);
    await fs.appendFile(path.join(folder, 'backups.jsonl'), '{"file":"th');
    expect(await listBackups(folder)).toEqual(backups);
  });
});
