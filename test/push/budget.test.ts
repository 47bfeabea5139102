import { describe, expect, it } from 'vitest';
import { type Budget, BudgetError, checkBudget, judgeBudget } from '../../src/push/budget.js';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { loadProfile } from '../../src/push/load-profile.js';
import type { Plan } from '../../src/push/plan/operation.js';
import { desired, group } from './people.js';
import { noLinks, plan, pretendToApply } from './pretend.js';

/** A plan in which `leaving` of `people` leave, all of them members of one group. */
function planOf(people: number, leaving: number, options: Record<string, unknown> = {}, groups = true): Plan {
  const profile = loadProfile('generic', options);
  const links = noLinks();
  const ids = Array.from({ length: people }, (_, n) => `p${n}`);
  const input = (left: number, wanted: boolean) => ({
    profile,
    ...links,
    users: ids.map((id, n) => desired({ id, lifecycle: n < left ? 'left' : 'active' })),
    groups: wanted ? [group('31', 'All', ids.slice(left))] : [],
  });
  pretendToApply(plan(input(0, true)), links, profile, fallbackCapabilities());
  return plan(input(leaving, groups));
}

const exceeded = (made: Plan, budget?: Partial<Budget>) =>
  judgeBudget(made, budget)
    .filter((line) => line.exceeded)
    .map(({ kind }) => kind);

describe('the budget', () => {
  it.each([
    ['a few leavers of many', 1000, 40, []],
    ['exactly the share allowed', 100, 20, []],
    ['more than the share', 100, 30, ['deactivations', 'membership removals']],
    ['everybody in a small company', 5, 5, []],
    ['more than a handful of a small company', 10, 8, ['deactivations']],
    ['nobody', 0, 0, []],
  ])('judges %s', (_, people, leaving, kinds) => {
    expect(exceeded(planOf(people, leaving))).toEqual(kinds);
  });

  it('counts memberships that end although nobody leaves', () => {
    expect(exceeded(planOf(100, 0, {}, false))).toEqual(['membership removals']);
  });

  it('counts group deletions apart', () => {
    expect(judgeBudget(planOf(3, 0, { groups: { release: 'delete' } }, false))).toMatchObject([
      {},
      {},
      { kind: 'group deletions', count: 1, of: 1 },
    ]);
  });

  it('can be raised', () => {
    expect(exceeded(planOf(100, 30), { percent: 35 })).toEqual([]);
    expect(exceeded(planOf(100, 30), { absolute: 30 })).toEqual([]);
  });

  it('refuses the whole plan, with counts, a remedy and its own exit code', () => {
    const made = planOf(100, 30);
    expect(() => checkBudget(made)).toThrow(BudgetError);
    expect(() => checkBudget(made)).toThrow(
      'The plan for test holds 30 deactivations of 100 (limit 20), 30 membership removals of 100 (limit 25). Nothing of it was applied.',
    );
    expect(() => checkBudget(made)).toThrow(
      expect.objectContaining({ code: 'BUDGET_EXCEEDED', exitCode: 3 }),
    );
    expect(() => checkBudget(planOf(100, 10))).not.toThrow();
  });
});
