import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/sync/state.js';
import { leave, openCompany, type PushedCompany, SALES } from './pushed-company.js';

const HOUR = 3_600_000;

describe('a push over its budget', () => {
  let company: PushedCompany;
  beforeEach(async () => {
    company = await openCompany();
    await company.push();
  });
  afterEach(() => company.close());

  it('applies the rest of the plan and reports what it held back', async () => {
    leave(company, [107, 110, 111, 119, 129, 130]);
    company.lucca.edit.move(121, { jobTitle: 'Directrice' });
    const push = await company.push();
    expect(push.error).toMatchObject({ code: 'BUDGET_EXCEEDED', exitCode: 3 });
    const titles = company.target.users().map(({ title }) => title);
    expect(titles).toContain('Directrice');
    expect(push.overBudget.filter(({ operation }) => operation.kind === 'deactivate-user')).toHaveLength(6);
    expect(company.active()).toEqual(SALES);
  });

  it('catches a slow drip over 7 days, and forgets it afterwards', async () => {
    await company.reopen({ budget: { leavers: { absolute: 2, percent: 1 } } });
    leave(company, [107, 110]);
    expect((await company.push()).error).toBeNull();
    company.lucca.clock.advance(HOUR);
    leave(company, [111, 119]);
    expect((await company.push()).error).toBeNull();
    company.lucca.clock.advance(HOUR);
    leave(company, [129]);
    const dripped = await company.push();
    expect(dripped.error?.message).toContain('5 with the runs of the last 7 days, limit 4');
    expect(company.active()).toContain(129);

    company.lucca.clock.advance(7 * 24 * HOUR);
    expect((await company.push()).error).toBeNull();
    expect(company.active()).not.toContain(129);
  });

  it('counts what a killed run may have done, once', async () => {
    const runs = company.store.collection<RunRecord>('acme', 'runs');
    const known: RunRecord[] = [];
    for await (const run of runs.list()) known.push(run);
    const [last] = known;
    if (last === undefined) throw new TypeError('there was a run');
    await company.reopen({ budget: { leavers: { absolute: 4, percent: 1, week: { absolute: 4 } } } });
    // It meant to deactivate three, and got to one of them.
    const counts = { ...last.counts, leavers: 3 };
    await runs.put([
      { ...last, id: `${last.id} killed`, version: 0, endedAt: null, outcome: 'running', counts },
    ]);
    leave(company, [107, 110]);
    expect((await company.push()).error).toBeNull();
    leave(company, [111]);
    expect((await company.push()).error).toBeNull();
    leave(company, [119]);
    expect((await company.push()).error).toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });

  it('names groups that the mapping no longer makes as the probable cause', async () => {
    await company.reopen({ groups: true, scope: {}, budget: { membershipRemovals: { absolute: 1000 } } });
    await company.push();
    const mapping = new URL('../../mappings/lucca.yaml', import.meta.url);
    const folder = await mkdtemp(join(tmpdir(), 'lucca-scim-mapping-'));
    try {
      const text = await readFile(mapping, 'utf8');
      const without = text.replace(/(^ {2}departments:\n)/m, '$1    enabled: false\n');
      expect(without).not.toBe(text);
      await writeFile(`${folder}/lucca.yaml`, without.replace(/^ {4}enabled: true\n/m, ''));
      await company.reopen(
        { groups: true, scope: {}, budget: { membershipRemovals: { absolute: 0, percent: 1 } } },
        { mapping: `${folder}/lucca.yaml` },
      );
      const push = await company.push();
      expect(push.error?.message).toContain(
        'probably because groups of kind department were switched off in the mapping',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says that the scope was changed, and who left it why', async () => {
    await company.reopen({ scope: { departments: ['Finance'] } });
    const push = await company.push();
    expect(push.error?.message).toMatch(
      /8 deactivations of people whose contract has not ended of 8 \(limit 5; probably because the scope, the mapping or the profile was changed since the last run\)/,
    );
    // Nothing of it was applied: it is still the probable cause.
    expect((await company.push()).error?.message).toContain('probably because the scope');
    const [plan] = (await company.bridge.plan()).targets;
    expect(plan?.overBudget[0]?.operation.reason).toBe('left scope: the scope of the target was changed');
  });
});

describe('reasons in words', () => {
  it('tell what took somebody out of scope', async () => {
    const company = await openCompany();
    try {
      await company.push();
      company.lucca.edit.move(107, { departmentId: 31 });
      const [push] = (await company.bridge.plan()).targets;
      const reason = push?.plan?.operations.find(({ kind }) => kind === 'deactivate-user')?.reason;
      expect(reason).toMatch(/^left scope: department changed from .*Ventes.* to /);
    } finally {
      await company.close();
    }
  });

  it.each([
    ['is held over budget', { budget: { outOfScope: { absolute: 0, percent: 1 } } }, undefined],
    ['fails', {}, { kind: 'html' } as const],
    [
      'is followed by a deletion, and fails',
      { options: { deactivate: 'delete' } },
      { kind: 'html' } as const,
    ],
  ])('stay until it is done, where the deactivation %s', async (_, settings, fault) => {
    const company = await openCompany(settings);
    const reasonIn = async () => {
      const [push] = (await company.bridge.plan()).targets;
      return push?.plan?.operations.find(({ kind }) => kind === 'deactivate-user')?.reason;
    };
    try {
      await company.push();
      company.lucca.edit.move(107, { departmentId: 31 });
      const reason = await reasonIn();
      expect(reason).toMatch(/^left scope: department changed/);
      company.target.setFault((request) => (request.method === 'GET' ? undefined : fault));
      for (let run = 0; run < 2; run += 1) {
        await company.push();
        company.lucca.clock.advance(86_400_000);
        expect(await reasonIn()).toBe(reason);
      }
      const [kept] = (await company.bridge.plan()).targets;
      const document = await company.bridge.storedPlan(kept?.plan?.hash ?? '');
      expect(JSON.stringify(document)).toContain(reason);
    } finally {
      await company.close();
    }
  });
});

describe('a protected account', () => {
  it('is found by userName, Lucca id or e-mail, and misspelt names are reported', async () => {
    const company = await openCompany();
    try {
      await company.push();
      const [user] = company.target.users().filter(({ externalId }) => externalId === '107');
      await company.reopen({ protect: { people: [String(user?.userName).toUpperCase(), '110', 'nobody'] } });
      leave(company, [107, 110, 111]);
      const push = await company.push();
      expect(push.error).toBeNull();
      expect(company.active()).toEqual([107, 110, 119, 121, 129, 130, 131]);
      expect(push.plan?.held.map(({ code }) => code)).toContain('HELD_PROTECTED_PERSON');
      expect(push.plan?.notes).toContainEqual(
        expect.objectContaining({ code: 'PROTECTED_UNKNOWN', subject: 'protect.people.2' }),
      );
    } finally {
      await company.close();
    }
  });
});
