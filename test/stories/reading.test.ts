/** Failure stories about reading a source: reference/provisioning-lessons, section 7. The number is the story's. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/testing/lucca/index.js';
import type { World } from '../convergence/world.js';
import {
  AXES_ROUTE,
  account,
  activeIds,
  begin,
  CONTRACTS_ROUTE,
  day,
  hire,
  idsOf,
  leave,
  members,
  push,
  pushAnyway,
  STRUCTURE_ROUTES,
  USERS_ROUTE,
  worker,
} from './story.js';

function stateOf(world: World) {
  return { active: activeIds(world), groups: idsOf(world.target.groups()), members: members(world) };
}

describe('1. zero groups came back, so all groups were deleted and made again under other ids', () => {
  it('a removal needs a certified complete read: no group and no member goes', async () => {
    const world = await begin('strict');
    const before = stateOf(world);
    world.lucca.faults.add({ kind: 'empty-page', route: STRUCTURE_ROUTES, times: Infinity });
    await pushAnyway(world);
    world.lucca.faults.clear();
    await push(world);
    expect(stateOf(world)).toEqual(before);
  });

  it('a group whose id others may refer to is never deleted on the first sighting', async () => {
    const world = await begin('strict', { target: { options: { groups: { release: 'delete' } } } });
    const { id } = worker(world);
    const home = world.lucca.calendar.standing(worker(world)).position.position.departmentId ?? 0;
    const open = () => {
      world.lucca.edit.editDepartment(9_000, { name: 'Brief', archived: false });
      world.lucca.edit.move(id, { departmentId: 9_000 });
    };
    const shut = () => {
      world.lucca.edit.move(id, { departmentId: home });
      world.lucca.edit.editDepartment(9_000, { archived: true });
    };
    const groupId = () => world.target.groups().find(({ displayName }) => displayName === 'Brief')?.id;
    const later = (days: number) => {
      world.lucca.clock.advance({ days });
      return push(world);
    };
    open();
    await push(world);
    const first = groupId();
    expect(first).toBeDefined();
    shut();
    await later(1);
    expect(members(world).get(String(first))).toEqual([]);
    await later(29);
    expect(groupId()).toBe(first);
    // It returns in time, with its member, and the days begin anew when it goes again.
    open();
    await push(world);
    shut();
    await later(1);
    await later(29);
    expect(groupId()).toBe(first);
    expect((await later(1)).error).toBeNull();
    expect(groupId()).toBeUndefined();
  });
});

describe('2. a 503 on one lookup removed a person, or made groups vanish', () => {
  it.each([USERS_ROUTE, CONTRACTS_ROUTE, STRUCTURE_ROUTES])(
    'an error anywhere in a read keeps every removal back: %s',
    async (route) => {
      const world = await begin('strict');
      const before = stateOf(world);
      world.lucca.faults.add({ kind: 'error', status: 503, route, times: Infinity });
      await pushAnyway(world);
      expect(stateOf(world)).toEqual(before);
    },
  );

  it('creates go on where the people themselves were read', async () => {
    const world = await begin('strict');
    const [gone, before] = [worker(world), stateOf(world)];
    leave(world, gone.id);
    const newcomer = hire(world, 'Ada');
    world.lucca.faults.add({ kind: 'error', status: 503, route: AXES_ROUTE, times: Infinity });
    await pushAnyway(world);
    for (const [group, ids] of before.members)
      expect(members(world).get(group)).toEqual(expect.arrayContaining(ids));
    world.lucca.faults.clear();
    await push(world);
    expect(account(world, newcomer)?.active).toBe(true);
    expect(account(world, gone.id)?.active).toBe(false);
  });
});

describe('3. a 302, a web page or a file cut short counted as zero rows; accounts went and came back as new ones', () => {
  const faults: Fault[] = [
    { kind: 'redirect', route: USERS_ROUTE, times: Infinity },
    { kind: 'html', route: USERS_ROUTE, times: Infinity },
    { kind: 'truncated', route: USERS_ROUTE, times: Infinity },
    { kind: 'empty-page', route: USERS_ROUTE, times: Infinity },
  ];
  it.each(faults)('only a well-formed answer of the expected size is data: $kind', async (fault) => {
    const world = await begin('strict');
    const before = stateOf(world);
    world.lucca.faults.add(fault);
    await pushAnyway(world);
    expect(stateOf(world)).toEqual(before);
    world.lucca.faults.clear();
    expect((await push(world)).result?.writes).toBe(0);
    expect(stateOf(world)).toEqual(before);
  });
});

describe('5. an API error during a cohort sync suspended 5,160 accounts', () => {
  it('unknown is not "not a member": memberships of an axis that could not be read stay', async () => {
    const world = await begin('strict');
    const before = members(world);
    world.lucca.faults.add({ kind: 'error', status: 500, route: AXES_ROUTE, times: Infinity });
    await pushAnyway(world);
    expect(members(world)).toEqual(before);
  });

  it('a right that was lost empties nobody', async () => {
    const world = await begin('strict');
    const before = stateOf(world);
    world.lucca.setRights({ apiKey: { axes: false } });
    await pushAnyway(world);
    expect(stateOf(world)).toEqual(before);
  });
});

describe('6. a reconciliation on incomplete data deleted users, who came back from a backup', () => {
  it('the soft step comes first, and is undone by the next good reading', async () => {
    const world = await begin('strict');
    const { id } = worker(world);
    const accountId = account(world, id)?.id;
    leave(world, id);
    await push(world);
    expect(account(world, id)).toMatchObject({ id: accountId, active: false });
    world.lucca.edit.rehire(id);
    await push(world);
    expect(account(world, id)).toMatchObject({ id: accountId, active: true });
  });

  it.each([
    ['switched off', {}],
    ['as it is, where the target cannot switch it off,', { attributes: { drop: ['active'] } }],
  ])(
    'an account that is to be deleted is left %s for the days before, and whoever comes back has it',
    async (_, more) => {
      const options = { deactivate: 'delete', ...more };
      const world = await begin('strict', { target: { options } });
      const { id } = worker(world);
      const accountId = account(world, id)?.id;
      leave(world, id);
      await push(world);
      expect(account(world, id)?.id).toBe(accountId);
      world.lucca.clock.advance({ days: 28 });
      world.lucca.edit.rehire(id);
      await push(world);
      world.lucca.clock.advance({ days: 3 });
      leave(world, id);
      await push(world);
      world.lucca.clock.advance({ days: 29 });
      await push(world);
      expect(account(world, id)?.id).toBe(accountId);
      world.lucca.clock.advance({ days: 1 });
      expect((await push(world)).error).toBeNull();
      expect(account(world, id)).toBeUndefined();
      expect((await push(world)).result?.writes).toBe(0);
    },
  );
});

describe('9. the total fell from 30 to 27 while paging; rows were skipped and repeated', () => {
  const faults: Fault[] = [
    { kind: 'shrinking-total', route: USERS_ROUTE, nth: 2, times: Infinity, by: 3 },
    { kind: 'moved-row', route: USERS_ROUTE, times: Infinity },
    { kind: 'duplicate-row', route: USERS_ROUTE, times: Infinity },
  ];
  it.each(faults)('a read that does not add up removes nobody: $kind', async (fault) => {
    const world = await begin('strict');
    const before = stateOf(world);
    world.lucca.faults.add(fault);
    await pushAnyway(world);
    expect(stateOf(world)).toEqual(before);
  });
});

describe('18. people lost access a day early or late, by UTC midnight', () => {
  it.each([
    ['Pacific/Auckland', '2026-12-01T10:59:00Z', '2026-12-01T11:01:00Z'],
    ['Pacific/Honolulu', '2026-12-02T09:59:00Z', '2026-12-02T10:01:00Z'],
  ])('the last day is worked to its end in %s', async (timeZone, before, after) => {
    const world = await begin('strict');
    const { id } = worker(world);
    const { position } = world.lucca.calendar.standing(worker(world));
    world.lucca.edit.editEstablishment(position.position.establishmentId, { timeZone });
    world.lucca.edit.leave(id, { lastDay: '2026-12-01' });
    world.lucca.clock.set(before);
    await push(world);
    expect(account(world, id)?.active).toBe(true);
    world.lucca.clock.set(after);
    await push(world);
    expect(account(world, id)?.active).toBe(false);
  });
});

describe('19. a lead time deactivated linked people whose start lay beyond the window', () => {
  it('a window only delays a creation; a start that moves away deactivates nobody', async () => {
    const world = await begin('strict');
    const newcomer = hire(world, 'Ada', { start: day(world, 10) });
    await push(world);
    expect(account(world, newcomer)).toBeUndefined();
    world.lucca.clock.advance(10 * 86_400_000);
    await push(world);
    expect(account(world, newcomer)?.active).toBe(true);
    const [contract] = world.lucca.state.person(newcomer)?.employments ?? [];
    if (contract === undefined) throw new Error('there is no contract');
    const start = day(world, 30);
    const positions = contract.positions.map((position) => ({ ...position, startsOn: start }));
    world.lucca.edit.edit(newcomer, { employments: [{ ...contract, start, positions }] });
    await push(world);
    expect(account(world, newcomer)?.active).toBe(true);
  });
});
