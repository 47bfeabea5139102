/** One process per state folder: a lock file that says who holds it, and that outlives nobody. */
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileFault, lockLost, storeLocked, systemCode } from './errors.js';
import { FILE_MODE, type FileSystem, unlessMissing } from './files.js';

interface Holder {
  pid: number;
  host: string;
  /** When the process was started, in a form that another process with the same pid does not repeat. */
  started: string;
  /** Tells this lock from any other, ever. */
  token: string;
}

/** How often the holder gives a sign of life, and how long a lock from another machine stands without one, in ms. */
const SIGN_EVERY = 10_000;
const SIGN_LOST_AFTER = 60_000;

/** How long it takes to move a stale lock away, and how long a turn for that stands, in ms. */
const TURN_TAKES = 5;
const TURN_LOST_AFTER = 5_000;

export interface FolderLock {
  /**
   * To be asked before each write: another machine takes the lock over from a process that stood still for long.
   * @throws BridgeError STORE_LOCK_LOST
   */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

type Handle = Awaited<ReturnType<FileSystem['open']>>;

/**
 * Takes the lock of a folder. A lock whose process is gone (killed, or a container that
 * was restarted) is taken over. Throws `STORE_LOCKED` with the holder's process id and machine.
 */
export async function lockFolder(files: FileSystem, folder: string): Promise<FolderLock> {
  const file = path.join(folder, 'lock');
  const self: Holder = {
    pid: process.pid,
    host: os.hostname(),
    started: (await lookAtProcess(files, process.pid))?.started ?? 'unknown',
    token: randomUUID(),
  };
  let own: Handle | undefined;
  try {
    for (own = await claim(files, file, self); own === undefined; own = await claim(files, file, self)) {
      const holder = await readHolder(files, file);
      if (holder && (await isAlive(files, file, holder))) throw storeLocked(folder, describe(holder), file);
      await removeStale(files, file, holder);
    }
  } catch (error) {
    throw fileFault(error, `lock the state folder ${folder}`);
  }
  const handle = own;
  // A file that is open keeps its inode, so that no other can be taken for it; without a name left it is nobody's lock any more.
  const confirm = async () => {
    const isHeld = await handle.stat().then(({ nlink }) => nlink > 0, isStale);
    if (!isHeld) throw lockLost(folder);
  };
  const signs = setInterval(() => {
    confirm()
      .then(() => files.utimes(file, new Date(), new Date()))
      .catch(() => {});
  }, SIGN_EVERY).unref();
  return {
    confirm,
    async release() {
      clearInterval(signs);
      await handle.close();
      if ((await readHolder(files, file))?.token === self.token) await unlessMissing(files.unlink(file));
    },
  };
}

/** For what asking for an open file failed with: false when it was removed on another machine. */
function isStale(error: unknown): false {
  if (systemCode(error) === 'ESTALE') return false;
  throw fileFault(error, 'look at the lock of the state folder');
}

/** The file appears under its name with its content in it, or not at all: nobody ever reads a half-written lock. */
async function claim(files: FileSystem, file: string, holder: Holder): Promise<Handle | undefined> {
  const own = `${file}.${holder.token}.tmp`;
  const handle = await files.open(own, 'wx', FILE_MODE);
  try {
    await handle.writeFile(JSON.stringify(holder));
    await files.link(own, file);
    return handle;
  } catch (error) {
    await handle.close();
    // EEXIST: held by somebody. ENOENT: the holder, just starting, swept our temporary file away.
    if (systemCode(error) === 'EEXIST' || systemCode(error) === 'ENOENT') return undefined;
    throw error;
  } finally {
    await unlessMissing(files.unlink(own));
  }
}

/** Undefined when there is no lock file, or nothing in it that could be a holder. */
async function readHolder(files: FileSystem, file: string): Promise<Holder | undefined> {
  const content = await unlessMissing(files.readFile(file, 'utf8'));
  try {
    const holder: Partial<Holder> | null = content ? JSON.parse(content) : null;
    const { pid, host, started, token } = holder ?? {};
    // No process has the number 0 or one below: for the system these stand for groups of processes, which always live.
    if (!Number.isInteger(pid) || !pid || pid < 0 || !host || !started || !token) return undefined;
    return { pid, host, started, token };
  } catch {
    return undefined;
  }
}

async function isAlive(files: FileSystem, file: string, holder: Holder): Promise<boolean> {
  if (holder.host !== os.hostname()) {
    const sign = await unlessMissing(files.stat(file));
    return sign !== undefined && Math.abs(Date.now() - sign.mtimeMs) < SIGN_LOST_AFTER;
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return false;
  }
  // The pid is in use: by the holder, dead or alive, or by a later process that was given the same number.
  const seen = await lookAtProcess(files, holder.pid);
  return seen === undefined || (seen.started === holder.started && !seen.isDead);
}

/**
 * Boot and start tick of a process, and whether it is dead although its number is still taken, since its parent has not asked
 * how it ended; where the system tells (Linux), undefined elsewhere.
 */
async function lookAtProcess(
  files: FileSystem,
  pid: number,
): Promise<{ started: string; isDead: boolean } | undefined> {
  try {
    const boot = await files.readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await files.readFile(`/proc/${pid}/stat`, 'utf8');
    // From field 3 on; the name in field 2 may hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { started: `${boot.trim()} ${fields[19]}`, isDead: /^[ZX]/i.test(fields[0] ?? '') };
  } catch {
    return undefined;
  }
}

/**
 * Moves a stale lock away, one process at a time: whoever saw it too looks again when its turn comes, and so never moves the lock
 * of the one that was faster. A holder that wakes up lets its lock go without asking for a turn: should another stand there
 * when the file is moved, it is put back.
 */
async function removeStale(files: FileSystem, file: string, seen: Holder | undefined): Promise<void> {
  const turn = `${file}.turn.tmp`;
  if (!(await takeTurn(files, turn))) return;
  try {
    if ((await readHolder(files, file))?.token !== seen?.token) return;
    const aside = `${file}.${randomUUID()}.tmp`;
    if ((await unlessMissing(files.rename(file, aside).then(() => true))) === undefined) return;
    const moved = await readHolder(files, aside);
    if (moved?.token !== seen?.token) await files.link(aside, file).catch(() => {});
    await files.unlink(aside);
  } finally {
    await unlessMissing(files.unlink(turn));
  }
}

/** @returns false while another process has it, after a moment */
async function takeTurn(files: FileSystem, turn: string): Promise<boolean> {
  try {
    await (await files.open(turn, 'wx', FILE_MODE)).close();
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const taken = await unlessMissing(files.stat(turn));
  // Left behind by one that was killed in its turn.
  if (taken !== undefined && Date.now() - taken.mtimeMs > TURN_LOST_AFTER)
    await unlessMissing(files.unlink(turn));
  else await sleep(TURN_TAKES);
  return false;
}

function describe(holder: Holder): string {
  return holder.host === os.hostname() ? `process ${holder.pid}` : `process ${holder.pid} on ${holder.host}`;
}
