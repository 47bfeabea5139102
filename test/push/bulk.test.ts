import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { type Capabilities, fallbackCapabilities } from '../../src/push/capabilities.js';
import type { Lesson } from '../../src/push/lessons.js';
import { group, type Person } from './people.js';
import { createTestBridge, type TestBridge, type TestBridgeOptions } from './servers/bridge.js';
import { type Call, scimError, startTinyTarget, type TinyTarget } from './tiny-target.js';

let target: TinyTarget;
let bridge: TestBridge;
let lessons: Lesson[];
const capable = (maxOperations: number, maxPayloadSize = 1_000_000): Capabilities => ({
  ...fallbackCapabilities(),
  known: true,
  patch: true,
  bulk: { supported: true, maxOperations, maxPayloadSize },
});

async function start(settings: TestBridgeOptions = {}): Promise<void> {
  await bridge?.client.close();
  bridge = await createTestBridge(target, { capabilities: capable(10), ...settings });
}
beforeEach(async () => {
  target = await startTinyTarget();
  lessons = [];
  await start();
});
afterEach(async () => {
  await bridge.client.close();
  await target.close();
});

const person = (n: number, over: Partial<Person> = {}): Person => ({ id: `p${n}`, ...over });
const persons = (count: number): Person[] => Array.from({ length: count }, (_, n) => person(n));
const sentTo = (path: string) => target.calls.filter((call) => call.method !== 'GET' && call.path === path);
const operationsIn = ({ body }: Call) => (body?.Operations ?? []) as JsonObject[];
const names = () => [...target.users.values()].map(({ externalId }) => externalId);

/** Changes what a bulk answer says, not what was done. */
const rearrange = (change: TinyTarget['arrange']): void => {
  target.arrange = change;
};
const accountAt = ({ location }: JsonObject): JsonObject =>
  target.users.get(String(location).split('/').at(-1) ?? '') ?? {};

/** So many accounts, and each person linked to their own. */
function expectOwnAccounts(count: number): void {
  expect(target.users.size).toBe(count);
  const linked = persons(count).map(({ id }) => target.users.get(bridge.links.get(id)?.targetId ?? ''));
  expect(linked.map((account) => account?.externalId)).toEqual(persons(count).map(({ id }) => `lucca-${id}`));
}

async function push(people: readonly Person[]) {
  const plan = await bridge.plan({ people });
  const result = await bridge.apply(plan);
  lessons.push(...result.lessons);
  return result;
}

describe('writes that travel together (RFC 7644 section 3.7)', () => {
  it('are as many in a request as the target takes', async () => {
    expect(await push(persons(25))).toMatchObject({ done: 25, failed: 0, writes: 3 });
    expect(sentTo('/Bulk').map((call) => operationsIn(call).length)).toEqual([10, 10, 5]);
    expect(new Set(names()).size).toBe(25);
    expect((await push(persons(25))).writes).toBe(0);
  });

  it('keep within the size that the target takes', async () => {
    await start({ capabilities: capable(1000, 4000) });
    await push(persons(25));
    for (const call of sentTo('/Bulk')) expect(JSON.stringify(call.body).length).toBeLessThanOrEqual(4000);
    expect(target.users.size).toBe(25);
  });

  it('name what does not exist yet by a bulkId of its own, and nothing else', async () => {
    await push(persons(3));
    await push([person(0, { title: 'New' }), person(1, { lifecycle: 'left' }), person(2), person(3)]);
    const [creates, changes] = sentTo('/Bulk').map(operationsIn);
    expect(new Set(creates?.map(({ bulkId }) => bulkId)).size).toBe(3);
    expect(changes?.map(({ method, path, bulkId }) => `${method} ${path} ${typeof bulkId}`).sort()).toEqual([
      'PATCH /Users/1 undefined',
      'PATCH /Users/2 undefined',
      'POST /Users string',
    ]);
    expect(target.users.get('2')).toMatchObject({ active: false });
  });

  it('go alone when there is only one, or the profile says so', async () => {
    await push([person(0)]);
    await start({ options: { bulk: 'off' } });
    await push(persons(3));
    expect(sentTo('/Bulk')).toEqual([]);
    expect(target.users.size).toBe(3);
  });

  it('bring managers before their reports, with the ids that are known by then', async () => {
    const people = persons(12).map((one, n) =>
      n === 0 ? one : { ...one, manager: `p${Math.floor(n / 4)}` },
    );
    expect(await push(people)).toMatchObject({ done: 12, failed: 0 });
    const managed = [...target.users.values()].filter((user) =>
      JSON.stringify(user).includes(`"manager":{"value":"`),
    );
    expect(managed).toHaveLength(11);
    expect((await push(people)).writes).toBe(0);
  });

  it('carry the changes of several groups', async () => {
    const people = persons(4);
    const groups = [group('g', 'Sales', ['p0', 'p1']), group('h', 'Board', ['p2'])];
    const plan = await bridge.plan({ people, groups });
    expect(await bridge.apply(plan)).toMatchObject({ failed: 0, writes: 3 });
    expect([...target.groups.values()].map(({ members }) => (members as []).length).sort()).toEqual([1, 2]);
  });

  it('save the intents of all before the request is sent', async () => {
    const seen: (string | undefined)[] = [];
    target.respond = ({ path }) => {
      if (path === '/Bulk') seen.push(...persons(5).map(({ id }) => bridge.links.get(id)?.state));
      return undefined;
    };
    await push(persons(5));
    expect(seen).toEqual(Array(5).fill('intent'));
  });
});

describe('what a bulk answer says of single writes', () => {
  it('is told to each: one that is refused holds no other up', async () => {
    target.respond = ({ path, body }) =>
      path === '/Users' && body?.userName === 'p3@acme.example'
        ? scimError(400, 'bad', 'invalidValue')
        : undefined;
    const result = await push(persons(8));
    expect(result).toMatchObject({
      done: 7,
      failed: 1,
      issues: [{ code: 'TARGET_REFUSED', subject: { kind: 'person', id: 'p3' } }],
    });
    expect(bridge.links.get('p3')).toMatchObject({ state: 'refused' });
  });

  it('may be missing: what was made is found, what was not is made', async () => {
    const silent = new Set(['p1@acme.example', 'p2@acme.example']);
    target.respond = ({ path, body }) => {
      if (path !== '/Users' || body === undefined || !silent.delete(String(body.userName))) return undefined;
      // p1 was made all the same, p2 was not.
      if (body.userName === 'p1@acme.example') target.users.set('77', { ...body, id: '77' });
      return 'reset';
    };
    expect(await push(persons(5))).toMatchObject({ done: 5, failed: 0 });
    expect(names().sort()).toEqual(['lucca-p0', 'lucca-p1', 'lucca-p2', 'lucca-p3', 'lucca-p4']);
    expect(bridge.links.get('p1')).toMatchObject({ targetId: '77' });
  });

  it('may be that the target is throttling or failing: that write is repeated alone', async () => {
    await push(persons(3));
    const strain = [scimError(429), scimError(500)];
    target.respond = ({ method }) => (method === 'PATCH' ? strain.shift() : undefined);
    const result = await push(persons(3).map((one) => ({ ...one, title: 'New' })));
    expect(result).toMatchObject({ done: 3, failed: 0 });
    expect([...target.users.values()].map(({ title }) => title)).toEqual(['New', 'New', 'New']);
  });

  it('is understood with numbers or codes for a status', async () => {
    rearrange((rows) => rows.map((row, n) => ({ ...row, status: n % 2 ? 201 : { code: '201' } })));
    expect(await push(persons(4))).toMatchObject({ done: 4, failed: 0, writes: 1 });
    expectOwnAccounts(4);
  });
});

describe('whose row it is (RFC 7644 section 3.7.3)', () => {
  it('says the bulkId, in any order, and one account is read to be sure', async () => {
    rearrange((rows) => rows.toReversed());
    expect(await push(persons(8))).toMatchObject({ done: 8, failed: 0, writes: 1, reads: 1 });
    expectOwnAccounts(8);
    expect(lessons).toEqual([]);
  });

  it('is not asked again where the rows show the accounts', async () => {
    rearrange((rows) => rows.map((row) => ({ ...row, response: accountAt(row) })));
    expect(await push(persons(8))).toMatchObject({ done: 8, failed: 0, writes: 1, reads: 0 });
    expectOwnAccounts(8);
  });

  const next = (rows: JsonObject[], n: number) => rows[(n + 1) % rows.length] ?? {};
  const unnamed = ({ bulkId: _, ...row }: JsonObject) => row;
  const doubtful: [string, (rows: JsonObject[]) => JsonObject[]][] = [
    ['bulkIds, in another order', (rows) => rows.toReversed().map(unnamed)],
    ['bulkIds and addresses', (rows) => rows.map(({ method, status }) => ({ method, status }))],
    ['an id in its address', (rows) => rows.map((row) => ({ ...row, location: '/scim/Users' }))],
    ['an address to itself', (rows) => rows.map((row) => ({ ...row, location: rows[0]?.location ?? '' }))],
    ['its own bulkId', (rows) => rows.map((row) => ({ ...row, bulkId: 'op1' }))],
    ['its own address', (rows) => rows.map((row, n) => ({ ...row, location: next(rows, n).location ?? '' }))],
    ['its own account', (rows) => rows.map((row, n) => ({ ...row, response: accountAt(next(rows, n)) }))],
    [
      'its own address and account',
      (rows) =>
        rows.map((row, n) => ({
          ...row,
          location: next(rows, n).location ?? '',
          response: accountAt(next(rows, n)),
        })),
    ],
  ];
  it.each(doubtful)('is looked up for a created row without %s', async (_, change) => {
    rearrange(change);
    expect(await push(persons(8))).toMatchObject({ done: 8, failed: 0 });
    expectOwnAccounts(8);
    await push(persons(8).map((one, n) => (n === 6 ? { ...one, lifecycle: 'left' } : one)));
    const inactive = [...target.users.values()].filter(({ active }) => active === false);
    expect(inactive.map(({ externalId }) => externalId)).toEqual(['lucca-p6']);
  });

  it('is for a change its address alone: the others are not taken for it', async () => {
    await push(persons(3));
    target.respond = ({ method, path }) =>
      method === 'PATCH' && path === '/Users/2' ? scimError(400, 'bad', 'invalidValue') : undefined;
    rearrange((rows) => rows.toReversed());
    const { issues, writes } = await push(persons(3).map((one) => ({ ...one, title: 'New' })));
    expect(issues.map(({ subject }) => subject)).toEqual([{ kind: 'person', id: 'p1' }]);
    expect(writes).toBe(1);
  });

  it('is not believed of a target that once mixed its rows up: no Bulk after that', async () => {
    rearrange((rows) => rows.map((row, n) => ({ ...row, location: next(rows, n).location ?? '' })));
    await push(persons(40));
    expectOwnAccounts(40);
    expect(lessons).toMatchObject([
      { about: 'bulk', maxOperations: 0, why: 'a bulk answer gave one resource the address of another' },
    ]);
  });
});

describe('a bulk request that fails as a whole', () => {
  it('for its size is cut until it fits, and the size is learned', async () => {
    target.respond = (call) =>
      call.path === '/Bulk' && operationsIn(call).length > 3 ? scimError(413, 'too big') : undefined;
    expect(await push(persons(20))).toMatchObject({ done: 20, failed: 0 });
    expect(target.users.size).toBe(20);
    expect(lessons.at(-1)).toMatchObject({ about: 'bulk', maxOperations: 2 });
  });

  it.each([404, 405, 501])('with %i leaves every write to go alone, once and for all', async (status) => {
    target.respond = ({ path }) => (path === '/Bulk' ? scimError(status) : undefined);
    expect(await push(persons(40))).toMatchObject({ done: 40, failed: 0 });
    expect(sentTo('/Bulk').length).toBeLessThanOrEqual(4);
    expect(lessons).toMatchObject([
      { about: 'bulk', maxOperations: 0, why: `POST /Bulk was answered ${status}` },
    ]);
  });

  it('with 400 sends its writes alone; only twice in a row is a lesson', async () => {
    const answers = [scimError(400)];
    target.respond = ({ path }) => (path === '/Bulk' ? answers.shift() : undefined);
    expect(await push(persons(25))).toMatchObject({ done: 25, failed: 0 });
    expect(lessons).toEqual([]);
    expect(sentTo('/Bulk').length).toBeGreaterThan(1);
  });

  it('without an answer makes no duplicate: what it made is looked up', async () => {
    let bulks = 0;
    target.respond = (call) => {
      if (call.path !== '/Bulk' || ++bulks > 1) return undefined;
      for (const { data } of operationsIn(call).slice(0, 4)) {
        const id = String(100 + target.users.size);
        target.users.set(id, { ...(data as JsonObject), id });
      }
      return 'reset';
    };
    expect(await push(persons(10))).toMatchObject({ done: 10, failed: 0 });
    expect(names().sort()).toEqual(persons(10).map(({ id }) => `lucca-${id}`));
    expect(lessons).toEqual([]);
  });

  it('because the target is down ends the run quickly, and the next run goes on', async () => {
    target.respond = ({ method }) => (method === 'GET' ? undefined : 'reset');
    const down = await push(persons(200));
    expect(down.stopped).not.toBeNull();
    expect(down.notReached).toBeGreaterThan(100);
    expect(lessons).toEqual([]);
    target.respond = () => undefined;
    expect(await push(persons(200))).toMatchObject({ failed: 0, stopped: null });
    expect(target.users.size).toBe(200);
  });

  it('takes no personal data into an issue', async () => {
    target.respond = ({ path }) =>
      path === '/Bulk' ? scimError(401, 'Moreau p1 is not welcome') : undefined;
    const { issues } = await push(persons(3));
    expect(JSON.stringify(issues)).not.toContain('Moreau');
  });
});
