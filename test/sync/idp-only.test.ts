/** People and groups that only an IdP knows, written into the endpoint and pushed by the real engine. */
import { afterEach, describe, expect, it } from 'vitest';
import type { BridgeConfigInput } from '../../src/config/schema.js';
import { isJsonObject, type JsonObject } from '../../src/json.js';
import { GROUP } from '../../src/scim/schema.js';
import type { TargetPush } from '../../src/sync/run.js';
import { oktaUser, replacing, type ServedCompany, serveCompany } from '../serve/served-company.js';

type TargetSettings = NonNullable<BridgeConfigInput['targets']>[string];

const CONTRACTOR = 'kim@partner.example';

let company: ServedCompany;
afterEach(() => company.close());

async function open(travel: Partial<TargetSettings> = { idpOnly: 'push' }): Promise<void> {
  company = await serveCompany({ travel });
}

/** @returns the bridge id */
async function hire(mail = CONTRACTOR, attributes: JsonObject = {}): Promise<string> {
  const { body } = await company.scim('okta', 'post', '/Users', oktaUser(mail, attributes)).expect(201);
  return body.id;
}

async function push(): Promise<TargetPush> {
  company.lucca.clock.advance({ minutes: 5 });
  company.target.forgetRequests();
  const [only] = (await company.bridge.push()).targets;
  if (only === undefined) throw new Error('there is one target');
  return only;
}

const account = (userName: string) => company.target.users().find((user) => user.userName === userName);
const group = (name: string) => company.target.groups().find(({ displayName }) => displayName === name);
const writes = () => company.target.requests.filter(({ method }) => method !== 'GET').length;
const codes = ({ plan }: TargetPush) => plan?.skipped.map(({ code }) => code) ?? [];

/** User names of the members of a group on the target. */
function membersOf(name: string): unknown[] {
  const names = new Map(company.target.users().map(({ id, userName }) => [id, userName]));
  const members = group(name)?.members;
  return (Array.isArray(members) ? members : [])
    .map((member) => names.get(isJsonObject(member) ? member.value : undefined))
    .sort();
}

describe('idpOnly: skip, the default', () => {
  it('leaves them out, with what they are managers or members of', async () => {
    await open({ groups: true });
    const id = await hire();
    const body = { schemas: [GROUP], displayName: 'Partners', members: [{ value: id }] };
    await company.scim('okta', 'post', '/Groups', body).expect(201);
    await push();
    expect(account(CONTRACTOR)).toBeUndefined();
    expect(group('Partners')).toBeUndefined();
    expect(company.target.users().length).toBeGreaterThan(10);
  });
});

describe('idpOnly: push', () => {
  it('makes an account, with the id of the bridge for want of one of Lucca, and writes nothing twice', async () => {
    await open();
    const id = await hire(CONTRACTOR, { name: { givenName: 'Kim', familyName: 'Extern' } });
    await push();
    expect(account(CONTRACTOR)).toMatchObject({
      externalId: id,
      active: true,
      name: { givenName: 'Kim', familyName: 'Extern' },
    });
    const again = await push();
    expect(writes()).toBe(0);
    expect(codes(again)).not.toContain('MISSING_FROM_READING');
  });

  it('follows the IdP: deactivates whom it deactivates or deletes, and brings back who comes back', async () => {
    await open();
    const id = await hire();
    await push();
    const say = (active: boolean) =>
      company.scim('okta', 'patch', `/Users/${id}`, replacing({ active })).expect(200);
    await say(false);
    await push();
    expect(account(CONTRACTOR)?.active).toBe(false);
    await say(true);
    await push();
    expect(account(CONTRACTOR)?.active).toBe(true);

    await company.scim('okta', 'delete', `/Users/${id}`).expect(204);
    const { plan } = await push();
    expect(plan?.operations).toMatchObject([{ kind: 'deactivate-user', cause: 'other-source', subject: id }]);
    expect(account(CONTRACTOR)?.active).toBe(false);
    await push();
    expect(writes()).toBe(0);

    expect(await hire()).toBe(id);
    await push();
    expect(account(CONTRACTOR)?.active).toBe(true);
  });

  it('asks the scope, as of everybody', async () => {
    await open({ idpOnly: 'push', scope: { filter: 'userType eq "Partner" or externalId pr' } });
    await hire('in@partner.example', { userType: 'Partner' });
    await hire('out@partner.example', { userType: 'Guest' });
    await push();
    expect(account('in@partner.example')).toBeDefined();
    expect(account('out@partner.example')).toBeUndefined();
  });

  it('holds back what goes beyond the budget', async () => {
    await open({ idpOnly: 'push', budget: { outOfScope: { absolute: 1 } } });
    const ids = [];
    for (const number of [1, 2, 3]) ids.push(await hire(`kim${number}@partner.example`));
    await push();
    for (const id of ids) await company.scim('okta', 'delete', `/Users/${id}`).expect(204);
    const { overBudget } = await push();
    expect(overBudget).not.toEqual([]);
    for (const number of [1, 2, 3]) expect(account(`kim${number}@partner.example`)?.active).toBe(true);
  });

  it('goes on with the account when Lucca brings the person', async () => {
    await open();
    const id = await hire('kim.neuf@acme.example');
    await push();
    const before = account('kim.neuf@acme.example');
    expect(before?.externalId).toBe(id);
    const mail = 'kim.neuf@acme.example';
    company.lucca.edit.hire({ firstName: 'Kim', lastName: 'Neuf', mail, jobTitle: 'Buyer' });
    await push();
    expect(account(mail)).toMatchObject({ id: before?.id, title: 'Buyer' });
    expect(account(mail)?.externalId).toMatch(/^\d+$/);
    expect(company.target.users().filter(({ userName }) => userName === mail)).toHaveLength(1);
  });

  it('makes groups of IdPs, with whoever is in them and has an account, and follows them', async () => {
    await open({ idpOnly: 'push', groups: true });
    const kim = await hire();
    await push();
    const lea = await company.user('104');
    const body = {
      schemas: [GROUP],
      displayName: 'Partners',
      externalId: '00g1',
      members: [{ value: kim }, { value: String(lea.id) }],
    };
    const created = await company.scim('okta', 'post', '/Groups', body).expect(201);
    await push();
    expect(group('Partners')?.externalId).toBe(created.body.id);
    expect(membersOf('Partners')).toEqual([CONTRACTOR, lea.userName].sort());
    await push();
    expect(writes()).toBe(0);

    await company
      .scim('okta', 'put', `/Groups/${created.body.id}`, { ...body, members: [{ value: kim }] })
      .expect(200);
    await push();
    expect(membersOf('Partners')).toEqual([CONTRACTOR]);
    await company.scim('okta', 'delete', `/Groups/${created.body.id}`).expect(204);
    await push();
    expect(membersOf('Partners')).toEqual([]);
  });
});

it('Turning it off deprovisions nobody, and leaves groups as they are (R36)', async () => {
  await open({ idpOnly: 'push', groups: true });
  const id = await hire();
  const body = { schemas: [GROUP], displayName: 'Partners', members: [{ value: id }] };
  await company.scim('okta', 'post', '/Groups', body).expect(201);
  await push();
  Object.assign(company.config.targets?.travel ?? {}, { idpOnly: 'skip' });
  await company.restart();
  await push();
  expect(writes()).toBe(0);
  expect(account(CONTRACTOR)?.active).toBe(true);
  expect(membersOf('Partners')).toEqual([CONTRACTOR]);
});
