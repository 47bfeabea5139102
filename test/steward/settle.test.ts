/** Two IdPs fight over a value: an admin says whose word counts from now on, for that person. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Conflict } from '../../src/identity/conflicts.js';
import { PATCH_OP } from '../../src/scim/patch.js';
import { oktaUser, type ServedCompany, serveCompany } from '../serve/served-company.js';

let company: ServedCompany;
let id: string;

beforeEach(async () => {
  company = await serveCompany();
  await company.bridge.sync();
  id = String((await company.user('127')).id);
  for (const [client, name] of [
    ['okta', 'From Okta'],
    ['operator', 'From the operator'],
  ] as const)
    await say(client, name);
});
afterEach(() => company.close());

/** @param client a token whose word is that of an IdP */
async function say(client: string, nickName: string): Promise<void> {
  const Operations = [{ op: 'replace', path: 'nickName', value: nickName }];
  await company.scim(client, 'patch', `/Users/${id}`, { schemas: [PATCH_OP], Operations }).expect(200);
}

const nickName = async () => (await company.user('127')).nickName;
const settle = (conflict: string, owner: string) =>
  company.admin('post', `/conflicts/${encodeURIComponent(conflict)}/settle`, { owner });

async function quarrel(): Promise<string> {
  for (const _ of [1, 2, 3, 4, 5]) {
    await say('okta', 'From Okta');
    await say('operator', 'From the operator');
  }
  const { body } = await company.admin('get', '/conflicts').expect(200);
  const fight = body.conflicts.find(({ kind }: Conflict) => kind === 'fight');
  expect(fight).toMatchObject({ on: 'nickName', people: [id], state: 'open' });
  return fight.id;
}

it('The owner wins from then on, with what it says later too, and the others lose', async () => {
  const fight = await quarrel();
  for (const [client, source] of [
    ['operator', 'idp:operator'],
    ['okta', 'idp:okta'],
  ] as const) {
    const { body } = await settle(fight, source).expect(200);
    expect(body).toMatchObject({ state: 'settled', resolution: { by: 'operator', owner: source } });
    await say(client, `${source} again`);
    await say(client === 'okta' ? 'operator' : 'okta', 'the other');
    expect(await nickName()).toBe(`${source} again`);
  }
  const { body } = await company.admin('get', `/people/${id}/explain`).expect(200);
  const value = body.values.find(({ path }: { path: string }) => path === 'nickName');
  expect(value).toMatchObject({ source: 'idp:okta', rule: expect.stringContaining('idp:okta first') });
  const open = await company.admin('get', '/conflicts').expect(200);
  expect(open.body.conflicts.filter(({ kind }: Conflict) => kind === 'fight')).toEqual([]);
});

it('What is set by hand goes before the owner, and handing back takes the last word away', async () => {
  const fight = await quarrel();
  await settle(fight, 'idp:operator').expect(200);
  await company.admin('post', `/people/${id}/override`, { attributes: { nickName: 'By hand' } }).expect(200);
  expect(await nickName()).toBe('By hand');
  await company.admin('post', `/people/${id}/hand-back`, { attributes: ['nickName'] }).expect(200);
  await say('okta', 'From Okta');
  await say('operator', 'From the operator');
  expect(await nickName()).toBe('From Okta');
});

it('A source that has nothing to do with the person cannot be the owner', async () => {
  const fight = await quarrel();
  expect((await settle(fight, 'idp:entra').expect(400)).body.code).toBe('SOURCE_SILENT');
  expect((await settle(fight, 'target:nowhere').expect(400)).body.code).toBe('SOURCE_SILENT');
});

it('Who somebody is and whose value counts are two questions, with an answer each', async () => {
  const fight = await quarrel();
  const link = `/conflicts/${encodeURIComponent(fight)}/link`;
  expect((await company.admin('post', link, { person: id }).expect(409)).body.code).toBe(
    'CONFLICT_OTHER_KIND',
  );
  const created = await company.scim('okta', 'post', '/Users', oktaUser('new@acme.example')).expect(201);
  const emails = [{ value: 'noemie.saintaubin@acme.example', type: 'work', primary: true }];
  const put = { ...oktaUser('new@acme.example'), emails };
  await company.scim('okta', 'put', `/Users/${created.body.id}`, put).expect(200);
  await company.bridge.sync();
  const same = (await company.bridge.steward.conflicts()).find(({ kind }) => kind === 'same-email');
  expect((await settle(String(same?.id), 'lucca').expect(409)).body.code).toBe('CONFLICT_OTHER_KIND');
});
