import { describe, expect, it } from 'vitest';
import { fallbackCapabilities } from '../../../src/push/capabilities.js';
import { type Budget, budgetSchema } from '../../../src/push/guard/bounds.js';
import { BudgetError, judgeBudget, sortByBudget } from '../../../src/push/guard/budget.js';
import type { Counts } from '../../../src/push/guard/kinds.js';
import { loadProfile } from '../../../src/push/load-profile.js';
import type { Plan } from '../../../src/push/plan/operation.js';
import { desired, group, type Person } from '../people.js';
import { letGo, noLinks, plan, pretendToApply } from '../pretend.js';

const DELETING = { deactivate: 'delete' };

type Change = (n: number) => Partial<Person>;

interface Company {
  people: number;
  /** What becomes of the person with this number; null: everything stays. */
  change?: Change;
  options?: Record<string, unknown>;
  /** Whether the group of everybody is still wanted. */
  isGrouped?: boolean;
  /** The change was carried out long ago, and nobody has wanted what it let go since. */
  isLongAgo?: boolean;
}

const leaver =
  (many: number): Change =>
  (n) =>
    n < many ? { lifecycle: 'left' } : {};
const fallsOut =
  (many: number): Change =>
  (n) =>
    n < many ? { inScope: false } : {};

/** The plan for a company that was pushed whole, everybody in one group and under one boss, and then changed. */
function planOf({
  people,
  change = () => ({}),
  options = {},
  isGrouped = true,
  isLongAgo = false,
}: Company): Plan {
  const profile = loadProfile('generic', options);
  const links = noLinks();
  const person = (n: number, over: Partial<Person>): Person => ({ id: `p${n}`, manager: 'p0', ...over });
  const input = (state: Change, wanted: boolean) => {
    const users = Array.from({ length: people }, (_, n) => person(n, state(n)));
    const members = users.filter(({ lifecycle }) => lifecycle !== 'left').map(({ id }) => id);
    return {
      profile,
      ...links,
      users: users.map(desired),
      groups: wanted ? [group('31', 'All', members)] : [],
    };
  };
  pretendToApply(plan(input(() => ({}), true)), links, profile, fallbackCapabilities());
  if (isLongAgo) {
    pretendToApply(plan(input(change, isGrouped)), links, profile, fallbackCapabilities());
    letGo(links);
  }
  return plan(input(change, isGrouped));
}

const exceeded = (made: Plan, budget?: Budget, spent?: Partial<Counts>) =>
  judgeBudget(made, budget, spent).flatMap(({ kind, exceeded: isOver }) => (isOver ? [kind] : []));

describe('the budget of one run', () => {
  it.each<[string, Company, string[]]>([
    ['a few leavers of many', { people: 1000, change: leaver(40) }, []],
    ['200 leavers of 1,000 after a site was closed', { people: 1000, change: leaver(200) }, []],
    ['more leavers than the share', { people: 100, change: leaver(30) }, ['leavers']],
    ['everybody of a small company', { people: 5, change: leaver(5) }, []],
    ['more than a handful of a small company', { people: 10, change: leaver(8) }, ['leavers']],
    ['20 of 1,000 who merely fall out of scope', { people: 1000, change: fallsOut(20) }, ['outOfScope']],
    ['a handful who fall out of scope', { people: 100, change: fallsOut(5) }, []],
    [
      'people whom another source calls inactive',
      { people: 100, change: (n) => (n < 6 ? { active: false } : {}) },
      ['outOfScope'],
    ],
    [
      'a new domain for everybody',
      { people: 100, change: (n) => ({ email: `p${n}@new.example` }) },
      ['userNameChanges'],
    ],
    [
      'names that pass from leavers to others: both are renamed',
      {
        people: 100,
        change: (n) =>
          n < 6
            ? { lifecycle: 'left', email: `q${n}@acme.example` }
            : n < 12
              ? { email: `p${n - 6}@acme.example` }
              : {},
      },
      ['userNameChanges'],
    ],
    ['a new boss for everybody', { people: 100, change: () => ({ manager: 'p1' }) }, ['managerChanges']],
    [
      'managers lost by everybody',
      { people: 100, change: () => ({ manager: undefined }) },
      ['managerChanges'],
    ],
    ['accounts that are to be deleted one day', { people: 100, change: leaver(10), options: DELETING }, []],
    [
      'deleted accounts',
      { people: 100, change: leaver(10), options: DELETING, isLongAgo: true },
      ['accountDeletions'],
    ],
    ['a group that nobody wants any more', { people: 100, isGrouped: false }, ['membershipRemovals']],
    ['nobody', { people: 0 }, []],
  ])('judges %s', (_, company, kinds) => {
    expect(exceeded(planOf(company))).toEqual(kinds);
  });

  it('does not count the memberships of leavers: the person counts', () => {
    const lines = judgeBudget(planOf({ people: 100, change: leaver(30) }));
    expect(lines.find(({ kind }) => kind === 'membershipRemovals')?.count).toBe(0);
  });

  it('does not count a value that fills a gap', () => {
    const links = noLinks();
    const before = { ...links, users: [desired({ id: 'ana' }), desired({ id: 'leo' })] };
    pretendToApply(plan(before), links, loadProfile('generic'), fallbackCapabilities());
    const made = plan({ ...before, users: [desired({ id: 'ana' }), desired({ id: 'leo', manager: 'ana' })] });
    expect(made.operations).toHaveLength(1);
    expect(judgeBudget(made).map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('counts group deletions apart', () => {
    const gone = { people: 3, options: { groups: { release: 'delete' } }, isGrouped: false };
    const made = planOf({ ...gone, isLongAgo: true });
    expect(judgeBudget(made).find(({ kind }) => kind === 'groupDeletions')).toMatchObject({
      count: 1,
      of: 1,
    });
  });

  it('can be raised', () => {
    const made = planOf({ people: 100, change: leaver(30) });
    expect(exceeded(made, { leavers: { percent: 35 } })).toEqual([]);
    expect(exceeded(made, { leavers: { absolute: 30 } })).toEqual([]);
    expect(exceeded(made, { outOfScope: { absolute: 30 } })).toEqual(['leavers']);
  });
});

describe('a bound that was raised as far as it goes', () => {
  const raised = { absolute: 1_000_000, percent: 50, week: { absolute: 1_000_000, percent: 50 } };
  const budget = { leavers: raised, outOfScope: raised };

  it('lets half of the population through, and no more', () => {
    expect(exceeded(planOf({ people: 100, change: leaver(50) }), budget)).toEqual([]);
    expect(exceeded(planOf({ people: 100, change: leaver(51) }), budget)).toEqual(['leavers']);
    expect(exceeded(planOf({ people: 100, change: fallsOut(100) }), budget)).toEqual(['outOfScope']);
  });

  it('lets half of it through in 7 days', () => {
    const made = planOf({ people: 100, change: leaver(10) });
    expect(exceeded(made, budget, { leavers: 40 })).toEqual([]);
    expect(exceeded(made, budget, { leavers: 41 })).toEqual(['leavers']);
  });

  it('spares a small population as ever', () => {
    expect(exceeded(planOf({ people: 5, change: leaver(5) }), budget)).toEqual([]);
    expect(exceeded(planOf({ people: 9, change: leaver(6) }), budget)).toEqual(['leavers']);
  });
});

describe('the budget of 7 days', () => {
  const drip = planOf({ people: 1000, change: leaver(3) });

  it('is twice that of a run, and catches a slow drip', () => {
    expect(exceeded(drip, {}, { leavers: 397 })).toEqual([]);
    expect(exceeded(drip, {}, { leavers: 398 })).toEqual(['leavers']);
    expect(exceeded(drip, { leavers: { week: { percent: 1 } } }, { leavers: 12 })).toEqual(['leavers']);
  });

  it('holds nothing against a plan without that kind', () => {
    expect(exceeded(planOf({ people: 1000 }), {}, { leavers: 900 })).toEqual([]);
  });

  it('says in the message what earlier runs did', () => {
    const error = new BudgetError(drip, judgeBudget(drip, {}, { leavers: 398 }));
    expect(error.message).toContain(
      '3 deactivations of leavers of 1000 (401 with the runs of the last 7 days, limit 400)',
    );
  });
});

describe('over a bound', () => {
  const made = planOf({
    people: 100,
    change: (n) => ({
      ...leaver(30)(n),
      ...(n > 90 ? { title: 'Buyer' } : {}),
      ...(n === 99 ? { email: 'new@acme.example' } : {}),
    }),
  });
  const lines = judgeBudget(made);
  const sorted = sortByBudget(made, lines);
  const kindsIn = (operations: readonly { kind: string }[]) => new Set(operations.map(({ kind }) => kind));

  it('nothing of that kind is left, nor what relies on it, and the rest is', () => {
    expect(kindsIn(sorted.operations)).toEqual(new Set(['update-user']));
    expect(sorted.operations).toHaveLength(9);
    expect(kindsIn(sorted.held.map(({ operation }) => operation))).toEqual(
      new Set(['deactivate-user', 'change-members']),
    );
    expect(sorted.held[0]).toMatchObject({
      code: 'HELD_OVER_BUDGET',
      reason: 'over budget: 30 deactivations of leavers of 100 (limit 20)',
    });
  });

  it('a change is taken out of an update, and the others stay', () => {
    const renamed = planOf({
      people: 100,
      change: (n) => ({ email: `p${n}@new.example`, title: 'Buyer' }),
    });
    const { operations, held } = sortByBudget(renamed, judgeBudget(renamed));
    expect(operations[0]?.changes).toEqual([{ path: 'title', after: 'Buyer' }]);
    expect(operations[0]).toMatchObject({
      reason: 'changed: title',
      body: { userName: 'p0@acme.example', title: 'Buyer' },
    });
    expect(held[0]?.operation.changes.map(({ path }) => path)).toEqual(['emails', 'userName']);
  });

  it('names counts, a cause where one is known, the hash to approve, and has its own exit code', () => {
    const causes = { leavers: 'a site was closed' };
    const error = new BudgetError(made, judgeBudget(made, {}, {}, causes));
    expect(error.message).toBe(
      'The plan for test holds 30 deactivations of leavers of 100 (limit 20; probably because a site was closed). Nothing of that kind was applied.',
    );
    expect(error).toMatchObject({ code: 'BUDGET_EXCEEDED', exitCode: 3 });
    expect(error.remedy).toContain(`lucca-scim approve ${made.hash.slice(0, 12)}`);
  });
});

describe('the settings of the budget', () => {
  const accepts = (budget: unknown) => budgetSchema.safeParse(budget).success;

  it('can be raised, and never switched off', () => {
    expect(accepts({ leavers: { absolute: 0, percent: 50, week: { absolute: 9 } } })).toBe(true);
    for (const off of [-1, null, false, 'off', Number.POSITIVE_INFINITY])
      expect(accepts({ leavers: { absolute: off } }), String(off)).toBe(false);
    for (const off of [0, -1, 51, 100, null, false]) {
      expect(accepts({ leavers: { percent: off } }), String(off)).toBe(false);
      expect(accepts({ leavers: { week: { percent: off } } }), String(off)).toBe(false);
    }
    expect(accepts({ leavers: false })).toBe(false);
    expect(accepts({ leaver: { absolute: 1 } })).toBe(false);
    expect(accepts(false)).toBe(false);
  });
});
