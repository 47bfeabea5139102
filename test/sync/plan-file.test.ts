import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PlanDocument, sealPlans } from '../../src/push/plan-file/document.js';
import { leave, openCompany, type PushedCompany, SALES } from './pushed-company.js';

describe('a push of an earlier plan', () => {
  let company: PushedCompany;
  let document: PlanDocument;
  beforeEach(async () => {
    company = await openCompany();
    document = company.bridge.planDocument(await company.bridge.plan());
  });
  afterEach(() => company.close());

  it('applies it, when nothing has changed since', async () => {
    const push = await company.push({ plan: document });
    expect(push).toMatchObject({ error: null, stale: [] });
    expect(company.active()).toEqual(SALES);
  });

  it('refuses the rows that have gone stale, says which and why, and does the others', async () => {
    leave(company, [107]);
    company.lucca.edit.move(110, { jobTitle: 'Directrice' });
    const push = await company.push({ plan: document });
    expect(push.error).toMatchObject({ code: 'PLAN_ROW_STALE', exitCode: 3 });
    expect(push.result?.failed).toBe(0);
    const people = push.stale.filter(({ id }) => id.startsWith('create-user:'));
    expect(people.map(({ reason }) => reason).sort()).toEqual([
      'it is left out now: INACTIVE_NEVER_PROVISIONED',
      'it would be done differently now',
    ]);
    expect(company.active()).toEqual(SALES.filter((id) => id !== 107 && id !== 110));
    for (const { label } of people) expect(push.error?.message).not.toContain(label);
  });

  it('takes the members of a group one by one', async () => {
    company.lucca.edit.move(103, { departmentId: 5, from: '2026-11-01' });
    const push = await company.push({ plan: document });
    expect(push).toMatchObject({ error: null, stale: [] });
    expect(company.active()).toEqual(SALES);
    const sales = company.target.groups().find(({ displayName }) => displayName === 'Ventes');
    expect(sales?.members).toHaveLength(6);
  });

  it('does nothing that is new since', async () => {
    await company.push({ plan: document });
    const changed = company.bridge.planDocument(await company.bridge.plan());
    company.lucca.edit.move(107, { jobTitle: 'Directrice' });
    const { result, error } = await company.push({ plan: changed });
    expect(error).toBeNull();
    expect(result).toMatchObject({ done: 0, writes: 0 });
  });

  it('done twice does nothing the second time, and finds nothing stale', async () => {
    await company.push({ plan: document });
    const again = await company.push({ plan: document });
    expect(again).toMatchObject({ error: null, stale: [], result: { writes: 0 } });
  });

  it('keeps to the budget, unless that plan was approved', async () => {
    await company.push();
    leave(company, [107, 110, 111, 119, 129, 130]);
    const leavers = company.bridge.planDocument(await company.bridge.plan());
    expect((await company.push({ plan: leavers })).error).toMatchObject({ code: 'BUDGET_EXCEEDED' });
    const hash = leavers.plans[0]?.plan.hash ?? '';
    await company.bridge.approve(hash, { by: 'ines' });
    // Somebody else changes meanwhile: the rows approved are the same, and nothing else is done.
    company.lucca.edit.move(121, { jobTitle: 'Directrice' });
    const push = await company.push({ plan: await company.bridge.storedPlan(hash.slice(0, 8)) });
    expect(push).toMatchObject({ error: null, approvedBy: { hash } });
    expect(company.active()).toEqual([121, 131]);
    expect(company.target.users().map(({ title }) => title)).not.toContain('Directrice');
  });

  it('is refused for another customer or target, before anything is read', async () => {
    const { madeAt, plans } = document;
    const [part] = plans;
    if (part === undefined) throw new TypeError('there is a plan');
    const elsewhere = sealPlans({ tenant: 'umbrella', madeAt, plans });
    await expect(company.push({ plan: elsewhere })).rejects.toMatchObject({
      code: 'PLAN_OTHER_TENANT',
      message: 'The plan is for umbrella, this bridge for acme.',
    });
    const other = sealPlans({
      tenant: 'acme',
      madeAt,
      plans: [{ ...part, plan: { ...part.plan, target: 'hotel' } }],
    });
    await expect(company.push({ plan: other })).rejects.toMatchObject({ code: 'PLAN_OTHER_TARGET' });
    expect(company.writes()).toBe(0);
  });
});

describe('stored plans', () => {
  it('are the latest of each target', async () => {
    const company = await openCompany();
    try {
      const hashes: string[] = [];
      for (const title of ['A', 'B', 'C', 'D', 'E', 'F', 'G']) {
        company.lucca.clock.advance(60_000);
        company.lucca.edit.move(107, { jobTitle: title });
        const [target] = (await company.bridge.plan()).targets;
        hashes.push(target?.plan?.hash ?? '');
      }
      await expect(company.bridge.storedPlan(hashes[1] ?? '')).rejects.toMatchObject({
        code: 'PLAN_UNKNOWN',
      });
      for (const hash of hashes.slice(2)) {
        const { plans } = await company.bridge.storedPlan(hash);
        expect(plans[0]?.plan.hash).toBe(hash);
      }
    } finally {
      await company.close();
    }
  });
});
