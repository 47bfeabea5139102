import { expect, it } from 'vitest';
import { newPerson, putAssertion } from '../../src/identity/assertion.js';
import { openServedState } from '../../src/server/bridge/collections.js';
import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import { isSound, verifyState } from '../../src/upkeep/verify.js';
import { usePostgres } from '../support/postgres.js';

const postgres = usePostgres();

const AT = '2026-11-20T10:00:00.000Z';
const ODD = 'p-\u0000';

/** A database with two people in it, and one of another tenant. */
async function filled(): Promise<string> {
  const url = await postgres.createDatabase();
  const store = await openPostgresStore({ url });
  const person = (id: string, userName: string) =>
    putAssertion(
      newPerson(id, AT),
      'idp:okta',
      { sourceId: `00u-${userName}`, attributes: { userName } },
      AT,
    );
  await openServedState(store, 'acme').people.put([person('p-1', 'ada'), person(ODD, 'bob')]);
  await openServedState(store, 'globex').people.put([person('p-1', 'eve')]);
  await store.close();
  return url;
}

const verify = (url: string) => verifyState({ state: 'unused', store: { postgres: { url } } });

it('records in a database are sound as they were written', async () => {
  const verified = await verify(await filled());
  expect(verified.references).toEqual([]);
  expect(isSound(verified)).toBe(true);
});

it.each([
  [
    "update lucca_scim.records set version = 7 where tenant = 'globex'",
    'globex',
    'p-1',
    /another id or version/,
  ],
  [
    "update lucca_scim.records set data = '{}' where id = 'p-1' and tenant = 'acme'",
    'acme',
    'p-1',
    /another id/,
  ],
  ["delete from lucca_scim.keys where key = 'bob'", 'acme', ODD, /other keys/],
  ["update lucca_scim.keys set key = 'x' where key = 'eve'", 'globex', 'p-1', /other keys/],
  ["delete from lucca_scim.records where tenant = 'globex'", 'globex', 'p-1', /still found by a key/],
  [
    "update lucca_scim.changes set transaction = '9000000000' where tenant = 'globex'",
    'globex',
    'p-1',
    /has not had/,
  ],
])('what does not fit is named by its id: %s', async (sql, tenant, id, problem) => {
  const url = await filled();
  await postgres.query(url, sql);
  const verified = await verify(url).catch((error: unknown) => error);
  expect(verified).toMatchObject({
    references: [
      { severity: 'error', tenant, collection: 'people', id, problem: expect.stringMatching(problem) },
    ],
  });
});
