import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leave, openCompany, type PushedCompany, SALES } from './pushed-company.js';

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

  it('is used up before the first write, so that a push that dies does not use it twice', async () => {
    await approve(await hash());
    company.target.setFault(() => ({ kind: 'reset' }));
    const dying = await company.push();
    expect(dying).toMatchObject({ result: { done: 0 }, approvedBy: { by: 'ines' } });
    company.target.setFault(undefined);
    expect(await company.push()).toMatchObject({ error: { code: 'BUDGET_EXCEEDED' }, approvedBy: null });
    expect(company.active()).toEqual(SALES);
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
