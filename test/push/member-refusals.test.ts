/** Targets that refuse memberships altogether: that is no fault of the members (R23, R24). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BridgeError } from '../../src/errors.js';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { group, NOW } from './people.js';
import { createTestBridge, type TestBridge } from './servers/bridge.js';
import { scimError, startTinyTarget, type TinyTarget } from './tiny-target.js';

let target: TinyTarget;
let bridge: TestBridge;
beforeEach(async () => {
  target = await startTinyTarget();
  const capabilities = { ...fallbackCapabilities(), known: true, patch: true };
  bridge = await createTestBridge(target, { capabilities, options: { concurrency: 1 } });
});
afterEach(async () => {
  await bridge.client.close();
  await target.close();
});

const ids = Array.from({ length: 24 }, (_, n) => `p${n}`);
const people = ids.map((id) => ({ id }));
/** Everybody is in each of the first, and one in each of the last. */
const groups = [
  ...['a', 'b', 'c'].map((id) => group(id, `All ${id}`, ids)),
  ...ids.slice(0, 3).map((id) => group(`of-${id}`, `Of ${id}`, [id])),
];
const wish = { people, groups };
const tried = () => target.calls.filter(({ method }) => method === 'PATCH').length;
const memberships = () =>
  [...target.groups.values()].reduce((sum, { members }) => sum + ((members as unknown[]) ?? []).length, 0);
const codes = (issues: { code: string }[]) => [...new Set(issues.map(({ code }) => code))];

/** Every write to the members of a group is answered so. */
function refuse(status: number, scimType?: string): void {
  target.respond = ({ method, path }) =>
    method !== 'GET' && path.startsWith('/Groups/') ? scimError(status, 'no', scimType) : undefined;
}

describe('a target that refuses memberships altogether', () => {
  it.each([
    [403, 'TARGET_FORBIDDEN'],
    [405, 'TARGET_UNSUPPORTED'],
    [501, 'TARGET_UNSUPPORTED'],
  ])('answered %i: one request for each group, no member is looked for', async (status, code) => {
    refuse(status);
    const { result } = await bridge.push(wish);
    expect(result).toMatchObject({ done: 24 + 6, failed: 6 });
    expect(codes(result.issues)).toEqual([code]);
    expect(tried()).toBeLessThanOrEqual(groups.length);
  });

  it.each([
    [400, 'invalidValue'],
    [409, undefined],
    [400, undefined],
  ])('answered %i %s: after a few people nobody more is tried alone', async (status, scimType) => {
    refuse(status, scimType);
    const { result } = await bridge.push(wish);
    expect(result).toMatchObject({ done: 24 + 6, failed: 6 });
    expect(codes(result.issues)).toEqual(['GROUP_MEMBERS_REFUSED']);
    expect(result.issues).toHaveLength(6);
    expect(result.outcomes.filter(({ issue }) => issue?.code === 'GROUP_MEMBERS_REFUSED')).toHaveLength(6);
    expect(tried()).toBeLessThan(45);
  });

  it.each([403, 400])('once %i is mended, the next run writes everybody', async (status) => {
    refuse(status);
    await bridge.push(wish);
    target.respond = () => undefined;
    const { plan, result } = await bridge.push(wish);
    expect(plan.notes).toEqual([]);
    expect(result).toMatchObject({ done: 6, failed: 0 });
    expect(memberships()).toBe(3 * 24 + 3);
  });

  it('several poisoned members at the head of a list hold nobody else up', async () => {
    await bridge.push({ people });
    const poison = ids.slice(0, 5).map((id) => `"${bridge.links.get(id)?.targetId}"`);
    target.respond = ({ method, body }) =>
      method === 'PATCH' && poison.some((id) => JSON.stringify(body).includes(id))
        ? scimError(400, 'unknown member')
        : undefined;
    const first = await bridge.push(wish);
    expect(first.result.failed).toBeGreaterThan(0);
    await bridge.push(wish);
    await bridge.push(wish);
    expect(memberships()).toBe(3 * 19);
    target.calls.length = 0;
    const last = await bridge.push(wish);
    expect(last.result).toMatchObject({ writes: 0, failed: 0 });
    expect(codes(last.plan.notes)).toEqual(['WAITING_AFTER_FAILURE']);
  });

  it('a group that takes none of its members failed', async () => {
    await bridge.push({ people });
    target.respond = ({ method, path }) =>
      method === 'PATCH' && path === '/Groups/1' ? scimError(400, 'no') : undefined;
    const { result } = await bridge.push(wish);
    expect(result.failed).toBe(1);
    const reports = result.issues.filter(({ severity }) => severity === 'error');
    expect(reports.length).toBeGreaterThan(0);
  });
});

describe('members whom a target does not let go (R24)', () => {
  const joined = { people: [{ id: 'p0' }, { id: 'p1' }], groups: [group('g', 'All', ['p0', 'p1'])] };
  const left = (at: string) => ({ ...joined, at, groups: [group('g', 'All', ['p1'])] });
  const isRemoval = (body: unknown) => JSON.stringify(body).includes('"remove"');
  beforeEach(async () => {
    await bridge.push(joined);
    target.respond = ({ method, body }) =>
      method === 'PATCH' && isRemoval(body) ? scimError(400, 'the owner stays', 'mutability') : undefined;
  });

  it('are tried again less often each time, and named meanwhile', async () => {
    const first = await bridge.push(left('2026-11-20T08:00:00.000Z'));
    expect(first.result).toMatchObject({ failed: 1, issues: [{ code: 'MEMBER_REFUSED' }] });
    target.calls.length = 0;
    const waiting = await bridge.push(left('2026-11-20T08:30:00.000Z'));
    expect(waiting.plan.operations).toEqual([]);
    expect(waiting.plan.notes).toMatchObject([
      { code: 'WAITING_AFTER_FAILURE', subject: 'p0', waits: { for: 'membership' } },
    ]);
    expect(target.calls).toEqual([]);
    await bridge.push(left('2026-11-20T09:00:00.000Z'));
    expect(tried()).toBe(1);
    const again = await bridge.push(left('2026-11-20T12:00:00.000Z'));
    expect(again.plan.notes).toMatchObject([{ waits: { since: '2026-11-20T08:00:00.000Z' } }]);
    expect(tried()).toBe(1);
  });

  it('leave as soon as the target lets them, once their time has come', async () => {
    await bridge.push(left('2026-11-20T08:00:00.000Z'));
    target.respond = () => undefined;
    expect((await bridge.push(left('2026-11-20T10:00:00.000Z'))).result).toMatchObject({ done: 1 });
    expect(memberships()).toBe(1);
    expect((await bridge.push(left('2026-11-20T10:00:00.000Z'))).plan.notes).toEqual([]);
  });

  it('do not have a group that is let go emptied in vain every time', async () => {
    const gone = { people: joined.people, groups: [] };
    await bridge.push(gone);
    target.calls.length = 0;
    const { plan } = await bridge.push(gone);
    expect(plan.operations).toEqual([]);
    expect(target.calls).toEqual([]);
    expect(codes(plan.notes)).toEqual(['WAITING_AFTER_FAILURE']);
  });
});

describe('a single group whose members a target refuses (R24)', () => {
  const all = (at: string, ...more: string[]) => ({
    people: [...people, { id: 'new' }],
    groups: [group('g', 'All', [...ids, ...more])],
    at,
  });

  it('is tried less often each time, and nothing is held against the people', async () => {
    refuse(400);
    for (let run = 0; run < 3; run += 1) {
      const { result } = await bridge.push(all(NOW));
      expect(codes(result.issues)).toEqual(['GROUP_MEMBERS_REFUSED']);
    }
    expect(bridge.groupLinks.get('g')?.doubts).toBeUndefined();
    expect((await bridge.plan(all(NOW))).operations).toEqual([]);
    expect((await bridge.plan(all('2026-11-20T08:15:00.000Z'))).operations).toHaveLength(1);
  });

  it('waits as well when some of them wait alone, until somebody else is wanted', async () => {
    await bridge.push({ people });
    target.respond = ({ method, body }) =>
      method === 'PATCH' && JSON.stringify(body).includes(`"${bridge.links.get('p0')?.targetId}"`)
        ? scimError(400)
        : undefined;
    await bridge.push({ ...all(NOW), groups: [group('g', 'All', ['p0', 'p1'])] });
    refuse(500);
    for (let run = 0; run < 3; run += 1) expect((await bridge.push(all(NOW))).result.failed).toBe(1);
    // By 9:00 p0 may be tried again: what is wanted is still the same.
    const { plan } = await bridge.push(all('2026-11-20T08:15:00.000Z'));
    expect(plan.operations).toMatchObject([{ add: ids.slice(2), waiting: { add: ['p0'] } }]);
    expect((await bridge.plan(all('2026-11-20T09:01:00.000Z'))).operations).toEqual([]);
    expect((await bridge.plan(all('2026-11-20T09:01:00.000Z', 'new'))).operations).toHaveLength(1);
  });

  it('is reported when what was refused cannot be kept, and the run goes on to its end', async () => {
    await bridge.push({ people });
    await bridge.push({ people: all(NOW).people, groups: [group('g', 'All', [])] });
    refuse(400);
    const plan = await bridge.plan(all(NOW));
    const full = new BridgeError('STORE_DISK_FULL', 'full', { remedy: '' });
    const result = await bridge.apply(plan, { saveGroupLink: () => Promise.reject(full) });
    expect(codes(result.issues)).toEqual(['GROUP_MEMBERS_REFUSED', 'PUSH_UNEXPECTED']);
    expect(result).toMatchObject({ failed: 1, stopped: null });
  });
});

describe('a group that is let go, and could not be emptied at first', () => {
  it('fails no more once it is empty', async () => {
    const start = { people: [{ id: 'p0' }], groups: [group('g', 'All', ['p0'])] };
    await bridge.push(start);
    refuse(500);
    await bridge.push({ ...start, groups: [] });
    target.respond = () => undefined;
    expect((await bridge.push({ ...start, groups: [] })).result).toMatchObject({ done: 1, failed: 0 });
    const { trouble, memberTrouble } = bridge.groupLinks.get('g') ?? {};
    expect([trouble, memberTrouble]).toEqual([undefined, undefined]);
  });
});

describe('a target that fails whenever the members of a group are written (R24)', () => {
  it('is asked less often each time, and the group is named as waiting', async () => {
    refuse(500);
    const all = (at = NOW) => ({ people: [{ id: 'p0' }], groups: [group('g', 'All', ['p0'])], at });
    for (let run = 0; run < 3; run += 1) await bridge.push(all());
    target.calls.length = 0;
    const { plan } = await bridge.push(all());
    expect(plan.operations).toEqual([]);
    expect(plan.skipped).toMatchObject([
      { code: 'WAITING_AFTER_FAILURE', subject: 'g', waits: { for: 'group', since: NOW } },
    ]);
    expect(target.calls).toEqual([]);
    target.respond = () => undefined;
    const later = await bridge.push(all('2026-11-20T08:15:00.000Z'));
    expect(later.result).toMatchObject({ done: 1, failed: 0 });
    expect((await bridge.push(all())).plan).toMatchObject({ operations: [], skipped: [], notes: [] });
  });
});

describe('memberships of people without an account', () => {
  it('are not counted as done', async () => {
    target.respond = ({ method, path, body }) =>
      method === 'POST' && path === '/Users' && body?.userName === 'p0@acme.example'
        ? scimError(409, 'taken', 'uniqueness')
        : undefined;
    const { result } = await bridge.push({ people: [{ id: 'p0' }], groups: [group('g', 'All', ['p0'])] });
    expect(result).toMatchObject({ done: 1, failed: 1, skipped: 1 });
  });
});

describe('managers without an account', () => {
  it('leave an update with nothing to write undone', async () => {
    await bridge.push({ people: [{ id: 'ana' }] });
    target.respond = ({ method, path }) =>
      method === 'POST' && path === '/Users' ? scimError(409, 'taken', 'uniqueness') : undefined;
    const { result } = await bridge.push({ people: [{ id: 'ana', manager: 'leo' }, { id: 'leo' }] });
    expect(result).toMatchObject({ done: 0, failed: 1, skipped: 1 });
  });
});

describe('a target that answers that it made a group and keeps none (R24)', () => {
  it('gets it again less often each time', async () => {
    target.respond = ({ method, path }) =>
      method === 'POST' && path === '/Groups'
        ? { status: 201, body: { id: 'lost', displayName: 'All' } }
        : undefined;
    const wanted = { people: [{ id: 'p0' }], groups: [group('g', 'All', ['p0'])] };
    const first = await bridge.push(wanted);
    expect(first.result.issues).toMatchObject([
      { code: 'GROUP_NOT_KEPT', subject: { kind: 'group', id: 'g' } },
    ]);
    await bridge.push(wanted);
    await bridge.push(wanted);
    target.calls.length = 0;
    const waiting = await bridge.push(wanted);
    expect(waiting.plan.operations).toEqual([]);
    expect(waiting.plan.skipped).toMatchObject([{ code: 'WAITING_AFTER_FAILURE', subject: 'g' }]);
    expect(target.calls).toEqual([]);
  });
});
