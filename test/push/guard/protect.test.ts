import { describe, expect, it } from 'vitest';
import { fallbackCapabilities } from '../../../src/push/capabilities.js';
import { type Protection, protectPlan } from '../../../src/push/guard/protect.js';
import { loadProfile } from '../../../src/push/load-profile.js';
import type { Plan } from '../../../src/push/plan/operation.js';
import { desired, group, type Person } from '../people.js';
import { noLinks, plan, pretendToApply } from '../pretend.js';

const PEOPLE: Person[] = [{ id: 'root' }, { id: 'ana' }, { id: 'leo' }];
const profile = loadProfile('generic');

/** The plan for three people in one group, after some of them changed. */
function planAfter(
  changed: Person[],
  members: string[],
  protection: Partial<Protection>,
  options = profile,
): Plan {
  const links = noLinks();
  const input = (people: Person[], inGroup: string[]) => ({
    profile: options,
    ...links,
    users: people.map(desired),
    groups: inGroup.length === 0 ? [] : [group('1', 'Admins', inGroup)],
  });
  const before = plan(input(PEOPLE, ['root', 'ana']));
  pretendToApply(before, links, options, fallbackCapabilities());
  const people = PEOPLE.map((person) => changed.find(({ id }) => id === person.id) ?? person);
  const all = [...people, ...changed.filter(({ id }) => !people.some((one) => one.id === id))];
  return protectPlan(
    plan(input(all, members)),
    { people: new Set(), groups: new Map(), ...protection },
    links,
  );
}

/** Changes of one step after the other: what the group of root and ana, of whom one must stay, gets of them. */
function inTwoSteps(first: Person[], second: Person[], members = ['root', 'ana']) {
  const links = noLinks();
  const step = (changed: Person[], inGroup: string[]) => {
    const people = PEOPLE.map((person) => changed.find(({ id }) => id === person.id) ?? person);
    const input = { ...links, users: people.map(desired), groups: [group('1', 'Admins', inGroup)] };
    const protection = { people: new Set<string>(), groups: new Map([['1', 1]]) };
    const made = protectPlan(plan(input), protection, links);
    pretendToApply(made, links, profile, fallbackCapabilities());
    return made;
  };
  step([], ['root', 'ana']);
  const before = step(first, ['root', 'ana']);
  return { before, after: step([...first, ...second], members) };
}

const ids = ({ operations }: Plan) => operations.map(({ id }) => id);
const heldIds = ({ held }: Plan) => held.map(({ operation, code }) => `${code} ${operation.id}`);

describe('a break-glass account', () => {
  const protection = { people: new Set(['root']) };

  it('is not deactivated, and stays in its groups', () => {
    const made = planAfter([{ id: 'root', lifecycle: 'left' }], ['ana'], protection);
    expect(ids(made)).toEqual([]);
    expect(heldIds(made)).toEqual([
      'HELD_PROTECTED_PERSON deactivate-user:root',
      'HELD_PROTECTED_PERSON change-members:1',
    ]);
  });

  it('is not renamed; its other attributes are kept up to date', () => {
    const made = planAfter(
      [{ id: 'root', email: 'new@acme.example', familyName: 'Neu', title: 'Admin' }],
      ['root', 'ana'],
      protection,
    );
    expect(made.operations).toMatchObject([
      { subject: 'root', changes: [{ path: 'title', after: 'Admin' }] },
    ]);
    expect(made.held[0]?.operation.changes.map(({ path }) => path)).toEqual([
      'displayName',
      'emails',
      'name.familyName',
      'userName',
    ]);
  });

  it('holds back whoever waits for its userName', () => {
    const made = planAfter(
      [
        { id: 'root', email: 'new@acme.example' },
        { id: 'max', email: 'root@acme.example' },
      ],
      ['root', 'ana'],
      protection,
    );
    expect(ids(made)).toEqual([]);
    expect(heldIds(made)).toContain('HELD_PROTECTED_PERSON create-user:max');
  });

  it('is not lost with its group', () => {
    const deleting = loadProfile('generic', { groups: { release: 'delete' } });
    expect(heldIds(planAfter([], [], protection, deleting))).toEqual([
      'HELD_PROTECTED_PERSON release-group:1',
    ]);
    const emptied = planAfter([], [], protection);
    expect(emptied.operations).toMatchObject([{ kind: 'release-group', remove: ['t-ana'] }]);
    expect(emptied.held).toMatchObject([{ operation: { kind: 'release-group', remove: ['t-root'] } }]);
  });

  it('is no matter of the reason, and others are not affected', () => {
    const made = planAfter(
      [
        { id: 'root', inScope: false },
        { id: 'leo', inScope: false },
      ],
      ['root', 'ana'],
      protection,
    );
    expect(ids(made)).toEqual(['deactivate-user:leo']);
  });

  it('makes way for nobody once it is inactive', () => {
    const links = noLinks();
    const before = [
      { id: 'root', lifecycle: 'active' as const },
      { id: 'root', lifecycle: 'left' as const },
    ];
    for (const root of before)
      pretendToApply(plan({ ...links, users: [desired(root)] }), links, profile, fallbackCapabilities());
    const users = [
      desired({ id: 'root', lifecycle: 'left', email: 'other@acme.example' }),
      desired({ id: 'ana', email: 'root@acme.example' }),
    ];
    const made = protectPlan(plan({ ...links, users }), { groups: new Map(), ...protection }, links);
    expect(ids(made)).toEqual([]);
    expect(heldIds(made)).toEqual([
      'HELD_PROTECTED_PERSON update-user:root',
      'HELD_PROTECTED_PERSON create-user:ana',
    ]);
  });
});

describe('a group that must keep members', () => {
  const protection = { groups: new Map([['1', 1]]) };

  it('loses some, and never the last ones', () => {
    expect(ids(planAfter([], ['root'], protection))).toEqual(['change-members:1']);
    const made = planAfter([], ['leo'], { groups: new Map([['1', 2]]) });
    expect(made.operations).toMatchObject([{ kind: 'change-members', add: ['leo'], remove: [] }]);
    expect(heldIds(made)).toEqual(['HELD_LAST_MEMBER change-members:1']);
  });

  it('keeps the accounts of those members active', () => {
    const gone: Person[] = [
      { id: 'root', lifecycle: 'left' },
      { id: 'ana', lifecycle: 'left' },
    ];
    const made = planAfter(gone, ['leo'], { groups: new Map([['1', 2]]) });
    expect(ids(made)).toEqual(['change-members:1']);
    expect(heldIds(made)).toContain('HELD_LAST_MEMBER deactivate-user:root');
    expect(heldIds(made)).toContain('HELD_LAST_MEMBER deactivate-user:ana');
  });

  it.each<[string, Partial<Person>]>([
    ['is called inactive by an IdP', { active: false }],
    ['leaves', { lifecycle: 'left' }],
    ['falls out of scope', { inScope: false }],
  ])('keeps its last active member, who %s and still stands in its list', (_, over) => {
    const others: Person[] = [{ id: 'ana', active: false }];
    const made = planAfter([...others, { id: 'root', ...over }], ['root', 'ana'], protection);
    expect(ids(made)).toEqual([]);
    expect(heldIds(made)).toEqual(
      expect.arrayContaining([
        'HELD_LAST_MEMBER deactivate-user:root',
        'HELD_LAST_MEMBER deactivate-user:ana',
      ]),
    );
  });

  it('keeps its last active member from being deleted', () => {
    const made = planAfter(
      [
        { id: 'root', lifecycle: 'left' },
        { id: 'ana', lifecycle: 'left' },
      ],
      ['root', 'ana'],
      protection,
      loadProfile('generic', { deactivate: 'delete' }),
    );
    expect(ids(made)).toEqual([]);
  });

  it('does not count members who are inactive already', () => {
    const { before, after } = inTwoSteps([{ id: 'ana', active: false }], [{ id: 'root', active: false }]);
    expect(ids(before)).toEqual(['deactivate-user:ana']);
    expect(ids(after)).toEqual([]);
    expect(heldIds(after)).toEqual(['HELD_LAST_MEMBER deactivate-user:root']);
  });

  it('lets an inactive member go, who keeps nothing up', () => {
    const { after } = inTwoSteps([{ id: 'ana', active: false }], [], ['root']);
    expect(after.operations).toMatchObject([{ kind: 'change-members', remove: ['t-ana'] }]);
  });

  it('takes somebody active who is in the group as a member, whoever else goes', () => {
    const made = planAfter([{ id: 'root', active: false }], ['root', 'ana'], protection);
    expect(ids(made)).toEqual(['deactivate-user:root']);
  });

  it('does not count on an account that is still to be made', () => {
    const made = planAfter([{ id: 'max' }], ['max'], protection);
    expect(heldIds(made)).toEqual(['HELD_LAST_MEMBER change-members:1']);
    expect(ids(made)).toEqual(['create-user:max', 'change-members:1']);
  });

  it('is not let go', () => {
    expect(heldIds(planAfter([], [], protection))).toEqual(['HELD_LAST_MEMBER release-group:1']);
  });
});

describe('the hash', () => {
  it('is that of what is left: what is protected cannot be approved', () => {
    const free = planAfter([{ id: 'root', lifecycle: 'left' }], ['root', 'ana'], {});
    const spared = planAfter([{ id: 'root', lifecycle: 'left' }], ['root', 'ana'], {
      people: new Set(['root']),
    });
    expect(spared.hash).not.toBe(free.hash);
    expect(spared.summary).toMatchObject({ operations: {}, held: 1 });
  });
});
