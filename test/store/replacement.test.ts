import fs from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFileSystem } from '../../src/store/files.js';
import { openLowdbStore } from '../../src/store/lowdb.js';
import { readLowdbStore } from '../../src/store/lowdb-reader.js';
import { replaceState } from '../../src/store/replacement.js';
import type { PlacedRecord, Store } from '../../src/store/store.js';
import { all, type Card, card } from './contract.js';
import { failingDisk } from './failing-disk.js';
import { filesIn, temporaryFolder } from './folders.js';

/** Three snapshots old, with changes in the journal since, and the end of that journal cut off. */
async function damagedState(): Promise<string> {
  const folder = await temporaryFolder();
  const store = await openLowdbStore({ folder });
  const cards = store.collection<Card>('acme', 'cards');
  let stored = await cards.put(['a', 'b', 'c'].map((id) => card(id, 'first')));
  for (const name of ['second', 'third']) {
    stored = await cards.put(stored.map((each) => ({ ...each, name })));
    await store.compact();
  }
  for (const one of stored) await cards.put([{ ...one, name: 'last' }]);
  await store.close();
  const journal = path.join(folder, 'journal');
  const newest = path.join(journal, (await fs.readdir(journal)).sort().at(-1) ?? '');
  await fs.truncate(newest, (await fs.stat(newest)).size - 10);
  return folder;
}

const cardsOf = async (store: Store): Promise<string[]> => {
  const cards = await all(store.collection<Card>('acme', 'cards').list());
  return cards.map(({ id, name }) => `${id} ${name}`);
};

async function read(folder: string): Promise<string[]> {
  const store = await openLowdbStore({ folder });
  const cards = await cardsOf(store);
  await store.close();
  return cards;
}

const place = (id: string): PlacedRecord => ({
  tenant: 'acme',
  collection: 'cards',
  record: { ...card(id, 'new'), version: 7 },
});

describe('replacing a state that cannot be opened', () => {
  it('shows what can still be read of it, and keeps its files aside', async () => {
    const folder = await damagedState();
    const before = (await filesIn(folder)).filter((name) => name !== 'lock');
    let seen: string[] = [];
    const aside = await replaceState(nodeFileSystem, folder, async (salvaged) => {
      seen = await cardsOf(salvaged);
      return [place('x')];
    });
    expect(seen).toEqual(['a last', 'b last', 'c third']);
    expect(aside).toBe(path.join(folder, 'damaged-1'));
    expect(await filesIn(aside)).toEqual(before);
    expect(await read(folder)).toEqual(['x new']);
    const store = await readLowdbStore({ folder });
    expect(await store.collection('acme', 'cards').get('x')).toMatchObject({ version: 7 });
  });

  it('by nothing leaves an empty state', async () => {
    const folder = await damagedState();
    await replaceState(nodeFileSystem, folder, async () => []);
    expect(await read(folder)).toEqual([]);
  });

  it('again keeps both aside', async () => {
    const folder = await damagedState();
    await replaceState(nodeFileSystem, folder, async () => [place('x')]);
    await fs.rm(path.join(folder, 'journal'), { recursive: true });
    expect(await replaceState(nodeFileSystem, folder, async () => [place('y')])).toMatch(/damaged-2$/);
    expect(await read(folder)).toEqual(['y new']);
  });

  it('that another process has is refused', async () => {
    const folder = await temporaryFolder();
    const store = await openLowdbStore({ folder });
    const replacing = replaceState(nodeFileSystem, folder, async () => []);
    await expect(replacing).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await store.close();
  });

  it('leaves no trace of the old one after a snapshot that forgets', async () => {
    const folder = await damagedState();
    await replaceState(nodeFileSystem, folder, async () => [place('x')]);
    const store = await openLowdbStore({ folder });
    await store.compact({ forget: true });
    await store.close();
    expect((await filesIn(folder)).filter((name) => name.startsWith('damaged'))).toEqual([]);
  });

  it('killed at any call: the old state stands as it was, or the next start finishes it', async () => {
    const run = async (folder: string, kill: number): Promise<{ calls: number; isDone: boolean }> => {
      const disk = failingDisk((call) => (call >= kill ? 'EIO' : undefined));
      const isDone = await replaceState(disk.files, folder, async () => [place('x')]).then(
        () => true,
        () => false,
      );
      await fs.rm(path.join(folder, 'lock'), { force: true });
      return { calls: disk.calls(), isDone };
    };
    const { calls } = await run(await damagedState(), Number.POSITIVE_INFINITY);
    expect(calls).toBeGreaterThan(40);
    const seen = new Set<string>();
    for (let kill = 0; kill < calls; kill += 1) {
      const folder = await damagedState();
      const before = await filesIn(folder);
      const { isDone } = await run(folder, kill);
      const outcome = await read(folder).catch((error: { code: string }) => error.code);
      seen.add(String(outcome));
      if (outcome === 'STORE_DAMAGED') {
        expect([kill, isDone]).toEqual([kill, false]);
        expect(await filesIn(folder)).toEqual(expect.arrayContaining(before));
        await replaceState(nodeFileSystem, folder, async () => [place('x')]);
      }
      expect([kill, await read(folder)]).toEqual([kill, ['x new']]);
    }
    expect(seen).toEqual(new Set(['STORE_DAMAGED', 'x new']));
  }, 120_000);

  it('interrupted half-way is not read as it is by those who only look', async () => {
    const folder = await damagedState();
    const files = {
      ...nodeFileSystem,
      rename: async (from: string, to: string) => {
        if (path.basename(from) === 'journal.new') throw Object.assign(new Error('EIO'), { code: 'EIO' });
        await fs.rename(from, to);
      },
    } as typeof nodeFileSystem;
    await expect(replaceState(files, folder, async () => [place('x')])).rejects.toMatchObject({
      code: 'STORE_IO',
    });
    await expect(readLowdbStore({ folder })).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      remedy: expect.stringContaining('finishes it'),
    });
    expect(await read(folder)).toEqual(['x new']);
  });
});
