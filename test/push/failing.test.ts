/** What fails on a target is counted by what is still wanted, with the age of the oldest. */
import { describe, expect, it } from 'vitest';
import type { GroupLink, Link } from '../../src/identity/person.js';
import { addUp, findFailing, NOTHING_FAILS } from '../../src/push/failing.js';
import type { Finding } from '../../src/push/plan/finding.js';
import type { ChangeMembers, Operation } from '../../src/push/plan/operation.js';

const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T08:00:00.000Z`;
const trouble = (day: number) => ({
  code: 'TARGET_REFUSED',
  attempt: 'x',
  times: 1,
  since: at(day),
  retryAt: at(28),
});
const linked: Link = { state: 'linked', targetId: 't1', sent: {}, at: at(1) };
const doubt = (verb: 'refused' | 'stays', day: number) => ({ verb, times: 1, since: at(day), at: at(day) });

const base = { label: '', reason: '', changes: [] };
const update: Operation = {
  ...base,
  id: 'update-user:p1',
  kind: 'update-user',
  subject: 'p1',
  targetId: 't1',
  body: {},
  manager: null,
  wave: 0,
};
const members: ChangeMembers = {
  ...base,
  id: 'change-members:g',
  kind: 'change-members',
  subject: 'g',
  add: ['p1'],
  remove: ['t9'],
};
const waiting = (waits: NonNullable<Finding['waits']>): Finding => ({
  code: 'WAITING_AFTER_FAILURE',
  severity: 'error',
  kind: 'person',
  subject: 'p2',
  label: '',
  message: 'The same for all.',
  remedy: '',
  waits,
});
const outside = (group: string, day: number) =>
  waiting({ for: 'membership', group, member: 't2', since: at(day) });
const plan = (operations: Operation[], skipped: Finding[] = [], notes: Finding[] = []) => ({
  operations,
  skipped,
  notes,
  held: [],
});

function count(plans: ReturnType<typeof plan>, links: { p1?: Partial<Link>; g?: Partial<GroupLink> } = {}) {
  return findFailing(plans, {
    link: (id) => (id === 'p1' ? { ...linked, ...links.p1 } : undefined),
    groupLink: (id) => (id === 'g' ? { ...linked, members: [], ...links.g } : undefined),
  });
}

describe('what fails on a target', () => {
  it('is nothing where all was written', () => {
    expect(count(plan([update, members]))).toEqual(NOTHING_FAILS);
  });

  it('is who waits, and who was tried and failed', () => {
    expect(
      count(plan([update], [waiting({ for: 'person', since: at(5) })]), { p1: { trouble: trouble(3) } }),
    ).toEqual({
      people: 2,
      groups: 0,
      memberships: 0,
      since: at(3),
    });
  });

  it('is a membership that does not begin or end, and a group whose members cannot be written', () => {
    const doubts = { t1: doubt('refused', 4), t9: doubt('stays', 6), other: doubt('refused', 1) };
    const notes = [outside('g', 7), outside('h', 8)];
    expect(count(plan([members], [], notes), { g: { doubts, memberTrouble: trouble(9) } })).toEqual({
      people: 0,
      groups: 1,
      memberships: 4,
      since: at(4),
    });
  });

  it('is everybody who waits for one group', () => {
    const three = ['t1', 't2', 't3'].map((member) =>
      waiting({ for: 'membership', group: 'g', member, since: at(7) }),
    );
    expect(count(plan([], [], three))).toMatchObject({ memberships: 3 });
  });

  it('is as old as the last time where the first was not kept', () => {
    const { since: _, ...kept } = doubt('refused', 4);
    expect(count(plan([members]), { g: { doubts: { t1: kept } } })).toMatchObject({
      memberships: 1,
      since: at(4),
    });
  });

  it('is not what nobody wants any more', () => {
    expect(count(plan([]), { p1: { trouble: trouble(3) } })).toEqual(NOTHING_FAILS);
  });

  it('adds up over targets', () => {
    const one = { people: 1, groups: 2, memberships: 3, since: at(9) };
    expect(addUp([one, NOTHING_FAILS, { ...one, since: at(4) }])).toEqual({
      people: 2,
      groups: 4,
      memberships: 6,
      since: at(4),
    });
  });
});
