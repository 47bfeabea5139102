import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FileSystem, nodeFileSystem } from '../../src/store/files.js';
import { lockFolder } from '../../src/store/lock.js';
import { openLowdbStore } from '../../src/store/lowdb.js';
import { type Card, card } from './contract.js';
import { temporaryFolder } from './folders.js';

const lock = (folder: string) => lockFolder(nodeFileSystem, folder);

async function lockedBy(holder: Record<string, unknown> | string): Promise<string> {
  const folder = await temporaryFolder();
  await fs.mkdir(folder);
  const content = typeof holder === 'string' ? holder : JSON.stringify(holder);
  await fs.writeFile(path.join(folder, 'lock'), content);
  return folder;
}

/** Every file in a folder, by name. */
async function contentOf(folder: string): Promise<Map<string, string>> {
  const names = (await fs.readdir(folder, { recursive: true, withFileTypes: true })).filter((each) =>
    each.isFile(),
  );
  const files = names.map((each) => path.join(each.parentPath, each.name)).sort();
  return new Map(
    await Promise.all(files.map(async (file) => [file, await fs.readFile(file, 'utf8')] as const)),
  );
}

/** The pid and start of a process that was killed, and whose parent lives on without asking how it ended. */
async function startZombie(): Promise<{ pid: number; started: string }> {
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => {
    parent.kill('SIGKILL');
  });
  const [printed] = await once(parent.stdout, 'data');
  const pid = Number(printed);
  process.kill(pid, 'SIGKILL');
  const boot = (await fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  for (;;) {
    const fields = (await fs.readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
    if (fields[0] === 'Z') return { pid, started: `${boot} ${fields[19]}` };
    await setTimeout(5);
  }
}

/** The pid of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('the lock of a state folder', () => {
  it('a second opening is told who holds the state and which file to look at', async () => {
    const folder = await temporaryFolder();
    const store = await openLowdbStore({ folder });
    await expect(openLowdbStore({ folder })).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`process ${process.pid}`),
      remedy: expect.stringContaining(path.join(folder, 'lock')),
    });
    await store.close();
  });

  it('is free again after closing', async () => {
    const folder = await temporaryFolder();
    await (await openLowdbStore({ folder })).close();
    await (await openLowdbStore({ folder })).close();
    await expect(fs.stat(path.join(folder, 'lock'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of a process that is gone is taken over', async () => {
    const folder = await lockedBy({ pid: await deadPid(), host: os.hostname(), started: 'x', token: 't' });
    await (await lock(folder)).release();
  });

  it('of an earlier process with the pid of a living one is taken over', async ({ skip }) => {
    if (process.platform !== 'linux') skip('only Linux tells when a process started');
    const folder = await lockedBy({ pid: process.pid, host: os.hostname(), started: 'before', token: 't' });
    await (await lock(folder)).release();
  });

  it('of a process that is dead and not yet buried by its parent is taken over', async ({ skip }) => {
    if (process.platform !== 'linux') skip('only Linux tells in which state a process is');
    const folder = await lockedBy({ ...(await startZombie()), host: os.hostname(), token: 't' });
    await (await lock(folder)).release();
  });

  it('with a number that no process has is taken over', async () => {
    for (const pid of [0, -1, 1.5]) {
      const folder = await lockedBy({ pid, host: os.hostname(), started: 'x', token: 't' });
      await (await lock(folder)).release();
    }
  });

  it('of another machine stands while that machine gives signs of life', async () => {
    const folder = await lockedBy({ pid: 1, host: 'elsewhere', started: 'x', token: 't' });
    await expect(lock(folder)).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining('process 1 on elsewhere'),
    });
  });

  it('of another machine whose last sign is minutes away from now is taken over', async () => {
    const elsewhere = { pid: 1, host: 'elsewhere', started: 'x', token: 't' };
    const folder = await lockedBy(elsewhere);
    // The other way round: a clock was set back since then.
    for (const minutes of [-10, 10]) {
      const sign = new Date(Date.now() + minutes * 60_000);
      await fs.writeFile(path.join(folder, 'lock'), JSON.stringify(elsewhere));
      await fs.utimes(path.join(folder, 'lock'), sign, sign);
      await (await lock(folder)).release();
    }
  });

  it('that says nothing is taken over', async () => {
    for (const content of ['', '{"pid":', 'null', '{}'])
      await (await lock(await lockedBy(content))).release();
  });

  it('goes to exactly one of many who want it, also when a dead process left one', async () => {
    const pid = await deadPid();
    for (let round = 0; round < 50; round += 1) {
      const folder = await lockedBy({ pid, host: os.hostname(), started: 'x', token: 't' });
      const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => lock(folder)));
      const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(winners).toHaveLength(1);
      for (const winner of winners) await winner.release();
      expect(await fs.readdir(folder)).toEqual([]);
    }
  });

  it('of a process that is gone is taken over also after another was killed while it did so', async () => {
    const folder = await lockedBy({ pid: await deadPid(), host: os.hostname(), started: 'x', token: 't' });
    const turn = path.join(folder, 'lock.turn.tmp');
    await fs.writeFile(turn, '');
    const longAgo = new Date(Date.now() - 60_000);
    await fs.utimes(turn, longAgo, longAgo);
    await (await lock(folder)).release();
    expect(await fs.readdir(folder)).toEqual([]);
  });

  it('is not stolen from a process that took over the dead one a moment earlier', async () => {
    const folder = await lockedBy({ pid: await deadPid(), host: os.hostname(), started: 'x', token: 't' });
    const winner = JSON.stringify({ pid: 1, host: 'elsewhere', started: 'x', token: 'winner' });
    const files: FileSystem = {
      ...nodeFileSystem,
      rename: async (from, to) => {
        await fs.rm(from);
        await fs.writeFile(from, winner);
        await nodeFileSystem.rename(from, to);
      },
    };
    await expect(lockFolder(files, folder)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    expect(await fs.readFile(path.join(folder, 'lock'), 'utf8')).toBe(winner);
  });

  it('is noticed to be lost by a process that stood still, before it writes again', async () => {
    const folder = await temporaryFolder();
    const store = await openLowdbStore({ folder });
    const cards = store.collection<Card>('acme', 'cards');
    await cards.put([card('a')]);
    // What a process on another machine does a minute after the last sign of life.
    await fs.rm(path.join(folder, 'lock'));
    const other = await lock(folder);
    const before = await contentOf(folder);
    const lost = { code: 'STORE_LOCK_LOST' };
    await expect(cards.put([card('b')])).rejects.toMatchObject(lost);
    await expect(store.compact()).rejects.toMatchObject(lost);
    await expect(store.close()).rejects.toMatchObject(lost);
    expect(await contentOf(folder)).toEqual(before);
    await other.release();
    const again = await openLowdbStore({ folder });
    expect(await again.collection<Card>('acme', 'cards').count()).toBe(1);
    await again.close();
  });

  it('that is lost while a write is on its way lets nobody believe in that write', async () => {
    const folder = await temporaryFolder();
    let steal = async (): Promise<void> => {};
    const files: FileSystem = {
      ...nodeFileSystem,
      async open(...given) {
        const handle = await nodeFileSystem.open(...given);
        const sync = handle.datasync.bind(handle);
        handle.datasync = () => steal().then(sync);
        return handle;
      },
    };
    const store = await openLowdbStore({ folder, files });
    const cards = store.collection<Card>('acme', 'cards');
    await cards.put([card('a')]);
    steal = () => fs.rm(path.join(folder, 'lock'), { force: true });
    await expect(cards.put([card('b')])).rejects.toMatchObject({ code: 'STORE_LOCK_LOST' });
    expect(await cards.count()).toBe(1);
    await expect(store.close()).rejects.toMatchObject({ code: 'STORE_LOCK_LOST' });
  });

  it('releasing does not take away a lock that somebody else holds by now', async () => {
    const folder = await temporaryFolder();
    await fs.mkdir(folder);
    const held = await lock(folder);
    const other = JSON.stringify({ pid: 1, host: 'elsewhere', started: 'x', token: 't' });
    await fs.writeFile(path.join(folder, 'lock'), other);
    await held.release();
    expect(await fs.readFile(path.join(folder, 'lock'), 'utf8')).toBe(other);
  });
});
