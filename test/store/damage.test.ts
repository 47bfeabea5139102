import fs from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFileSystem } from '../../src/store/files.js';
import type { Migration } from '../../src/store/format.js';
import { type Manifest, manifestFile } from '../../src/store/layout.js';
import { openLowdbStore } from '../../src/store/lowdb.js';
import { readLowdbStore } from '../../src/store/lowdb-reader.js';
import type { StoredRecord } from '../../src/store/store.js';
import { all, type Card, card } from './contract.js';
import { filesIn, temporaryFolder } from './folders.js';

interface Opened {
  names: string[];
  problems: string[];
}

/** A closed state of 40 cards, all changed before each of so many snapshots and never since. */
async function state(snapshots = 0): Promise<string> {
  const folder = await temporaryFolder();
  const store = await openLowdbStore({ folder });
  const cards = store.collection<Card>('acme', 'cards');
  let stored = await cards.put(Array.from({ length: 40 }, (_, at) => card(`c${at}`, 'first')));
  for (let snapshot = 1; snapshot <= snapshots; snapshot += 1) {
    stored = await cards.put(stored.map((each) => ({ ...each, name: `snapshot ${snapshot}` })));
    await store.compact();
  }
  await store.close();
  return folder;
}

async function open(folder: string, migrations?: readonly Migration[]): Promise<Opened> {
  const problems: string[] = [];
  const store = await openLowdbStore({
    folder,
    onProblem: (problem) => problems.push(problem.message),
    ...(migrations && { migrations }),
  });
  const names = (await all(store.collection<Card>('acme', 'cards').list())).map(({ name }) => name);
  await store.close();
  return { names, problems };
}

async function find(folder: string, pattern: RegExp): Promise<string> {
  const name = (await filesIn(folder)).find((each) => pattern.test(each));
  if (!name) throw new Error(`no file like ${pattern}`);
  return path.join(folder, name);
}

async function cut(file: string, share = 0.5): Promise<void> {
  await fs.truncate(file, Math.floor((await fs.stat(file)).size * share));
}

const SHARD = /^data\/acme\/cards\/[0-9a-f]{2}\.json$/;
const damaged = (file: string) => ({
  code: 'STORE_DAMAGED',
  message: expect.stringContaining(file),
  remedy: expect.stringContaining('backup'),
});

describe('a damaged shard', () => {
  for (const [kind, spoil] of Object.entries({
    'cut in half': (file: string) => cut(file),
    empty: (file: string) => cut(file, 0),
    'changed in one byte': async (file: string) => {
      const content = await fs.readFile(file, 'utf8');
      await fs.writeFile(file, content.replace('snapshot', 'snapShot'));
    },
    'begun with a byte order mark': async (file: string) =>
      fs.writeFile(file, `\ufeff${await fs.readFile(file, 'utf8')}`),
    'replaced by a folder': async (file: string) => {
      await fs.rm(file);
      await fs.mkdir(file);
    },
    'replaced by null': (file: string) => fs.writeFile(file, 'null'),
  })) {
    it(`${kind}: is rebuilt from the whole journal, kept aside and named`, async () => {
      const folder = await state(1);
      const file = await find(folder, SHARD);
      await spoil(file);
      const { names, problems } = await open(folder);
      expect(names).toEqual(Array(40).fill('snapshot 1'));
      expect(problems).toEqual([expect.stringContaining(`${file}.damaged-`)]);
      expect(await open(folder)).toEqual({ names, problems: [] });
    });
  }

  it('is rebuilt from the one before it and the journal since then', async () => {
    const folder = await state(3);
    const file = await find(folder, SHARD);
    await cut(file);
    expect((await open(folder)).names).toEqual(Array(40).fill('snapshot 3'));
  });

  it('is the only one that is written anew', async () => {
    const folder = await state(3);
    const file = await find(folder, SHARD);
    await cut(file);
    const shards = (await filesIn(folder)).filter((name) => SHARD.test(name) && !file.endsWith(name));
    const inodes = () =>
      Promise.all(shards.map(async (name) => (await fs.stat(path.join(folder, name))).ino));
    const before = await inodes();
    const store = await openLowdbStore({ folder });
    await store.compact();
    await store.close();
    expect(await inodes()).toEqual(before);
  });

  it('with nothing left to rebuild it from: is named and refused, again and again, and touched by nobody', async () => {
    const folder = await state(3);
    const file = await find(folder, SHARD);
    await cut(file);
    await cut(`${file}.previous`);
    const before = await fs.readFile(file);
    await expect(open(folder)).rejects.toMatchObject(damaged(file));
    await expect(open(folder)).rejects.toMatchObject(damaged(file));
    expect(await fs.readFile(file)).toEqual(before);
  });

  it('gone, and the one before it too: is refused, not read as empty', async () => {
    const folder = await state(3);
    const file = await find(folder, SHARD);
    await fs.rm(file);
    await fs.rm(`${file}.previous`);
    const before = await filesIn(folder);
    await expect(open(folder)).rejects.toMatchObject(damaged(file));
    expect((await filesIn(folder)).filter((name) => name !== 'lock')).toEqual(before);
  });

  it('gone: is rebuilt from the one before it, or from the whole journal', async () => {
    for (const snapshots of [1, 3]) {
      const folder = await state(snapshots);
      const file = await find(folder, SHARD);
      await fs.rm(file);
      expect((await open(folder)).names).toEqual(Array(40).fill(`snapshot ${snapshots}`));
      expect((await open(folder)).names).toEqual(Array(40).fill(`snapshot ${snapshots}`));
    }
  });
});

describe('the folder of the snapshot, gone with everything in it', () => {
  it('is rebuilt while the journal reaches back to the first change', async () => {
    const folder = await state(1);
    await fs.rm(path.join(folder, 'data'), { recursive: true });
    expect((await open(folder)).names).toEqual(Array(40).fill('snapshot 1'));
    expect((await open(folder)).names).toEqual(Array(40).fill('snapshot 1'));
  });

  it('is refused once it does not, by whoever only looks too', async () => {
    const folder = await state(3);
    await fs.rm(path.join(folder, 'data'), { recursive: true });
    await expect(open(folder)).rejects.toMatchObject(damaged(path.join(folder, 'data')));
    await expect(readLowdbStore({ folder })).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });

  it('is read as it is found under a description that does not list its files yet', async () => {
    const folder = await state(3);
    const manifest = manifestFile(nodeFileSystem, folder);
    const { shards, ...older } = (await manifest.read()) ?? {};
    expect(shards).toBeDefined();
    await manifest.write(older as Manifest);
    expect((await open(folder)).names).toEqual(Array(40).fill('snapshot 3'));
  });
});

describe('a damaged journal', () => {
  it('cut after a clean end: the missing acknowledged changes are noticed', async () => {
    const folder = await state();
    const file = await find(folder, /^journal/);
    await cut(file);
    await expect(open(folder)).rejects.toMatchObject(damaged(path.dirname(file)));
  });

  it('gone: is noticed', async () => {
    const folder = await state();
    await fs.rm(await find(folder, /^journal/));
    await expect(open(folder)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });

  it('broken in the middle: is named', async () => {
    const folder = await temporaryFolder();
    const store = await openLowdbStore({ folder });
    for (const id of ['a', 'b', 'c']) await store.collection('acme', 'cards').put([card(id)]);
    await store.close();
    const file = await find(folder, /^journal/);
    await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace('"id":"b"', '"id":"x"'));
    await expect(open(folder)).rejects.toMatchObject(damaged(file));
  });
});

describe('a damaged description', () => {
  it('is replaced by the one before it', async () => {
    const folder = await state(1);
    await cut(path.join(folder, 'state.json'));
    expect((await open(folder)).names).toEqual(Array(40).fill('snapshot 1'));
  });

  it.each(['state.json', 'state.json.previous'])('%s as a folder is kept aside', async (name) => {
    const folder = await state(1);
    await fs.rm(path.join(folder, name));
    await fs.mkdir(path.join(folder, name));
    const { names } = await open(folder);
    expect(names).toEqual(Array(40).fill('snapshot 1'));
    expect(await fs.readdir(folder)).toContain('damaged-1');
    expect(await open(folder)).toEqual({ names, problems: [] });
  });

  it('lost altogether beside data: is refused, not taken for a new state', async () => {
    const folder = await state(1);
    for (const name of ['state.json', 'state.json.previous']) await fs.rm(path.join(folder, name));
    await expect(open(folder)).rejects.toMatchObject(damaged('state.json'));
  });
});

describe('what interrupted writes leave behind', () => {
  it('is swept at the next start', async () => {
    const folder = await state(1);
    const litter = [
      path.join(folder, 'state.json.1-1.tmp'),
      path.join(folder, 'data/acme/cards/00.json.1-2.tmp'),
    ];
    for (const file of litter) await fs.writeFile(file, '{"half');
    await open(folder);
    expect((await filesIn(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('formats', () => {
  const shout: Migration = {
    from: 1,
    migrate: (collection, record) =>
      collection === 'cards' && 'name' in record
        ? ({ ...record, name: `${record.name}!` } as StoredRecord)
        : record,
  };

  it('an older state is brought up to date once, snapshot and journal alike', async () => {
    const folder = await state(2);
    expect((await open(folder, [shout])).names).toEqual(Array(40).fill('snapshot 2!'));
    expect((await open(folder, [shout])).names).toEqual(Array(40).fill('snapshot 2!'));
  });

  it('steps are taken in order', async () => {
    const folder = await state();
    await open(folder, [shout]);
    const ask: Migration = { ...shout, from: 2, migrate: (_, record) => shoutLike(record, '?') };
    expect((await open(folder, [shout, ask])).names[0]).toBe('first!?');
  });

  it('a state of a newer version is refused with what to do, and stays as it is', async () => {
    const folder = await state(1);
    await open(folder, [shout]);
    await expect(open(folder)).rejects.toMatchObject({
      code: 'STORE_TOO_NEW',
      remedy: expect.stringContaining('newer version'),
    });
    expect((await open(folder, [shout])).names[0]).toBe('snapshot 1!');
  });

  it('a file of a newer version is refused, whatever the description says', async () => {
    const newer = await state(1);
    await open(newer, [shout]);
    const spoils: ((folder: string) => Promise<void>)[] = [
      async (folder) => cut(path.join(folder, 'state.json')),
      async (folder) => {
        const shard = await find(newer, SHARD);
        await fs.cp(shard, path.join(folder, path.relative(newer, shard)));
      },
    ];
    for (const [at, spoil] of spoils.entries()) {
      const folder = at === 0 ? newer : await state(1);
      await spoil(folder);
      const before = await filesIn(folder);
      await expect(open(folder)).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
      expect(await filesIn(folder)).toEqual(before);
    }
  });

  it('a migration interrupted half-way is finished at the next start', async () => {
    const folder = await state(1);
    let left = 10;
    const interrupted: Migration = {
      from: 1,
      migrate: (collection, record) => {
        left -= 1;
        if (left < 0) throw new Error('interrupted');
        return shout.migrate(collection, record);
      },
    };
    await expect(open(folder, [interrupted])).rejects.toMatchObject({ code: 'STORE_IO' });
    expect((await open(folder, [shout])).names).toEqual(Array(40).fill('snapshot 1!'));
  });
});

function shoutLike(record: StoredRecord, mark: string): StoredRecord {
  return 'name' in record ? ({ ...record, name: `${record.name}${mark}` } as StoredRecord) : record;
}
