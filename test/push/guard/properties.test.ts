import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fallbackCapabilities } from '../../../src/push/capabilities.js';
import { sortByBudget } from '../../../src/push/guard/budget.js';
import { BUDGET_KINDS, type BudgetKind } from '../../../src/push/guard/kinds.js';
import { loadProfile } from '../../../src/push/load-profile.js';
import type { Plan } from '../../../src/push/plan/operation.js';
import { desired, group, type Person } from '../people.js';
import { type Links, letGo, noLinks, plan, pretendToApply } from '../pretend.js';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Few e-mails and few managers: so that they meet. */
const personOf = (id: string): fc.Arbitrary<Person> =>
  fc.record({
    id: fc.constant(id),
    email: fc.constantFrom(...['1', '2', '3', '4', '5', '6', '7'].map((n) => `${n}@acme.example`)),
    userName: maybe(fc.constantFrom('x', 'y', 'z')),
    title: maybe(fc.constantFrom('Buyer', 'Adviser')),
    manager: maybe(fc.constantFrom(...ids)),
    lifecycle: fc.constantFrom('active', 'active', 'active', 'left'),
    inScope: fc.constantFrom(true, true, true, false),
  });
const state = fc.record({ people: fc.tuple(...ids.map(personOf)), members: fc.subarray(ids) });
type State = typeof state extends fc.Arbitrary<infer S> ? S : never;
const kinds = fc.subarray([...BUDGET_KINDS]);
const profile = (mode: 'active-false' | 'delete') =>
  loadProfile('generic', { deactivate: mode, attributes: { unique: ['userName', 'emails'] } });
const PROFILES = { 'active-false': profile('active-false'), delete: profile('delete') };
const mode = fc.constantFrom('active-false' as const, 'delete' as const);

function step({ people, members }: State, links: Links, how: keyof typeof PROFILES): Plan {
  if (how === 'delete') letGo(links);
  const users = people.map(desired);
  return plan({ profile: PROFILES[how], ...links, users, groups: [group('1', 'All', members)] });
}

/** What of a plan is left when these kinds are over their bounds. */
function cut(made: Plan, over: readonly BudgetKind[]): Plan {
  const lines = over.map((kind) => ({
    kind,
    count: 1,
    of: 1,
    limit: 0,
    week: { count: 1, limit: 0 },
    exceeded: true,
    cause: null,
  }));
  return { ...made, operations: sortByBudget(made, lines).operations };
}

const apply = (made: Plan, links: Links, how: keyof typeof PROFILES) =>
  pretendToApply(made, links, PROFILES[how], fallbackCapabilities());

describe('whatever is held back', () => {
  it('a push without it and a push of the rest end where one push of all ends', () => {
    fc.assert(
      fc.property(state, state, kinds, (before, after, over) => {
        const [whole, parts] = [noLinks(), noLinks()];
        for (const links of [whole, parts]) apply(step(before, links, 'active-false'), links, 'active-false');
        apply(step(after, whole, 'active-false'), whole, 'active-false');
        apply(cut(step(after, parts, 'active-false'), over), parts, 'active-false');
        apply(step(after, parts, 'active-false'), parts, 'active-false');
        for (let again = 0; again < 3; again += 1) {
          for (const links of [whole, parts])
            apply(step(after, links, 'active-false'), links, 'active-false');
        }
        expect(step(after, parts, 'active-false').operations).toEqual([]);
        expect(parts.links).toEqual(whole.links);
      }),
      { numRuns: 100 },
    );
  });

  it('no two accounts have one userName or address, at no instant of carrying the rest out', () => {
    fc.assert(
      fc.property(state, state, kinds, mode, (before, after, over, how) => {
        const links = noLinks();
        apply(step(before, links, how), links, how);
        const made = cut(step(after, links, how), over);
        for (const operation of made.operations) {
          apply({ ...made, operations: [operation] }, links, how);
          for (const attribute of ['userName', 'emails']) {
            const values = [...links.links.values()].map(({ sent }) => JSON.stringify(sent?.[attribute]));
            expect(new Set(values).size).toBe(values.length);
          }
        }
        expect(JSON.stringify([...links.links.values()])).not.toContain('"moving');
      }),
      { numRuns: 300 },
    );
  });

  it('nothing of its kind is done', () => {
    fc.assert(
      fc.property(state, state, mode, (before, after, how) => {
        const links = noLinks();
        apply(step(before, links, how), links, how);
        expect(cut(step(after, links, how), [...BUDGET_KINDS]).operations).toSatisfy(
          (operations: Plan['operations']) =>
            operations.every(
              ({ kind, changes }) =>
                kind !== 'deactivate-user' &&
                changes.every(
                  ({ path, before: was }) => was === undefined || !/userName|emails|manager/.test(path),
                ),
            ),
        );
      }),
      { numRuns: 200 },
    );
  });
});
