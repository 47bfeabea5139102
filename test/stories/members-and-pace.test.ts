/** Failure stories about memberships, throttling and retries: reference/provisioning-lessons, section 7. The number is the story's. */
import { describe, expect, it } from 'vitest';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { listAll } from '../../src/push/list.js';
import { loadProfile } from '../../src/push/load-profile.js';
import { generateCompany } from '../../src/testing/index.js';
import { USERS } from '../convergence/world.js';
import { account, begin, hire, leave, members, push, traffic, worker } from './story.js';

/** A company in which everybody works in one department. */
function oneDepartment(people: number) {
  const company = generateCompany({ people, seed: 'one', quirks: false });
  const [{ id } = { id: 0 }] = company.departments;
  return {
    ...company,
    people: company.people.map((person) => ({
      ...person,
      employments: person.employments.map((employment) => ({
        ...employment,
        positions: employment.positions.map((position) => ({ ...position, departmentId: id })),
      })),
    })),
  };
}

describe('8. a page without users ended the loop, and the rest counted as gone', () => {
  it('the end of paging is what the target declares, never an empty page', async () => {
    const pages = [
      { totalResults: 3, Resources: [{ id: '1' }] },
      { totalResults: 3, Resources: [] },
    ];
    const client = { get: async () => pages.shift() ?? { totalResults: 3, Resources: [] } };
    const options = { profile: loadProfile('generic'), capabilities: fallbackCapabilities() };
    const listing = await listAll(client as never, '/Users', options);
    expect(listing).toMatchObject({ complete: false });
  });

  it('an empty page with a cursor behind it is not the last', async () => {
    const pages = [
      { Resources: [{ id: '1' }], nextCursor: 'a' },
      { Resources: [], nextCursor: 'b' },
      { Resources: [{ id: '2' }] },
    ];
    const client = { get: async () => pages.shift() ?? {} };
    const profile = loadProfile('aws-identity-center');
    const listing = await listAll(client as never, '/Users', {
      profile,
      capabilities: fallbackCapabilities(),
    });
    expect(listing).toMatchObject({ complete: true, pages: 3, resources: [{ id: '1' }, { id: '2' }] });
  });
});

describe('11. above 100 members came 400, or the first 100 were kept and the rest removed', () => {
  it('differences only, cut to what the target takes; one joiner is one request with one member', async () => {
    const world = await begin('aws-like', { company: oneDepartment(150) });
    const sizes = () => [...members(world).values()].map((ids) => ids.length);
    const largest = Math.max(...sizes());
    expect(largest).toBeGreaterThan(100);
    const newcomer = hire(world, 'Ada');
    world.target.forgetRequests();
    await push(world);
    expect(Math.max(...sizes())).toBe(largest + 1);
    const id = account(world, newcomer)?.id;
    const ofGroups = world.target.requests.filter(({ path }) => path.startsWith('/Groups'));
    for (const { body } of ofGroups)
      expect(body).toMatchObject({ Operations: [{ path: 'members', value: [{ value: id }] }] });
  });
});

describe('13. one unknown member failed the whole PATCH, and the sender never tried again', () => {
  it('the batch is halved until that member is alone; the others go through; later it is tried again', async () => {
    const world = await begin('poisoned-member', { pushed: false });
    const { result } = await push(world);
    const poisoned = String(world.target.users()[2]?.id);
    expect(result?.issues.some(({ code }) => code === 'MEMBER_REFUSED')).toBe(true);
    const listed = new Set([...members(world).values()].flat());
    expect(listed.has(poisoned)).toBe(false);
    expect(listed.size).toBe(world.target.users().length - 1);
    world.target.forgetRequests();
    const { plan } = await push(world);
    expect(traffic(world)).toEqual([]);
    expect(plan?.notes).toContainEqual(expect.objectContaining({ code: 'WAITING_AFTER_FAILURE' }));
    world.target.switches.poisonedMember = null;
    world.lucca.clock.advance(7 * 86_400_000);
    await push(world);
    expect([...members(world).values()].flat()).toContain(poisoned);
  });
});

describe('14. group members could not be read, so removals were never sent', () => {
  it('our own ledger knows whom to remove', async () => {
    const world = await begin('aws-like');
    const { id } = worker(world);
    const accountId = String(account(world, id)?.id);
    expect([...members(world).values()].flat()).toContain(accountId);
    leave(world, id);
    await push(world);
    expect([...members(world).values()].flat()).not.toContain(accountId);
  });
});

describe('16. 429 counted as failure and stopped the job; another target says 500 when it is asked too much at once', () => {
  it.each(['throttles', 'throttles-silently', 'few-writers', 'slack-like'] as const)(
    'throttling slows and never fails: %s',
    async (member) => {
      const world = await begin(member, { pushed: false });
      const { result, error } = await push(world);
      expect([result?.failed, result?.notReached, error]).toEqual([0, 0, null]);
      expect((await push(world)).result?.writes).toBe(0);
    },
  );
});

describe('17. retried for ever: a delete that met 404, a refusal that could not change', () => {
  it('404 on a delete is success', async () => {
    const world = await begin('strict', { target: { options: { deactivate: 'delete' } } });
    const { id } = worker(world);
    const link = account(world, id);
    leave(world, id);
    await push(world);
    world.lucca.clock.advance({ days: 31 });
    world.target.backend.remove(USERS, String(link?.id), () => {});
    expect((await push(world)).result?.failed).toBe(0);
    expect((await push(world)).result?.writes).toBe(0);
  });

  it('what cannot succeed is not sent every time', async () => {
    const world = await begin('drops-attributes');
    world.target.switches.refusedCharacters = '#';
    const { id } = worker(world);
    world.lucca.edit.rename(id, { lastName: 'Num#ro' });
    await push(world);
    world.target.forgetRequests();
    await push(world);
    expect(traffic(world).filter((request) => request.includes('/Users'))).toEqual([]);
  });
});

describe('24. the limit was switched off to let a batch through, and everybody was removed', () => {
  it('the limit is judged on the plan, before the first write; the rest of the plan goes on', async () => {
    const world = await begin('strict', { target: { budget: { leavers: { absolute: 2, percent: 1 } } } });
    const people = world.lucca.state
      .people()
      .filter((person) => world.lucca.calendar.standing(person).status === 'active');
    for (const { id } of people.slice(-8)) leave(world, id);
    const newcomer = hire(world, 'Ada');
    const { error, result } = await push(world);
    expect(error).toMatchObject({ code: 'BUDGET_EXCEEDED', exitCode: 3 });
    expect(people.slice(-8).map(({ id }) => account(world, id)?.active)).toEqual(Array(8).fill(true));
    expect(result?.failed ?? 0).toBe(0);
    expect(account(world, newcomer)?.active).toBe(true);
  });
});

describe('25. a queue storm though nothing was to be done; a directory over its seats was remembered as synchronised', () => {
  it('nothing changed means nothing written; many changes of one person are one request', async () => {
    const world = await begin('drops-attributes');
    await push(world);
    expect(traffic(world)).toEqual([]);
    const { id } = worker(world);
    for (const lastName of ['Un', 'Deux', 'Trois']) world.lucca.edit.rename(id, { lastName });
    await push(world);
    expect(traffic(world)).toEqual(['PATCH /Users']);
  });

  it('what is put off has an age, which is told until it is done', async () => {
    const world = await begin('drops-attributes');
    const { id } = worker(world);
    const began = new Date(world.clock.now()).toISOString().slice(0, 10);
    const failingNow = async () => (await world.bridge.health()).failing;
    expect(await failingNow()).toBeNull();
    world.target.setFault(({ method }) => (method === 'PATCH' ? { kind: 'error' } : undefined));
    world.lucca.edit.rename(id, { lastName: 'Bonnet' });
    const first = await push(world);
    expect(first.result?.failing).toMatchObject({ people: 1, groups: 0, memberships: 0 });
    for (let day = 0; day < 4; day += 1) {
      world.lucca.clock.advance({ days: 1 });
      world.lucca.edit.rename(id, { lastName: `Bonnet ${day}` });
      await push(world);
    }
    const after = await failingNow();
    expect(after).toMatchObject({ people: 1, isLasting: true });
    expect(after?.oldest.since.slice(0, 10)).toBe(began);
    expect([...(await world.bridge.failing())]).toMatchObject([[expect.any(String), { people: 1 }]]);

    world.target.setFault(undefined);
    world.lucca.clock.advance({ days: 2 });
    expect((await push(world)).result?.failing).toMatchObject({ people: 0, since: null });
    expect(await failingNow()).toBeNull();
  });

  it('only an answer that says so counts as done', async () => {
    const world = await begin('drops-attributes');
    const { id } = worker(world);
    world.lucca.edit.rename(id, { lastName: 'Bonnet' });
    world.target.setFault(({ method }) => (method === 'PATCH' ? { kind: 'html' } : undefined));
    await push(world);
    world.target.setFault(undefined);
    world.lucca.clock.advance(86_400_000);
    await push(world);
    expect(account(world, id)).toMatchObject({ name: { familyName: 'Bonnet' } });
  });
});
