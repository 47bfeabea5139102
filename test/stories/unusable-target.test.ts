/** Targets that answer nonsense, and targets that do not answer at all. */
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { PersonRecord } from '../../src/identity/person.js';
import { isJsonObject } from '../../src/json.js';
import { ENTERPRISE_USER } from '../../src/scim/schema.js';
import type { TargetFault } from '../../src/testing/target/index.js';
import { TENANT, type World } from '../convergence/world.js';
import { account, begin, hire, members, push, traffic, worker } from './story.js';

/** Bridge id of a Lucca id. */
async function personOf({ store }: World, luccaId: number): Promise<string> {
  for await (const { id, lucca } of store.collection<PersonRecord>(TENANT, 'people').list())
    if (lucca?.luccaId === String(luccaId)) return id;
  throw new Error(`nobody is ${luccaId}`);
}

/** A log that can be read. */
function readableLog() {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, log: pino({ level: 'info' }, stream) };
}

describe('a target that answers nonsense', () => {
  it.each([{ kind: 'html' }, { kind: 'truncated' }] as const satisfies readonly TargetFault[])(
    '$kind: the person is marked, the rest is done, the next run mends it',
    async (fault) => {
      const world = await begin('drops-attributes');
      const [one, other] = [worker(world, 0).id, worker(world, 1).id];
      const path = `/Users/${account(world, one)?.id}`;
      world.lucca.edit.rename(one, { lastName: 'Secretname' });
      world.lucca.edit.rename(other, { lastName: 'Bonnet' });
      world.target.setFault((request) => (request.path === path ? fault : undefined));
      const { result } = await push(world);
      expect(account(world, other)).toMatchObject({ name: { familyName: 'Bonnet' } });
      expect(result).toMatchObject({ done: 1, failed: 1, issues: [{ code: 'TARGET_NONSENSE' }] });
      world.target.setFault(undefined);
      world.lucca.clock.advance(86_400_000);
      await push(world);
      expect(account(world, one)).toMatchObject({ name: { familyName: 'Secretname' } });
    },
  );

  it('the exact exchange is in the log, without names and without the token', async () => {
    const { lines, log } = readableLog();
    const world = await begin('drops-attributes', { log });
    const { id } = worker(world);
    const path = `/Users/${account(world, id)?.id}`;
    world.lucca.edit.rename(id, { lastName: 'Secretname' });
    world.target.setFault((request) => (request.path === path ? { kind: 'html' } : undefined));
    lines.length = 0;
    await push(world);
    const exchange = lines
      .map((line) => JSON.parse(line))
      .find((line) => line.msg === 'exchange' && JSON.stringify(line).includes(path));
    expect(exchange).toMatchObject({
      method: 'PATCH',
      status: 200,
      error: 'TARGET_NONSENSE',
      sent: expect.stringContaining('name.familyName'),
      answer: expect.stringContaining('<title>Sign in</title>'),
    });
    expect(lines.join('')).not.toContain('Secretname');
    expect(lines.join('')).not.toContain('target-token');
  });

  it('accounts that were only pretended to be made are found missing by a full comparison, and made', async () => {
    const world = await begin('does-nothing', { simulated: { switches: { doesNothing: false } } });
    world.target.switches.doesNothing = true;
    const newcomer = hire(world, 'Ada');
    await push(world);
    expect(account(world, newcomer)).toBeUndefined();
    world.target.switches.doesNothing = false;
    await push(world, { reconcile: true });
    expect(account(world, newcomer)?.active).toBe(true);
  });

  it('what was only pretended to be written, set or taken away is found wanting by a full comparison, and written', async () => {
    const world = await begin('does-nothing', { simulated: { switches: { doesNothing: false } } });
    const { id } = worker(world);
    const idp = await personOf(world, id);
    const manager = account(world, id)?.[ENTERPRISE_USER];
    expect(manager).toHaveProperty('manager');
    world.target.switches.doesNothing = true;
    world.lucca.edit.move(id, { managerId: null, jobTitle: null });
    world.lucca.edit.rename(id, { lastName: 'Bonnet' });
    await world.idp(idp, [{ op: 'add', path: 'nickName', value: 'Bo' }]);
    await push(world);
    expect(account(world, id)).not.toMatchObject({ name: { familyName: 'Bonnet' } });
    world.target.switches.doesNothing = false;
    world.lucca.clock.advance(86_400_000);
    await push(world, { reconcile: true });
    expect(account(world, id)).toMatchObject({ name: { familyName: 'Bonnet' }, nickName: 'Bo' });
    expect(account(world, id)).not.toHaveProperty('title');
    expect(account(world, id)?.[ENTERPRISE_USER]).not.toHaveProperty('manager');
    world.lucca.clock.advance(86_400_000);
    expect(await push(world, { reconcile: true })).toMatchObject({ plan: { operations: [] } });
  });

  it('whoever was only pretended to leave a group is taken out of it after a full comparison', async () => {
    const world = await begin('does-nothing', { simulated: { switches: { doesNothing: false } } });
    const { id } = worker(world);
    const present = account(world, id)?.[ENTERPRISE_USER];
    const other = [...world.lucca.state.departments.values()].find(
      ({ archived, name }) => !archived && isJsonObject(present) && present.department !== name,
    );
    const groupsOf = () => {
      const targetId = String(account(world, id)?.id);
      return [...members(world)].flatMap(([group, ids]) => (ids.includes(targetId) ? [group] : [])).sort();
    };
    const before = groupsOf();
    world.target.switches.doesNothing = true;
    world.lucca.edit.move(id, { departmentId: Number(other?.id) });
    await push(world);
    expect(groupsOf()).toEqual(before);
    world.target.switches.doesNothing = false;
    world.lucca.clock.advance(86_400_000);
    await push(world, { reconcile: true });
    const after = groupsOf();
    expect(after).not.toEqual(before);
    expect(before.filter((group) => after.includes(group)).length).toBeLessThan(before.length);
    world.lucca.clock.advance(86_400_000);
    expect(await push(world, { reconcile: true })).toMatchObject({ plan: { operations: [] } });
  });

  it('a target that never keeps what it takes is told three times more, and then people are', async () => {
    const world = await begin('does-nothing', { simulated: { switches: { doesNothing: false } } });
    const { id } = worker(world);
    world.target.switches.doesNothing = true;
    world.lucca.edit.rename(id, { lastName: 'Bonnet' });
    const rounds: unknown[] = [];
    for (let round = 0; round < 7; round += 1) {
      world.target.forgetRequests();
      const { plan } = await push(world, { reconcile: round > 0 });
      rounds.push([
        traffic(world).includes('PATCH /Users'),
        plan?.notes.filter(({ code }) => code === 'TARGET_DOES_NOT_KEEP').length,
      ]);
      world.lucca.clock.advance(86_400_000);
    }
    const [writes, quiet] = [
      [true, 0],
      [false, 2],
    ];
    expect(rounds).toEqual([writes, writes, writes, writes, quiet, quiet, quiet]);
  });

  it('a page of HTML for the list of accounts makes nobody', async () => {
    const world = await begin('strict', { pushed: false });
    world.target.setFault(({ method, path }) =>
      method === 'GET' && path === '/Users' ? { kind: 'html' } : undefined,
    );
    const { error } = await push(world);
    expect(error).toMatchObject({ code: 'TARGET_NONSENSE' });
    expect(world.target.users()).toEqual([]);
  });
});

describe('a target that cannot be reached', () => {
  it('ends the run early, in clear words, and nothing is lost', async () => {
    const world = await begin('drops-attributes');
    const people = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((index) => worker(world, index).id);
    for (const id of people) world.lucca.edit.rename(id, { lastName: `Nom${id}` });
    const newcomer = hire(world, 'Ada');
    world.target.setFault(({ method }) => (method === 'GET' ? undefined : { kind: 'reset' }));
    const { result, error } = await push(world);
    expect(error).toMatchObject({
      code: expect.stringMatching(/^TARGET_/),
      remedy: expect.stringContaining('next run'),
    });
    expect(result?.notReached).toBeGreaterThan(0);
    expect(traffic(world).length).toBeLessThan(60);
    world.target.setFault(undefined);
    world.lucca.clock.advance(86_400_000);
    await push(world);
    for (const id of people) expect(account(world, id)).toMatchObject({ name: { familyName: `Nom${id}` } });
    expect(account(world, newcomer)?.active).toBe(true);
  });

  it('is asked one small thing by the next run, before anything else', async () => {
    const world = await begin('drops-attributes');
    for (const index of [0, 1, 2, 3, 4, 5, 6])
      world.lucca.edit.rename(worker(world, index).id, { lastName: `Nom${index}` });
    world.target.setFault(() => ({ kind: 'reset' }));
    await push(world);
    world.target.forgetRequests();
    expect((await push(world)).error).toMatchObject({ code: expect.stringMatching(/^TARGET_/) });
    expect(new Set(traffic(world))).toEqual(new Set(['GET /ServiceProviderConfig']));
    world.target.setFault(undefined);
    expect((await push(world)).result).toMatchObject({ done: 7, failed: 0 });
    world.lucca.edit.rename(worker(world).id, { lastName: 'Bonnet' });
    world.target.forgetRequests();
    await push(world);
    expect(traffic(world)).toEqual(['PATCH /Users']);
  });

  it('an address where nobody has ever answered is a fault of the configuration', async () => {
    const world = await begin('strict', { pushed: false, target: { url: 'http://127.0.0.1:9/scim/v2' } });
    const { error, result } = await push(world);
    expect(error).toMatchObject({ code: 'TARGET_UNREACHABLE', exitCode: 2 });
    expect(result).toBeNull();
  });
});
