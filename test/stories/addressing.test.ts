/** Failure stories about which account is whose: reference/provisioning-lessons, section 7. The number is the story's. */
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/store/memory.js';
import { edit, GROUPS, plant, USERS } from '../convergence/world.js';
import { account, begin, hire, idsOf, leave, members, push, traffic, worker } from './story.js';

describe("4. somebody's address changed; the account was looked up by the new one, and every later run ended there", () => {
  it('after a link exists only the stored id addresses the account, and nothing is looked up', async () => {
    const world = await begin('strict');
    const { id } = worker(world);
    const before = account(world, id)?.id;
    world.lucca.edit.changeMail(id, 'someone.new@exemple.example');
    await push(world);
    expect(account(world, id)).toMatchObject({ id: before, userName: 'someone.new@exemple.example' });
    expect(traffic(world).filter((request) => request.startsWith('GET'))).toEqual([]);
  });

  it("one person's failure never ends the run", async () => {
    const world = await begin('drops-attributes');
    world.target.switches.refusedCharacters = '#';
    const [bad, good] = [worker(world, 0).id, worker(world, 1).id];
    world.lucca.edit.rename(bad, { lastName: 'Num#ro' });
    world.lucca.edit.rename(good, { lastName: 'Bonnet' });
    const { result } = await push(world);
    expect(account(world, good)).toMatchObject({ name: { familyName: 'Bonnet' } });
    expect(result?.failed).toBe(1);
    world.target.switches.refusedCharacters = '';
    world.lucca.clock.advance(7 * 86_400_000);
    await push(world);
    expect(account(world, bad)).toMatchObject({ name: { familyName: 'Num#ro' } });
  });
});

describe('10. the list stopped at 50, and everybody after the fiftieth met 409 at creation', () => {
  it('pages are counted by what the target returned: whoever is there is adopted, nobody is made twice', async () => {
    const world = await begin('strict', { simulated: { limits: { maxPageSize: 3, pageSize: 3 } } });
    const before = idsOf(world.target.users());
    const fresh = await begin('strict', { store: createMemoryStore(), pushed: false });
    for (const { id: _, meta: __, schemas: ___, groups: ____, ...user } of world.target.users())
      plant(fresh, USERS, user);
    const there = idsOf(fresh.target.users());
    const { result } = await push(fresh);
    expect(result?.failed).toBe(0);
    expect(idsOf(fresh.target.users())).toEqual(there);
    expect(there).toHaveLength(before.length);
  });

  it('a create that meets 409 leads to a look, not to a loop', async () => {
    const world = await begin('commits-then-resets', { pushed: false });
    await push(world);
    const names = world.target.users().map(({ userName }) => userName);
    expect(new Set(names).size).toBe(names.length);
    const creations = world.target.requests.filter(
      ({ method, path }) => method === 'POST' && path === '/Users',
    );
    expect(creations).toHaveLength(names.length);
  });
});

describe('15. an edited filter sent nothing, or broke the saved delta', () => {
  it('another scope means everybody is judged again, through the plan', async () => {
    const world = await begin('strict');
    const { departmentId } = world.lucca.calendar.standing(worker(world)).position.position;
    await world.restart({
      profile: 'generic',
      token: 'target-token',
      scope: { departments: [String(departmentId)] },
    });
    const { plan } = await push(world);
    await world.bridge.approve(plan?.hash ?? '', { by: 'ines' });
    expect(await push(world)).toMatchObject({ error: null });
    expect(plan?.operations.filter(({ kind }) => kind === 'deactivate-user').length).toBeGreaterThan(0);
    const active = world.target.users().filter((user) => user.active === true);
    expect(active.length).toBeLessThan(world.target.users().length);
  });
});

describe('21. case, composition and invisible characters made twins or misses', () => {
  it.each([
    ['letter case', (text: string) => text.toUpperCase()],
    ['blanks around it', (text: string) => ` ${text} `],
    ['a zero-width space', (text: string) => `${text.slice(0, 3)}\u200b${text.slice(3)}`],
  ])('one comparison form for keys: %s', async (_, disguise) => {
    const world = await begin('strict', { pushed: false });
    const { id, mail, firstName, lastName } = worker(world);
    const name = {
      givenName: firstName.normalize('NFD'),
      familyName: lastName.normalize('NFD').toUpperCase(),
    };
    const there = plant(world, USERS, { userName: disguise(mail ?? ''), name, active: true });
    await push(world);
    const alike = world.target.users().filter((user) => user.externalId === String(id) || user.id === there);
    expect(idsOf(alike)).toEqual([there]);
  });
});

describe('22. a rehire met 409, or got a second account', () => {
  it('the inactive account comes back, under its old id', async () => {
    const world = await begin('strict');
    const { id } = worker(world);
    const before = account(world, id)?.id;
    leave(world, id);
    await push(world);
    world.lucca.edit.rehire(id);
    await push(world);
    expect(account(world, id)).toMatchObject({ id: before, active: true });
    expect(world.target.users().filter(({ externalId }) => externalId === String(id))).toHaveLength(1);
  });

  it('also where nothing is remembered: inactive people are searched too', async () => {
    const world = await begin('strict', { pushed: false });
    const { id, mail } = worker(world);
    const there = plant(world, USERS, { userName: mail ?? '', externalId: String(id), active: false });
    await push(world);
    expect(account(world, id)).toMatchObject({ id: there, active: true });
  });
});

describe('23. addresses collided: a rename landed on an address that somebody else holds', () => {
  it('the holder is named, nothing of theirs changes, and the others go on', async () => {
    const world = await begin('strict');
    const holder = plant(world, USERS, { userName: 'taken@exemple.example', active: true });
    const before = world.target.users().find(({ id }) => id === holder);
    const [unlucky, other] = [worker(world, 0), worker(world, 1)];
    world.lucca.edit.changeMail(unlucky.id, 'taken@exemple.example');
    world.lucca.edit.rename(other.id, { lastName: 'Bonnet' });
    const { result, plan } = await push(world);
    expect(world.target.users().find(({ id }) => id === holder)).toEqual(before);
    expect(account(world, other.id)).toMatchObject({ name: { familyName: 'Bonnet' } });
    expect(account(world, unlucky.id)?.userName).toBe(unlucky.mail);
    expect(JSON.stringify([result?.issues, plan?.skipped])).toContain(holder);
  });

  it('two people who exchange their addresses get them in one run', async () => {
    const world = await begin('strict');
    const [a, b] = [worker(world, 0), worker(world, 1)];
    world.lucca.edit.changeMail(a.id, b.mail);
    world.lucca.edit.changeMail(b.id, a.mail);
    const { result } = await push(world);
    expect(result?.failed).toBe(0);
    expect([account(world, a.id)?.userName, account(world, b.id)?.userName]).toEqual([b.mail, a.mail]);
  });

  it('an account that shares no more than the e-mail is proposed, never taken', async () => {
    const world = await begin('strict', { pushed: false });
    const { mail } = worker(world);
    const there = plant(world, USERS, {
      userName: 'local.admin',
      emails: [{ value: mail ?? '', type: 'work' }],
    });
    const { plan } = await push(world);
    expect(JSON.stringify([plan?.skipped, plan?.awaiting])).toContain(there);
    expect(world.target.users().find(({ id }) => id === there)?.userName).toBe('local.admin');
  });
});

describe('20. a manager who was not there on the first day was never linked, or patched every time', () => {
  it('the link is made when the manager arrives', async () => {
    const world = await begin('travelperk-like');
    const boss = hire(world, 'Boss', { start: '2026-12-10' });
    const report = hire(world, 'Report', { managerId: boss });
    await push(world);
    const managerOf = (id: number) =>
      JSON.stringify(
        account(world, id)?.['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'] ?? {},
      );
    expect(managerOf(report)).not.toContain('manager');
    world.lucca.clock.set('2026-12-10T10:00:00Z');
    await push(world);
    expect(managerOf(report)).toContain(`"value":"${account(world, boss)?.id}"`);
  });

  it('a target that echoes the manager in another form is not written again', async () => {
    const world = await begin('other-shapes');
    expect((await push(world)).result?.writes).toBe(0);
    expect((await push(world, { reconcile: true })).result?.writes).toBe(0);
  });

  it('a circle of managers stops nobody', async () => {
    const world = await begin('travelperk-like');
    const [a, b] = [worker(world, 0).id, worker(world, 1).id];
    world.lucca.edit.move(a, { managerId: b });
    world.lucca.edit.move(b, { managerId: a });
    const { result } = await push(world);
    expect(result?.failed).toBe(0);
    expect((await push(world)).result?.writes).toBe(0);
  });
});

describe('7. a run with errors emptied a group; made again, it had another id and its assignments were lost', () => {
  it('emptying comes before deleting: a group that returns is the same one', async () => {
    const world = await begin('strict');
    const { id } = worker(world);
    const { departmentId } = world.lucca.calendar.standing(worker(world)).position.position;
    const groups = idsOf(world.target.groups());
    world.lucca.edit.editDepartment(departmentId ?? 0, { archived: true });
    await push(world);
    expect(idsOf(world.target.groups())).toEqual(groups);
    world.lucca.edit.editDepartment(departmentId ?? 0, { archived: false });
    await push(world);
    expect(idsOf(world.target.groups())).toEqual(groups);
    expect(members(world).size).toBe(groups.length);
    expect(account(world, id)?.active).toBe(true);
  });

  it('upsert-only takes nothing away', async () => {
    const world = await begin('strict', { target: { mode: 'upsert-only' } });
    const [before, { id }] = [members(world), worker(world)];
    leave(world, id);
    await push(world);
    expect(account(world, id)?.active).toBe(true);
    expect(members(world)).toEqual(before);
  });
});

describe('12. a PATCH deleted members because the server wrote a stale copy back', () => {
  it('a full comparison finds what is missing and puts it back', async () => {
    const world = await begin('strict');
    const before = members(world);
    const [full] = world.target
      .groups()
      .filter((group) => Array.isArray(group.members) && group.members.length > 1);
    const id = String(full?.id);
    edit(world, GROUPS, id, { members: [] });
    expect(members(world).get(id)).toEqual([]);
    await push(world, { reconcile: true });
    await push(world, { reconcile: true });
    expect(members(world)).toEqual(before);
  });
});
