import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PersonRecord } from '../../src/identity/person.js';
import { readAll } from '../../src/store/read-all.js';
import { type ApprovalRecord, isUsedUp } from '../../src/sync/approvals.js';
import type { StoredPlan } from '../../src/sync/plan-archive.js';
import { leave, openCompany, type PushedCompany, SALES } from './pushed-company.js';

/** Kills a push with the write of that number: the target does it, and nothing is stored or sent any more. */
async function killAt(company: PushedCompany, write: number): Promise<void> {
  const { store, target } = company;
  let writes = 0;
  target.setFault(({ method }) => {
    if (writes === write) return { kind: 'reset' };
    if (method !== 'GET') writes += 1;
    return undefined;
  });
  const dying = ['people', 'runs', 'approvals', 'target-memories', 'capabilities'].map((name) => {
    const collection = store.collection('acme', name);
    const put = collection.put.bind(collection);
    return vi.spyOn(collection, 'put').mockImplementation(async (...given) => {
      if (writes === write) throw new Error('the process is dead');
      return put(...given);
    });
  });
  expect(await company.push()).toMatchObject({ error: { code: 'UNEXPECTED' } });
  for (const collection of dying) collection.mockRestore();
  target.setFault(undefined);
}

/** One after the other, each in a request of its own. */
const ONE_BY_ONE = { options: { bulk: 'off', concurrency: 1 } };

const LEAVERS = [107, 110, 111, 119, 129, 130];
const HOUR = 3_600_000;

describe('an approval', () => {
  let company: PushedCompany;
  beforeEach(async () => {
    company = await openCompany();
    await company.push();
    leave(company, LEAVERS);
  });
  afterEach(() => company.close());

  const hash = async () => (await company.push()).plan?.hash ?? '';
  const approve = async (of: string, validFor?: string) =>
    company.bridge.approve(of.slice(0, 12), { by: 'ines', validFor });

  const approvals = () => readAll(company.store.collection<ApprovalRecord>('acme', 'approvals'));

  it('lets exactly the plan through that it names, once', async () => {
    const of = await hash();
    const approval = await approve(of);
    expect(approval).toMatchObject({ hash: of, target: 'travel', by: 'ines', usedAt: null });
    const push = await company.push();
    expect(push.error).toBeNull();
    expect(push.approvedBy).toMatchObject({ hash: of, by: 'ines' });
    expect(company.active()).toEqual([121, 131]);

    // The same people again: the approval is used up.
    for (const id of LEAVERS) company.lucca.edit.rehire(id, { start: '2026-11-15' });
    await company.push();
    expect(company.active()).toEqual(SALES);
    for (const id of LEAVERS) company.lucca.edit.leave(id, { lastDay: '2026-11-16' });
    expect((await company.push()).error).toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });

  it('is given once to a plan: not while one holds, and not after it was used', async () => {
    const of = await hash();
    const { at, expiresAt } = await approve(of);
    await expect(approve(of)).rejects.toMatchObject({
      code: 'APPROVAL_EXISTS',
      message: `The plan was approved already, by ines on ${at}: that holds until ${expiresAt}.`,
    });
    company.lucca.clock.advance(60_000);
    await company.push();
    const [used] = await approvals();
    expect(used).toMatchObject({ usedAt: expect.any(String), usedUpAt: expect.any(String) });
    for (const id of LEAVERS) company.lucca.edit.rehire(id, { start: '2026-11-15' });
    await company.push();
    for (const id of LEAVERS) company.lucca.edit.leave(id, { lastDay: '2026-11-16' });
    await expect(approve(of)).rejects.toMatchObject({
      code: 'APPROVAL_USED',
      message: expect.stringContaining(`that was used on ${used?.usedAt}`),
    });
    await approve(await hash());
    expect((await company.push()).error).toBeNull();

    // Plans that do the same have the same hash: one that is made later is read and approved anew.
    const plans = company.store.collection<StoredPlan>('acme', 'plans');
    const [stored] = (await readAll(plans)).filter((plan) => plan.hash === of);
    await plans.put([{ ...(stored as StoredPlan), madeAt: '2026-11-20T23:00:00.000Z' }]);
    expect(await approve(of)).toMatchObject({ hash: of, usedAt: null });
  });

  it('that a push used in part is not given again for its plan', async () => {
    await company.reopen(ONE_BY_ONE);
    const of = await hash();
    await approve(of);
    company.lucca.clock.advance(60_000);
    await killAt(company, 3);
    await expect(approve(of)).rejects.toMatchObject({ code: 'APPROVAL_USED' });
  });

  it('that expired unused is given again', async () => {
    const of = await hash();
    await approve(of, '90m');
    company.lucca.clock.advance(2 * HOUR);
    expect(await approve(of)).toMatchObject({ hash: of, usedAt: null });
  });

  it('is for nothing that the plan did not say', async () => {
    await company.reopen({ budget: { leavers: { absolute: 0, percent: 1 } } });
    await approve(await hash());
    leave(company, [121]);
    const push = await company.push();
    expect(push).toMatchObject({ error: { code: 'BUDGET_EXCEEDED' }, approvedBy: { by: 'ines' } });
    expect(push.error?.message).toContain('1 deactivations of leavers of 8 (limit 0)');
    expect(company.active()).toEqual([121, 131]);
  });

  it('is not used up by a push that does not need it', async () => {
    await approve(await hash());
    for (const id of LEAVERS) company.lucca.edit.rehire(id, { start: '2026-11-15' });
    expect(await company.push()).toMatchObject({ error: null, approvedBy: null });
  });

  it('expires, after a day or when it says so', async () => {
    const of = await hash();
    await approve(of);
    company.lucca.clock.advance(24 * HOUR);
    expect((await company.push()).approvedBy).toBeNull();
  });

  it('holds as long as it says, and never for good', async () => {
    const of = await hash();
    const { at, expiresAt } = await approve(of, '90m');
    expect(Date.parse(expiresAt) - Date.parse(at)).toBe(1.5 * HOUR);
    for (const time of ['0h', '8d', 'never', '-1h', '24', '1e3h', ''])
      await expect(approve(of, time), time).rejects.toMatchObject({ code: 'APPROVAL_TIME_INVALID' });
  });

  it('covers nothing once its plan has aged out', async () => {
    await company.reopen({}, { retention: { plans: 1 } });
    await approve(await hash(), '7d');
    for (const id of LEAVERS) company.lucca.edit.rehire(id, { start: '2026-11-15' });
    company.lucca.clock.advance(25 * HOUR);
    await company.bridge.sync();
    for (const id of LEAVERS) company.lucca.edit.leave(id, { lastDay: '2026-11-16' });
    expect(await company.push()).toMatchObject({ error: { code: 'BUDGET_EXCEEDED' }, approvedBy: null });
    expect(company.active()).toEqual(expect.arrayContaining(LEAVERS));
  });

  it.each<[string, (company: PushedCompany) => Promise<void>, (company: PushedCompany) => Promise<void>]>([
    [
      'whose target is down',
      async ({ target }) => target.setFault(() => ({ kind: 'reset' })),
      async ({ target }) => target.setFault(undefined),
    ],
    [
      'that the target turns away',
      (of) => of.reopen({ token: 'expired' }),
      (of) => of.reopen({ token: 'target-token' }),
    ],
  ])('outlives a push %s, and is used up by the one that gets through', async (_, hinder, mend) => {
    await approve(await hash());
    await hinder(company);
    expect(await company.push()).toMatchObject({ result: { done: 0 }, approvedBy: { by: 'ines' } });
    await mend(company);
    expect(await company.push()).toMatchObject({ error: null, approvedBy: { by: 'ines' } });
    expect(company.active()).toEqual([121, 131]);
    expect((await approvals()).map(isUsedUp)).toEqual([true]);
  });

  it('is noted as used before the first write that it lets through', async () => {
    await company.reopen(ONE_BY_ONE);
    await approve(await hash());
    await killAt(company, 1);
    expect(await approvals()).toMatchObject([{ usedAt: expect.any(String), done: [] }]);
  });

  it('covers what a killed push had not done, and nothing of it twice', async () => {
    await company.reopen(ONE_BY_ONE);
    await approve(await hash());
    await killAt(company, 3);
    expect(company.active()).toHaveLength(5);

    // One of those who are done comes back, and somebody leaves whom the plan did not hold.
    const people = company.store.collection<PersonRecord>('acme', 'people');
    const known = await readAll(people);
    const done = known.find(({ links }) => links.travel?.sent?.active === false);
    const back = Number(done?.lucca?.luccaId);
    company.lucca.edit.rehire(back, { start: '2026-11-15' });
    leave(company, [121]);
    await company.reopen({ ...ONE_BY_ONE, budget: { leavers: { absolute: 0, percent: 1 } } });
    const resumed = await company.push();
    expect(resumed).toMatchObject({ error: { code: 'BUDGET_EXCEEDED' }, approvedBy: { by: 'ines' } });
    expect(company.active()).toEqual([back, 121, 131].sort((a, b) => a - b));
    expect((await approvals()).map(isUsedUp)).toEqual([true]);

    company.lucca.edit.leave(back, { lastDay: '2026-11-16' });
    expect(await company.push()).toMatchObject({ error: { code: 'BUDGET_EXCEEDED' }, approvedBy: null });
    expect(company.active()).toContain(back);
  });

  it('covers nothing twice while something else of its plan is left', async () => {
    await company.reopen({ ...ONE_BY_ONE, budget: { leavers: { absolute: 0, percent: 1 } } });
    await approve(await hash());
    await killAt(company, 3);
    const people = await readAll(company.store.collection<PersonRecord>('acme', 'people'));
    const done = people.filter(({ links }) => links.travel?.sent?.active === false);
    for (const id of LEAVERS) company.lucca.edit.rehire(id, { start: '2026-11-15' });
    // Nothing waits, and so nothing needs the approval; what is done is noted all the same.
    expect(await company.push()).toMatchObject({ error: null, approvedBy: null });
    for (const id of LEAVERS) company.lucca.edit.leave(id, { lastDay: '2026-11-16' });
    expect(await company.push()).toMatchObject({ approvedBy: { by: 'ines' } });
    expect(company.active()).toEqual(expect.arrayContaining(done.map(({ lucca }) => Number(lucca?.luccaId))));
  });

  it('covers nothing any more of what a killed push had not done once it has expired', async () => {
    await company.reopen({ ...ONE_BY_ONE, budget: { leavers: { absolute: 0, percent: 1 } } });
    await approve(await hash(), '90m');
    await killAt(company, 2);
    company.lucca.clock.advance(2 * HOUR);
    expect(await company.push()).toMatchObject({ error: { code: 'BUDGET_EXCEEDED' }, approvedBy: null });
    expect(company.active()).toHaveLength(6);
  });

  it('is for a plan that was made, by its hash', async () => {
    for (const unknown of ['0123456789ab', 'xyz', '', 'ab', '__proto__'])
      await expect(company.bridge.approve(unknown, { by: 'ines' })).rejects.toMatchObject({
        code: 'PLAN_UNKNOWN',
      });
  });

  it('does not weigh on the days after it', async () => {
    await approve(await hash());
    await company.push();
    leave(company, [121]);
    expect((await company.push()).error).toBeNull();
    expect(company.active()).toEqual([131]);
  });
});

describe('an adoption on an e-mail alone', () => {
  let company: PushedCompany;
  beforeEach(async () => {
    company = await openCompany();
    const [plan] = (await company.bridge.plan()).targets;
    const create = plan?.plan?.operations.find(({ kind }) => kind === 'create-user');
    if (create?.kind !== 'create-user') throw new TypeError('somebody is created');
    const emails = create.body.emails;
    await fetch(`${company.target.url}/Users`, {
      method: 'POST',
      headers: { authorization: 'Bearer target-token', 'content-type': 'application/scim+json' },
      body: JSON.stringify({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'somebody-else',
        name: { givenName: 'Some', familyName: 'Body' },
        emails,
      }),
    });
  });
  afterEach(() => company.close());

  it('is listed apart, waits, and is done when the plan is approved', async () => {
    const waiting = await company.push();
    expect(waiting.plan?.awaiting).toMatchObject([{ kind: 'adopt-user', matchedBy: 'emails' }]);
    expect(waiting.plan?.awaiting[0]?.changes).toContainEqual(
      expect.objectContaining({ path: 'userName', before: 'somebody-else' }),
    );
    expect(company.target.users()).toHaveLength(SALES.length);
    expect(company.target.users()).toContainEqual(expect.objectContaining({ userName: 'somebody-else' }));

    await company.bridge.plan();
    const again = await company.push();
    await company.bridge.approve(again.plan?.hash ?? '', { by: 'ines' });
    const push = await company.push();
    expect(push.approvedBy).not.toBeNull();
    expect(company.target.users()).toHaveLength(SALES.length);
    expect(company.active()).toEqual(SALES);
  });
});
