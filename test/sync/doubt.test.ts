import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/cli/plan.js';
import { openCompany, type PushedCompany, SALES } from './pushed-company.js';

describe('a reading of Lucca that shows too little', () => {
  let company: PushedCompany;
  beforeEach(async () => {
    company = await openCompany();
    await company.push();
  });
  afterEach(() => company.close());

  const USERS = '/api/v3/users';
  const withStatus = (wanted: string) => {
    const { state, calendar } = company.lucca;
    return state.people().filter((person) => calendar.standing(person).status === wanted);
  };
  const remove = (count: number) => {
    for (const { id } of withStatus('active').slice(0, count)) company.lucca.edit.remove(id);
  };

  it.each<[string, string, () => void]>([
    [
      'nobody',
      'LUCCA_READ_INCOMPLETE',
      () => void company.lucca.faults.add({ route: USERS, kind: 'empty-page', times: Infinity }),
    ],
    [
      'less than its own totals',
      'LUCCA_READ_INCOMPLETE',
      () => void company.lucca.faults.add({ route: USERS, kind: 'shrinking-total', times: Infinity }),
    ],
    [
      'a field of nobody any more',
      'LUCCA_RIGHT_LOST',
      () => company.lucca.setRights({ apiKey: { jobTitles: false } }),
    ],
    ['a third of the people less', 'LUCCA_PEOPLE_MISSING', () => remove(12)],
  ])('is no success, and touches nobody: %s', async (_, code, hide) => {
    hide();
    const report = await company.bridge.sync();
    expect(report.doubt).toMatchObject({ code, exitCode: 1 });
    expect(exitCodeOf(report)).toBe(1);
    expect(exitCodeOf(await company.bridge.plan())).toBe(1);
    expect((await company.bridge.runs())[0]).toMatchObject({ outcome: 'failed', code });
    expect(company.active()).toEqual(SALES);
  });

  it('passes where a few people are missing', async () => {
    remove(2);
    const report = await company.bridge.sync();
    expect(report.doubt).toBeNull();
    expect((await company.bridge.runs())[0]).not.toMatchObject({ outcome: 'failed' });
  });

  it('passes where those who have left vanish', async () => {
    const left = withStatus('deactivated');
    expect(left.length).toBeGreaterThan(0);
    for (const { id } of left) company.lucca.edit.remove(id);
    expect((await company.bridge.sync()).doubt).toBeNull();
  });
});
