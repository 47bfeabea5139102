/** Members that a target took without an error, or with one, and who is in the group then: the ledger says so, or may learn it (R21, R23). */
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { judgeMembers } from '../../src/push/reconcile/members-sight.js';
import { DEFAULT_DRIFT } from '../../src/push/reconcile/policy.js';
import { group } from './people.js';
import { createTestBridge, type TestBridge } from './servers/bridge.js';
import { type Answer, type Call, list, scimError, startTinyTarget, type TinyTarget } from './tiny-target.js';

let target: TinyTarget;
let bridge: TestBridge;
async function start(groups: JsonObject): Promise<void> {
  target = await startTinyTarget();
  const capabilities = { ...fallbackCapabilities(), known: true, patch: true };
  bridge = await createTestBridge(target, { capabilities, options: { concurrency: 1, groups } });
}
afterEach(async () => {
  await bridge.client.close();
  await target.close();
});

const ids = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'];
const people = ids.map((id) => ({ id }));
const wish = (...members: string[]) => ({ people, groups: [group('a', 'A', members)] });
const idOf = (person: string) => bridge.links.get(person)?.targetId ?? '';
const membersIn = (body: JsonObject | undefined) => (body?.members ?? []) as { value: string }[];
const there = (groupId = 'a') =>
  membersIn(target.groups.get(bridge.groupLinks.get(groupId)?.targetId ?? '')).map(({ value }) => value);
const ledger = (groupId = 'a') => bridge.groupLinks.get(groupId)?.members;
const filters = () => target.calls.filter(({ query }) => query.get('filter')?.startsWith('members'));

/** Answers to the requests for one group, by method; `id` is the group's. */
function answer(
  how: Partial<Record<string, (call: Call, id: string) => Answer | 'reset' | undefined>>,
): void {
  target.respond = (call) => {
    const [, endpoint, id = ''] = call.path.split('/');
    return endpoint === 'Groups' ? how[id === '' ? 'LIST' : call.method]?.(call, id) : undefined;
  };
}
const putWithout = (poison: string) => ({
  PUT: ({ body }: Call, id: string) => {
    const members = membersIn(body).filter(({ value }) => value !== poison);
    target.groups.set(id, { ...body, members, id });
    return { status: 204 };
  },
});
const hidden = (_: Call, id: string) => {
  const { members: __, ...rest } = target.groups.get(id) ?? {};
  return { status: 200, body: rest };
};

describe('whoever a PUT was seen not to keep', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const several = (first: string[], others: string[]) => ({
    people,
    groups: names.map((name) => group(name, name, name === 'a' ? first : others)),
  });

  it('is not in the ledger after a PATCH that changes nothing, and no other group is written by that', async () => {
    await start({ members: 'put' });
    await bridge.push(several(['p0'], ['p0']));
    answer({ ...putWithout(idOf('p1')), PATCH: () => ({ status: 204 }) });
    const { result } = await bridge.push(several(['p0', 'p1'], ['p0', 'p3', 'p4']));
    expect(result).toMatchObject({ done: 4, failed: 1, issues: [{ code: 'MEMBER_NOT_KEPT' }] });
    expect(names.map((name) => ledger(name))).toEqual(names.map((name) => there(name)));
  });

  it('is alone not in the ledger when the PATCH fails', async () => {
    await start({ members: 'put' });
    await bridge.push(wish('p0'));
    answer({ ...putWithout(idOf('p1')), PATCH: () => scimError(500) });
    const { result } = await bridge.push(wish('p0', 'p1', 'p2', 'p3'));
    expect(result).toMatchObject({ done: 0, failed: 1 });
    expect(ledger()).toEqual(['p0', 'p2', 'p3'].map(idOf));
    expect((await bridge.plan(wish('p0', 'p1', 'p2'))).operations).toMatchObject([
      { add: ['p1'], remove: [idOf('p3')] },
    ]);
  });
});

describe('members whom a target hides, written by PUT', () => {
  it('count as written when the questions that follow fail; those are not asked again', async () => {
    await start({ members: 'put' });
    await bridge.push(wish());
    answer({
      GET: hidden,
      LIST: ({ query }) => (query.get('filter')?.startsWith('members') ? scimError(500) : undefined),
    });
    const { result } = await bridge.push({
      people,
      groups: [...wish('p0', 'p1').groups, group('b', 'B', ids)],
    });
    expect(result).toMatchObject({ done: 3, failed: 0, issues: [{ code: 'MEMBERS_UNSEEN' }] });
    expect(new Set(filters().map(({ query }) => query.get('filter'))).size).toBe(1);
    expect([ledger(), ledger('b')]).toEqual([['p0', 'p1'].map(idOf), ids.map(idOf)]);
    await bridge.push(wish('p1', 'p2'));
    expect(there()).toEqual(['p1', 'p2'].map(idOf));
  });

  it('count as written when the group cannot be read afterwards', async () => {
    await start({ members: 'put' });
    await bridge.push(wish('p0'));
    let isWritten = false;
    answer({
      PUT: () => {
        isWritten = true;
        return undefined;
      },
      GET: () => (isWritten ? scimError(404) : undefined),
    });
    const { result } = await bridge.push(wish('p0', 'p1'));
    expect(result).toMatchObject({ done: 1, failed: 0, issues: [{ code: 'MEMBERS_UNSEEN' }] });
    expect(ledger()).toEqual(there());
  });

  it('are not believed to be there because a target that passes filters over shows all its groups', async () => {
    await start({ members: 'put' });
    await bridge.push(wish());
    answer({
      GET: hidden,
      PUT: () => ({ status: 204 }),
      LIST: ({ query }) => list([...target.groups.values()], query),
    });
    const { result } = await bridge.push(wish('p0'));
    expect(result.issues).toMatchObject([{ code: 'MEMBERS_UNSEEN' }]);
    expect(filters()).toHaveLength(2);
  });

  it('are believed to be there when the filter is looked at', async () => {
    await start({ members: 'put' });
    await bridge.push(wish());
    answer({ GET: hidden });
    const { result } = await bridge.push({ people, groups: [...wish('p0').groups, group('b', 'B', ['p0'])] });
    expect(result).toMatchObject({ done: 3, failed: 0, issues: [] });
    expect(filters()).toHaveLength(3);
  });
});

describe('several batches by PUT', () => {
  it('do not undo each other where answers lag', async () => {
    await start({ members: 'put', memberBatch: 2 });
    await bridge.push(wish('p0'));
    let before: JsonObject | undefined;
    answer({
      PUT: ({ body }, id) => {
        before = target.groups.get(id);
        target.groups.set(id, { ...body, id });
        return { status: 200, body: { ...body, id } };
      },
      GET: () => {
        const body = before;
        before = undefined;
        return body && { status: 200, body };
      },
    });
    await bridge.push(wish(...ids));
    expect(there().sort()).toEqual(ids.map(idOf));
    await bridge.push(wish('p4', 'p5'));
    expect(there()).toEqual(['p4', 'p5'].map(idOf));
  });

  it('of which the last one loses what the first one wrote are not done', async () => {
    await start({ members: 'put', memberBatch: 1 });
    await bridge.push(wish('p0'));
    const both = new Set(['p1', 'p2'].map(idOf));
    answer({
      PATCH: () => scimError(405),
      PUT: ({ body }, id) => {
        const members = membersIn(body).filter(
          ({ value }, n, all) => !both.has(value) || n === all.length - 1,
        );
        target.groups.set(id, { ...body, members, id });
        return { status: 200, body: { ...body, members: members as unknown as JsonObject[], id } };
      },
    });
    const { result } = await bridge.push(wish('p0', 'p1', 'p2'));
    expect(result).toMatchObject({ failed: 1, issues: [{ code: 'MEMBER_NOT_KEPT' }] });
    expect(ledger()).toEqual(there());
  });
});

describe('a write of members that was carried out and not acknowledged (R21)', () => {
  it.each([['reset'], [scimError(500)]] as const)(
    'answered %j: whoever leaves meanwhile is taken out once they are seen',
    async (failure) => {
      await start({});
      await bridge.push(wish('p0'));
      answer({
        PATCH: (_, id) => {
          target.groups.set(id, {
            ...target.groups.get(id),
            members: ['p0', 'p1'].map((p) => ({ value: idOf(p) })),
          });
          return failure;
        },
      });
      await bridge.push(wish('p0', 'p1'));
      target.respond = () => undefined;
      expect((await bridge.plan(wish('p0'))).operations).toEqual([]);
      const link = bridge.groupLinks.get('a');
      const shown = target.groups.get(link?.targetId ?? '');
      if (link === undefined || shown === undefined) throw new Error('no group');
      const eyes = { policy: DEFAULT_DRIFT, unseen: new Set<string>(), at: '2026-11-21T08:00:00.000Z' };
      bridge.groupLinks.set('a', judgeMembers(link, shown, eyes).link);
      await bridge.push(wish('p0'));
      expect(there()).toEqual([idOf('p0')]);
    },
  );

  it('leaves no doubt once it is done', async () => {
    await start({});
    await bridge.push(wish('p0'));
    answer({ PATCH: () => 'reset' });
    await bridge.push(wish('p0', 'p1'));
    expect(bridge.groupLinks.get('a')?.doubts).toMatchObject({ [idOf('p1')]: { verb: 'removed' } });
    target.respond = () => undefined;
    await bridge.push(wish('p0', 'p1'));
    expect(bridge.groupLinks.get('a')?.doubts).toBeUndefined();
  });
});
