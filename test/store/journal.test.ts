import fs from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FileSystem, nodeFileSystem } from '../../src/store/files.js';
import { Journal, listSegments, readJournal, removeSegments } from '../../src/store/journal.js';
import type { Entry } from '../../src/store/tables.js';
import { failingDisk } from './failing-disk.js';
import { temporaryFolder } from './folders.js';

const entry = (id: string): Entry => ({ tenant: 'acme', collection: 'cards', put: { id, version: 1 } });

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  await fs.mkdir(folder);
});

const journal = (files: FileSystem = nodeFileSystem): Journal => new Journal(files, folder, 1);

async function replay(): Promise<[number, string[]][]> {
  const batches: [number, string[]][] = [];
  for await (const { number, entries } of readJournal(nodeFileSystem, await segments(), 1)) {
    batches.push([number, entries.map((each) => ('put' in each ? each.put.id : each.delete))]);
  }
  return batches;
}

const segments = () => listSegments(nodeFileSystem, folder);

describe('the journal', () => {
  it('gives back its batches over all segments', async () => {
    const writing = journal();
    await writing.append(1, [entry('a'), entry('b')]);
    await writing.rotate();
    await writing.append(2, [entry('c')]);
    await writing.rotate();
    expect(await replay()).toEqual([
      [1, ['a', 'b']],
      [2, ['c']],
    ]);
  });

  it('a segment missing in the middle is damage', async () => {
    const writing = journal();
    for (const batch of [1, 2, 3]) {
      await writing.append(batch, [entry(`in ${batch}`)]);
      await writing.rotate();
    }
    const [, middle] = await segments();
    await fs.rm(middle?.path ?? '');
    await expect(replay()).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });

  it('a batch that failed is void as soon as the next one stands, even if the disk kept all of it', async () => {
    let broken = false;
    const { files } = failingDisk((_, name) =>
      broken && /datasync|truncate/.test(name) ? 'EIO' : undefined,
    );
    const writing = journal(files);
    await writing.append(1, [entry('a')]);
    broken = true;
    await expect(writing.append(2, [entry('failed')])).rejects.toMatchObject({ code: 'STORE_IO' });
    broken = false;
    await writing.append(2, [entry('b')]);
    await writing.rotate();
    expect(await replay()).toEqual([
      [1, ['a']],
      [2, ['b']],
    ]);
  });

  it('a batch of any size is whole', async () => {
    const many = Array.from({ length: 30_000 }, (_, at) => entry(`${at}-${'x'.repeat(50)}`));
    const writing = journal();
    const bytes = await writing.append(1, many);
    await writing.rotate();
    expect(bytes).toBeGreaterThan(2 ** 21);
    expect((await replay())[0]?.[1]).toHaveLength(30_000);
  });

  it('forgets the segments up to a boundary and keeps the later ones', async () => {
    const writing = journal();
    for (const batch of [1, 2, 3]) {
      await writing.append(batch, [entry(`in ${batch}`)]);
      await writing.rotate();
    }
    await removeSegments(nodeFileSystem, folder, 2);
    expect((await segments()).map(({ first }) => first)).toEqual([3]);
  });

  it('refuses a segment of a newer format', async () => {
    await fs.writeFile(`${folder}/000000000001.v2.log`, '');
    await expect(replay()).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
  });
});
