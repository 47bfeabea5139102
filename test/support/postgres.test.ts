import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { expect, it } from 'vitest';
import { usePostgres } from './postgres.js';
import { startPostgres } from './postgres-server.js';

const postgres = usePostgres();

it('every database that a test asks for is empty and its own', async () => {
  const [one, other] = [await postgres.createDatabase(), await postgres.createDatabase()];
  await postgres.query(one, 'create table things (id int)');
  expect(await postgres.query(one, 'select * from things')).toEqual([]);
  await expect(postgres.query(other, 'select * from things')).rejects.toThrow('does not exist');
});

it('a server that was killed comes back with what was committed', async () => {
  const url = await postgres.createDatabase();
  await postgres.query(url, 'create table things as select 7 as id');
  await postgres.kill();
  await expect(postgres.query(url, 'select 1')).rejects.toThrow();
  await postgres.start();
  expect(await postgres.query(url, 'select id from things')).toEqual([{ id: 7 }]);
});

it('the server of a process that was killed is gone once another one starts', async () => {
  const server = new URL('./postgres-server.ts', import.meta.url).href;
  const script = `
    const { startPostgres } = await import('${server}');
    console.log(await (await startPostgres()).createDatabase());
    setInterval(() => {}, 1000);`;
  const orphan: ChildProcess = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [url] = (await once(createInterface({ input: orphan.stdout as NodeJS.ReadableStream }), 'line')) as [
    string,
  ];
  const [{ data_directory: folder } = { data_directory: '' }] = await postgres.query<{
    data_directory: string;
  }>(url, 'show data_directory');
  orphan.kill('SIGKILL');
  await once(orphan, 'close');
  const other = await startPostgres();
  await other.stop();
  await expect(fs.stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(new pg.Client({ connectionString: url }).connect()).rejects.toThrow('ECONNREFUSED');
}, 60_000);
