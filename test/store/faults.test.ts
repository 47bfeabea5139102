import fs from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import { describe, expect, it } from 'vitest';
import type { FileSystem } from '../../src/store/files.js';
import type { Migration } from '../../src/store/format.js';
import { openLowdbStore } from '../../src/store/lowdb.js';
import type { Store, StoredRecord } from '../../src/store/store.js';
import { type Card, card, cardIndexes } from './contract.js';
import { type FailingDisk, type Fault, failingDisk } from './failing-disk.js';
import { filesIn, temporaryFolder } from './folders.js';

/** What each id may hold: one value when the last call about it was answered, two when that call failed. */
type Expected = Map<string, Set<string | undefined>>;

type Step =
  | { put: Record<string, string> }
  | { delete: string }
  | { replaceAll: Record<string, string> }
  | 'compact'
  | 'forget';

const STEPS: readonly Step[] = [
  { put: { a: 'a1', b: 'b1', c: 'c1' } },
  'compact',
  { put: { a: 'a2' } },
  { delete: 'b' },
  { put: { d: 'd1' } },
  'compact',
  { put: { b: 'b2', a: 'a3' } },
  { delete: 'd' },
  'forget',
  { replaceAll: { a: 'a4', d: 'd2' } },
  { put: { a: 'a5' } },
];

const IDS = ['a', 'b', 'c', 'd'];

/** What a step that writes leaves under the ids that it is about. */
function wantedBy(step: Exclude<Step, string>): [string, string | undefined][] {
  if ('put' in step) return Object.entries(step.put);
  return 'delete' in step ? [[step.delete, undefined]] : IDS.map((id) => [id, step.replaceAll[id]]);
}

async function take(
  step: Exclude<Step, string>,
  store: Store,
  before: ReadonlyMap<string, Card | undefined>,
): Promise<unknown> {
  const cards = store.collection<Card>('acme', 'cards', cardIndexes);
  const records = wantedBy(step).flatMap(([id, name]) =>
    name === undefined ? [] : [{ ...card(id, name), version: before.get(id)?.version ?? 0 }],
  );
  if ('put' in step) return cards.put(records);
  if ('delete' in step) return cards.delete([step.delete]);
  return store.replaceAll(
    records.map((record) => ({
      tenant: 'acme',
      collection: 'cards',
      record: { ...record, version: record.version + 1 },
    })),
  );
}

const nameOf = async (store: Store, id: string): Promise<string | undefined> =>
  (await store.collection<Card>('acme', 'cards', cardIndexes).get(id))?.name;

/** Runs the steps, goes on after failures, and notes what may be stored from then on. */
async function work(folder: string, disk: FailingDisk): Promise<Expected> {
  const expected: Expected = new Map(IDS.map((id) => [id, new Set([undefined])]));
  const store = await openLowdbStore({ folder, files: disk.files }).catch(() => undefined);
  if (!store) return expected;
  const cards = store.collection<Card>('acme', 'cards', cardIndexes);
  for (const step of STEPS) {
    if (typeof step === 'string') {
      await store.compact({ forget: step === 'forget' }).catch(() => {});
      continue;
    }
    const wanted = wantedBy(step);
    const before = new Map(await Promise.all(wanted.map(async ([id]) => [id, await cards.get(id)] as const)));
    try {
      await take(step, store, before);
      for (const [id, name] of wanted) expected.set(id, new Set([name]));
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^STORE_(DISK_FULL|IO)$/) });
      for (const [id, name] of wanted) {
        expect(await nameOf(store, id)).toBe(before.get(id)?.name);
        expected.get(id)?.add(name);
      }
    }
  }
  await store.close().catch(() => {});
  return expected;
}

async function check(folder: string, expected: Expected, where: string): Promise<void> {
  // A process that died leaves its lock; here it lives on as the test itself.
  await fs.rm(path.join(folder, 'lock'), { force: true });
  const store = await openLowdbStore({ folder });
  for (const [id, names] of expected) {
    expect([where, id, [...names]]).toEqual([where, id, expect.arrayContaining([await nameOf(store, id)])]);
  }
  await store.close();
}

async function tryEveryCall(faultAt: (call: number) => Fault): Promise<void> {
  const smooth = failingDisk(() => undefined);
  await work(await temporaryFolder(), smooth);
  expect(smooth.calls()).toBeGreaterThan(80);
  const everyCall = Array.from({ length: smooth.calls() }, (_, call) => call);
  await pMap(everyCall, (call) => tryCall(call, faultAt(call)), { concurrency: 8 });
}

async function tryCall(call: number, fault: Fault): Promise<void> {
  const folder = await temporaryFolder();
  let name = '';
  const disk = failingDisk((at, each) => {
    if (at === call) name = each;
    return fault(at, each);
  });
  await check(folder, await work(folder, disk), `call ${call}, ${name}`);
}

describe('no acknowledged write is lost, and no answered call is undone', { timeout: 120_000 }, () => {
  it('when any one file-system call fails', () =>
    tryEveryCall((call) => (at) => {
      if (at !== call) return undefined;
      return call % 2 === 0 ? 'ENOSPC' : 'EIO';
    }));

  it('when the disk is full from any call on', () =>
    tryEveryCall(
      (call) => (at, name) =>
        at >= call && /open|write|append|mkdir|link/i.test(name) ? 'ENOSPC' : undefined,
    ));

  it('when the process dies at any call', () =>
    tryEveryCall((call) => (at) => (at >= call ? 'EIO' : undefined)));

  it('when the upgrade to a newer format is cut off at any call', async () => {
    const shout: Migration = {
      from: 1,
      migrate: (_, record) => ({ ...record, name: `${(record as Card).name}!` }) as StoredRecord,
    };
    const upgrade = async (folder: string, disk: FailingDisk): Promise<void> => {
      const store = await openLowdbStore({ folder, files: disk.files, migrations: [shout] });
      await store.close();
    };
    const older = async (): Promise<string> => {
      const folder = await temporaryFolder();
      const store = await openLowdbStore({ folder });
      const cards = store.collection<Card>('acme', 'cards');
      const stored = await cards.put(IDS.map((id) => card(id, 'old')));
      await store.compact();
      await cards.put(stored.slice(0, 2).map((each) => ({ ...each, name: 'new' })));
      await store.close();
      return folder;
    };
    const smooth = failingDisk(() => undefined);
    await upgrade(await older(), smooth);
    const everyCall = Array.from({ length: smooth.calls() }, (_, call) => call);
    await pMap(
      everyCall,
      async (call) => {
        const folder = await older();
        await upgrade(
          folder,
          failingDisk((at) => (at >= call ? 'EIO' : undefined)),
        ).catch(() => {});
        await fs.rm(path.join(folder, 'lock'), { force: true });
        const store = await openLowdbStore({ folder, migrations: [shout] });
        const names = await Promise.all(IDS.map((id) => nameOf(store, id)));
        await store.close();
        expect([call, ...names]).toEqual([call, 'new!', 'new!', 'old!', 'old!']);
      },
      { concurrency: 8 },
    );
  });
});

describe('a disk that refuses', () => {
  const open = async (fault: Fault) =>
    openLowdbStore({ folder: await temporaryFolder(), files: failingDisk(fault).files });

  it('full: says so, keeps what is there, and works again when there is room', async () => {
    let full = false;
    const store = await open((_, name) => (full && name === 'handle.appendFile' ? 'ENOSPC' : undefined));
    const cards = store.collection<Card>('acme', 'cards');
    await cards.put([card('a')]);
    full = true;
    await expect(cards.put([card('b')])).rejects.toMatchObject({
      code: 'STORE_DISK_FULL',
      remedy: expect.stringContaining('Make room'),
    });
    expect(await cards.get('a')).toBeDefined();
    expect(await cards.get('b')).toBeUndefined();
    full = false;
    expect(await cards.put([card('b')])).toMatchObject([{ version: 1 }]);
    await store.close();
  });

  it('one failed flush rejects the writes that waited for it, and no others', async () => {
    let broken = false;
    const store = await open((_, name) => (broken && name === 'handle.datasync' ? 'EIO' : undefined));
    const cards = store.collection<Card>('acme', 'cards');
    await cards.put([card('before')]);
    broken = true;
    const failed = await Promise.allSettled(['a', 'b'].map((id) => cards.put([card(id)])));
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken = false;
    await cards.put([card('after')]);
    await store.close();
    expect(failed).toMatchObject([{ reason: { code: 'STORE_IO' } }, { reason: { code: 'STORE_IO' } }]);
  });

  it('that a file stands in the way of: is told which way out there is', async () => {
    const folder = await temporaryFolder();
    await fs.writeFile(folder, 'a file');
    for (const wanted of [folder, path.join(folder, 'below')]) {
      await expect(openLowdbStore({ folder: wanted })).rejects.toMatchObject({
        code: 'STORE_IO',
        remedy: expect.stringContaining('name another state folder'),
      });
    }
  });

  it('that has no place for the folder says so, and does not try for ever', async ({ skip }) => {
    if (process.platform !== 'linux') skip('only Linux has a folder in which none can be made');
    await expect(openLowdbStore({ folder: '/proc/nowhere/state' })).rejects.toMatchObject({
      code: 'STORE_IO',
      message: expect.stringContaining('/proc/nowhere/state'),
    });
  });

  it('to close properly says so with a code, and the next start has everything', async () => {
    const folder = await temporaryFolder();
    let isBroken = false;
    const { files } = failingDisk((_, name) => (isBroken && name === 'unlink' ? 'EIO' : undefined));
    const store = await openLowdbStore({ folder, files });
    await store.collection('acme', 'cards').put([card('a')]);
    isBroken = true;
    await expect(store.close()).rejects.toMatchObject({ code: 'STORE_IO' });
    await fs.rm(path.join(folder, 'lock'));
    const reopened = await openLowdbStore({ folder });
    expect(await reopened.collection('acme', 'cards').count()).toBe(1);
    await reopened.close();
  });

  it('a new state folder lasts as its files do: every folder above it that was made is synced too', async () => {
    const synced: string[] = [];
    const { files } = failingDisk(() => undefined);
    const top = await temporaryFolder();
    const noting: FileSystem = {
      ...files,
      open: (async (file: string, ...rest: [string, number]) => {
        if (rest[0] === 'r') synced.push(String(file));
        return files.open(file, ...rest);
      }) as FileSystem['open'],
      mkdir: files.mkdir,
    };
    const names: (keyof FileSystem)[] = ['link', 'readFile', 'readdir', 'rename', 'stat', 'unlink', 'utimes'];
    for (const name of names) Object.assign(noting, { [name]: files[name] });
    await (await openLowdbStore({ folder: path.join(top, 'deep/state'), files: noting })).close();
    expect(synced).toEqual(expect.arrayContaining([path.dirname(top), top, path.join(top, 'deep')]));
  });

  it('read-only: is told at once, with what to do', async () => {
    const readOnly = open((_, name) => (/open|mkdir|link|rename/.test(name) ? 'EROFS' : undefined));
    await expect(readOnly).rejects.toMatchObject({
      code: 'STORE_READ_ONLY',
      remedy: expect.stringContaining('state folder'),
    });
  });

  it('a snapshot that cannot be written is reported, and writes go on from the journal', async () => {
    const folder = await temporaryFolder();
    const problems: string[] = [];
    const { files } = failingDisk((_, name) =>
      name === 'handle.writeFile' && started ? 'ENOSPC' : undefined,
    );
    let started = false;
    const store = await openLowdbStore({
      folder,
      files,
      compactAfterBytes: 1_000,
      onProblem: ({ code }) => problems.push(code),
    });
    started = true;
    const cards = store.collection<Card>('acme', 'cards');
    for (let at = 0; at < 100; at += 1) await cards.put([card(`c${at}`)]);
    expect((await filesIn(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    started = false;
    await store.close();
    expect(new Set(problems)).toEqual(new Set(['STORE_DISK_FULL']));
    const reopened = await openLowdbStore({ folder });
    expect(await reopened.collection('acme', 'cards').count()).toBe(100);
    await reopened.close();
  });
});
