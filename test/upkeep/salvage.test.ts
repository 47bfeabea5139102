import fs from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLowdbStore } from '../../src/store/lowdb.js';
import { openState } from '../../src/sync/state.js';
import { writeBackup } from '../../src/upkeep/archive.js';
import { listBackups, noteBackup } from '../../src/upkeep/backup-index.js';
import { erasePerson } from '../../src/upkeep/erase.js';
import { erasuresOf } from '../../src/upkeep/erasures.js';
import { restoreOverUnreadable, salvageState } from '../../src/upkeep/salvage.js';
import { isSound, verifyState } from '../../src/upkeep/verify.js';
import { BOB, fillCompany, MARGUERITE, NOW, person, TENANT } from './company.js';
import { openFolder } from './folder.js';

const CARL = '33333333-cccc-4ccc-8ccc-333333333333';

/** A state of Bob and Carl, Marguerite having been erased since the backup was taken; Carl came last. */
async function state(): Promise<{ folder: string; backup: string }> {
  const folder = path.join(await openFolder(), 'state');
  const store = await openLowdbStore({ folder });
  await fillCompany(store);
  const backup = path.join(path.dirname(folder), 'backup.jsonl');
  await noteBackup(folder, await writeBackup(store, backup, NOW));
  const { people } = openState(store, TENANT);
  await erasePerson(
    {
      store,
      tenant: TENANT,
      people,
      erasures: erasuresOf(store, TENANT),
      backups: () => listBackups(folder),
      now: () => NOW,
      newId: () => 'receipt',
    },
    MARGUERITE,
    { by: 'x', force: true },
  );
  for (let snapshot = 0; snapshot < 2; snapshot += 1) await store.compact();
  await people.put([person(CARL, 'Carl', '1')]);
  await store.close();
  return { folder, backup };
}

async function peopleIn(folder: string): Promise<string[]> {
  const store = await openLowdbStore({ folder });
  const ids: string[] = [];
  for await (const { id } of openState(store, TENANT).people.list()) ids.push(id);
  await store.close();
  return ids;
}

const remove = (folder: string, ...names: string[]) =>
  Promise.all(names.map((name) => fs.rm(path.join(folder, name), { recursive: true })));

async function lastSegment(folder: string): Promise<string> {
  const journal = path.join(folder, 'journal');
  return path.join(journal, (await fs.readdir(journal)).sort().at(-1) ?? '');
}

async function cutJournal(folder: string): Promise<void> {
  const file = await lastSegment(folder);
  await fs.truncate(file, (await fs.stat(file)).size - 100);
}

async function shardOf(folder: string, id: string): Promise<string> {
  const people = path.join(folder, 'data', TENANT, 'people');
  for (const name of await fs.readdir(people)) {
    const file = path.join(people, name);
    if ((await fs.readFile(file, 'utf8')).includes(id)) return file;
  }
  throw new Error(`no file holds ${id}`);
}

async function becomeFolder(file: string): Promise<void> {
  await fs.rm(file);
  await fs.mkdir(file);
}

/** Each with who can still be read. */
const DAMAGES: Record<string, { spoil: (folder: string) => Promise<unknown>; left: string[] }> = {
  'the end of the journal is cut off': { spoil: cutJournal, left: [BOB] },
  'the journal is gone': { spoil: (folder) => remove(folder, 'journal'), left: [BOB] },
  'the snapshot is gone': { spoil: (folder) => remove(folder, 'data'), left: [CARL] },
  'a file of the snapshot is broken': {
    spoil: async (folder) => fs.truncate(await shardOf(folder, BOB), 40),
    left: [CARL],
  },
  'the description is gone': {
    spoil: (folder) => remove(folder, 'state.json', 'state.json.previous'),
    left: [BOB, CARL],
  },
  'a file of the snapshot has become a folder': {
    spoil: async (folder) => becomeFolder(await shardOf(folder, BOB)),
    left: [CARL],
  },
  'a file of the journal has become a folder': {
    spoil: async (folder) => becomeFolder(await lastSegment(folder)),
    left: [BOB],
  },
  'the description has become a folder': {
    spoil: async (folder) => {
      await remove(folder, 'state.json.previous');
      await becomeFolder(path.join(folder, 'state.json'));
    },
    left: [BOB, CARL],
  },
  'everything but the description is gone': {
    spoil: (folder) => remove(folder, 'journal', 'data'),
    left: [],
  },
};

describe('what the remedy for a damaged state says', () => {
  for (const [damage, { spoil, left }] of Object.entries(DAMAGES)) {
    it(`works when ${damage}`, async () => {
      for (const way of ['restore', 'salvage']) {
        const { folder, backup } = await state();
        await spoil(folder);
        await expect(openLowdbStore({ folder })).rejects.toMatchObject({
          code: 'STORE_DAMAGED',
          remedy: expect.stringMatching(/state restore FILE --replace.*state salvage/),
        });
        const replaced =
          way === 'restore' ? await restoreOverUnreadable(folder, backup, []) : await salvageState(folder);
        expect(await fs.readdir(folder)).toContain(path.basename(replaced.aside));
        expect(isSound(await verifyState({ state: folder }))).toBe(true);
        expect(await listBackups(folder)).toHaveLength(1);
        if (way === 'salvage') expect(await peopleIn(folder)).toEqual(left);
        else expect(await peopleIn(folder)).toContain(BOB);
      }
    });
  }

  it('keeps the receipts of erasures that can still be read, so that nobody comes back', async () => {
    const { folder, backup } = await state();
    await cutJournal(folder);
    expect(await restoreOverUnreadable(folder, backup, [])).toMatchObject({ erased: 1 });
    expect(await peopleIn(folder)).toEqual([BOB]);
  });

  it('with a backup that is not whole changes nothing', async () => {
    const { folder, backup } = await state();
    await cutJournal(folder);
    await fs.truncate(backup, (await fs.stat(backup)).size - 10);
    const before = await fs.readdir(folder, { recursive: true });
    await expect(restoreOverUnreadable(folder, backup, [])).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
    expect(await fs.readdir(folder, { recursive: true })).toEqual(before);
  });
});
