import { expect, it } from 'vitest';
import { usePostgres } from './postgres.js';

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
