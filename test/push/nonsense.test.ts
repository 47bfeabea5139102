import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import type { Exchange } from '../../src/push/client/journal.js';
import { group, type Person } from './people.js';
import { createTestBridge, type TestBridge } from './servers/bridge.js';
import { type Answer, startTinyTarget, type TinyTarget, tinyClient } from './tiny-target.js';

let target: TinyTarget;
beforeEach(async () => {
  target = await startTinyTarget();
});
afterEach(() => target.close());

const MAINTENANCE: Answer = { status: 200, body: ['maintenance'] };
const PATCH = [{ op: 'replace', path: 'name.familyName', value: 'Petit' }];

describe('the exact exchange is told to the journal where a 2xx answer is nonsense', () => {
  const big = { status: 200, text: `"${'a'.repeat(33 * 1024 * 1024)}"` };

  it.each<[string, string, Answer, string]>([
    ['a list in answer to a GET', 'GET', MAINTENANCE, '["[…]"]'],
    ['a list in answer to a PATCH', 'PATCH', MAINTENANCE, '["[…]"]'],
    ['a word in answer to a PUT', 'PUT', { status: 200, body: 'Petit' }, '"[…]"'],
    ['an object without an id', 'PATCH', { status: 200, body: { status: 503 } }, '{"status":503}'],
    ['a create without an id', 'POST', { status: 201, body: { userName: 'leo' } }, '{"userName":"[…]"}'],
    ['a create that is not answered', 'POST', { status: 201 }, ''],
    ['more than can be read', 'GET', big, '[not read]'],
  ])('%s', async (_, method, answer, shown) => {
    target.respond = () => answer;
    const journal: Exchange[] = [];
    const client = tinyClient(target, { journal: (exchange) => journal.push(exchange) });
    const person = { userName: 'leo', name: { familyName: 'Petit' } };
    const calls: Record<string, () => Promise<unknown>> = {
      GET: () => client.get('/Users', { filter: 'userName eq "leo"' }),
      POST: () => client.create('/Users', person),
      PUT: () => client.replace('/Users/7', person),
      PATCH: () => client.patch('/Users/7', PATCH),
    };
    const outcome = calls[method]?.();
    // Of a create, whoever asked looks what became of it.
    if (method === 'POST') expect(await outcome).toMatchObject({ id: undefined });
    else await expect(outcome).rejects.toMatchObject({ kind: 'nonsense' });
    await client.close();
    expect(journal).toMatchObject([{ method, answer: shown }]);
    expect(journal[0]).toHaveProperty(method === 'GET' ? 'query' : 'sent');
    expect(JSON.stringify(journal)).not.toMatch(/leo|petit/i);
  });

  it('a bulk answer that leaves a write open', async () => {
    target.respond = ({ path }) => (path === '/Bulk' ? { status: 200, body: { Operations: [] } } : undefined);
    const journal: Exchange[] = [];
    const client = tinyClient(target, { journal: (exchange) => journal.push(exchange) });
    const bulk = client.inBulk({ maxOperations: 10, maxPayloadSize: 100_000, onLimit() {} });
    await Promise.allSettled(['leo', 'zoe'].map((userName) => bulk.create('/Users', { userName })));
    await client.close();
    expect(journal[0]).toMatchObject({
      path: '/Bulk',
      error: 'TARGET_NONSENSE',
      answer: '{"Operations":[]}',
    });
    expect(journal[0]?.sent).toContain('"bulkId":"op0"');
    expect(JSON.stringify(journal)).not.toMatch(/leo|zoe/);
  });
});

describe('a write that is answered with nonsense', () => {
  let bridge: TestBridge;
  const start = async (verb: 'patch' | 'put') => {
    bridge = await createTestBridge(target, { options: { update: { verb } } });
    await bridge.push({ people: [{ id: 'p0' }, { id: 'p1' }], groups: [group('g', 'All', ['p0'])] });
  };
  afterEach(() => bridge.client.close());
  const rename = () =>
    bridge.push({ people: [{ id: 'p0', title: 'New' }, { id: 'p1' }], groups: [group('g', 'All', ['p0'])] });
  const enrol = (p0: Person) =>
    bridge.push({ people: [p0, { id: 'p1' }], groups: [group('g', 'All', ['p0', 'p1'])] });
  const titles = () => [...target.users.values()].map(({ title }) => title);
  const members = () => [...target.groups.values()].flatMap(({ members }) => members as JsonObject[]);

  for (const verb of ['patch', 'put'] as const) {
    const method = verb.toUpperCase();

    it(`${method}: is a failure where nothing was done`, async () => {
      await start(verb);
      target.respond = (call) => (call.method === method ? MAINTENANCE : undefined);
      const { result } = await rename();
      expect(result).toMatchObject({ done: 0, failed: 1, issues: [{ code: 'TARGET_NONSENSE' }] });
      expect((await enrol({ id: 'p0' })).result).toMatchObject({
        failed: 1,
        issues: [{ code: 'TARGET_NONSENSE' }],
      });
    });

    it(`${method}: is done where the target is seen to have done it`, async () => {
      await start(verb);
      target.respond = ({ path, body, ...call }) => {
        if (call.method !== method) return undefined;
        if (path.startsWith('/Users')) for (const user of target.users.values()) user.title = 'New';
        else for (const each of target.groups.values()) each.members = [{ value: '1' }, { value: '2' }];
        return { status: 200, body: 'OK' };
      };
      target.calls.length = 0;
      expect((await rename()).result).toMatchObject({ done: 1, failed: 0 });
      expect(titles()).toContain('New');
      expect(target.calls.at(-1)).toMatchObject({ method: 'GET' });
      expect((await enrol({ id: 'p0', title: 'New' })).result).toMatchObject({ failed: 0 });
      expect(members()).toHaveLength(2);
    });
  }
});
