import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leave, openCompany, type PushedCompany } from './pushed-company.js';

describe('a push of one person', () => {
  let company: PushedCompany;
  beforeEach(async () => {
    company = await openCompany();
  });
  afterEach(() => company.close());

  it('does that person alone, and shows each step', async () => {
    const report = await company.bridge.push({ person: '107' });
    expect(company.active()).toEqual([107]);
    expect(report.person).toMatchObject({
      luccaId: '107',
      read: { state: 'active' },
      matched: { isNew: true, sources: ['lucca'] },
      resolved: { externalId: '107' },
    });
    const [target] = report.targets;
    expect(target?.plan?.operations.map(({ kind }) => kind)).toEqual(['create-user']);
    expect(target?.exchanges).toContainEqual(
      expect.objectContaining({ method: 'POST', path: '/Users', status: 201 }),
    );
    expect(target?.result?.outcomes).toMatchObject([{ state: 'done' }]);
  });

  it('says what a manager or group leaves for the next full run, which does it', async () => {
    const push = await company.push({ person: '107' });
    expect(push.left.map(({ reason }) => reason)).toContain('the group is not on the target yet');
    expect((await company.push()).result?.failed).toBe(0);
    expect((await company.push()).result?.writes).toBe(0);
  });

  it.each(['userName', 'e-mail', 'bridge id'])('takes a %s', async (kind) => {
    await company.push();
    leave(company, [107, 110]);
    const person = (await company.bridge.steward.search('luccaId', '107'))[0];
    const [user] = company.target.users().filter(({ externalId }) => externalId === '107');
    const [email] = (user?.emails ?? []) as { value: string }[];
    const name = { userName: String(user?.userName), 'e-mail': email?.value, 'bridge id': person?.id }[kind];
    const push = await company.push({ person: name });
    expect(push.error).toBeNull();
    expect(company.active()).not.toContain(107);
    expect(company.active()).toContain(110);
  });

  it('keeps to the budget', async () => {
    await company.push();
    await company.reopen({ budget: { leavers: { absolute: 0, percent: 1 } } });
    leave(company, [107]);
    expect((await company.push({ person: '107' })).error).toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(company.active()).toContain(107);
  });

  it('is refused for nobody', async () => {
    await expect(company.push({ person: '9999' })).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' });
    expect(company.writes()).toBe(0);
  });
});

describe('a push as of another instant', () => {
  let company: PushedCompany;
  beforeEach(async () => {
    company = await openCompany();
  });
  afterEach(() => company.close());
  const ahead = (hours: number) => new Date(company.lucca.clock.now() + hours * 3_600_000).toISOString();

  it('is refused more than a day ahead, unless that is meant; a plan never is', async () => {
    await expect(company.push({ at: ahead(25) })).rejects.toMatchObject({
      code: 'INSTANT_AHEAD',
      exitCode: 2,
    });
    expect(company.target.requests).toEqual([]);
    expect((await company.bridge.plan({ at: ahead(24 * 365) })).targets[0]?.error).toBeNull();
    expect((await company.push({ at: ahead(25), ahead: true })).error).toBeNull();
  });

  it('goes through for the next hours and for the past', async () => {
    expect((await company.push({ at: ahead(23) })).error).toBeNull();
    expect((await company.push({ at: ahead(-1000) })).result).not.toBeNull();
  });
});
