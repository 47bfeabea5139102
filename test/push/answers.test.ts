/** Targets, and what stands before them, that answer with another resource than the one asked for. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { group, type Person } from './people.js';
import { createTestBridge, type TestBridge, type TestBridgeOptions } from './servers/bridge.js';
import { scimError, startTinyTarget, type TinyTarget } from './tiny-target.js';

let target: TinyTarget;
let bridge: TestBridge;
const capabilities = { ...fallbackCapabilities(), known: true, patch: true };

async function start(settings: TestBridgeOptions = {}): Promise<void> {
  await bridge?.client.close();
  bridge = await createTestBridge(target, { capabilities, ...settings });
}
beforeEach(async () => {
  target = await startTinyTarget();
  await start();
});
afterEach(async () => {
  await bridge.client.close();
  await target.close();
});

const person = (n: number, over: Partial<Person> = {}): Person => ({ id: `p${n}`, ...over });
const persons = (count: number): Person[] => Array.from({ length: count }, (_, n) => person(n));
const codes = (issues: readonly { code: string; severity: string; subject: { id: string } }[]) =>
  issues.map(({ code, severity, subject }) => [code, severity, subject.id]);
const linksOf = () =>
  Object.fromEntries([...bridge.links].map(([id, { state, targetId }]) => [id, targetId ?? state]));
const externalIds = () => [...target.users].map(([id, { externalId }]) => [id, externalId]);

/** Every create is carried out, and answered with the first account. */
const alwaysTheFirst = (rows: Map<string, JsonObject>, endpoint: string) => {
  target.respond = ({ method, path, body }) => {
    if (method !== 'POST' || path !== endpoint) return undefined;
    const id = String(rows.size + 1);
    rows.set(id, { ...body, id });
    return { status: 201, body: [...rows.values()][0] ?? {} };
  };
};

describe('a create that is answered with another resource', () => {
  it('is looked up, and nobody is linked to an account of somebody else', async () => {
    alwaysTheFirst(target.users, '/Users');
    const { result } = await bridge.push({ people: persons(4) });
    expect(result).toMatchObject({ done: 4, failed: 0 });
    expect(externalIds().map(([id, externalId]) => [`lucca-${ownerOf(String(id))}`, externalId])).toEqual(
      externalIds().map(([, externalId]) => [externalId, externalId]),
    );
    expect(result.issues.map(({ code, severity }) => [code, severity])).toEqual(
      Array(3).fill(['ANSWER_MISMATCH', 'warning']),
    );
  });

  it('is linked to nothing while what it made cannot be found, and is not repeated', async () => {
    target.users.set('77', { id: '77', externalId: 'okta-1', userName: 'other@acme.example' });
    let posts = 0;
    target.respond = ({ method }) => {
      if (method !== 'POST') return undefined;
      posts += 1;
      return { status: 201, body: target.users.get('77') ?? {} };
    };
    const { result } = await bridge.push({ people: [person(0)] });
    expect(codes(result.issues)).toEqual([['ANSWER_MISMATCH', 'error', 'p0']]);
    expect(posts).toBe(1);
    expect(linksOf()).toEqual({ p0: 'intent' });

    target.respond = () => undefined;
    target.users.set('9', { id: '9', externalId: 'lucca-p0' });
    await bridge.push({ people: [person(0)] });
    expect(linksOf()).toEqual({ p0: '9' });
  });

  it('shows nothing but an id that somebody has already: that one keeps it', async () => {
    await bridge.push({ people: [person(0)] });
    target.respond = ({ method, body }) => {
      if (method !== 'POST') return undefined;
      target.users.set('2', { ...body, id: '2' });
      return { status: 201, body: { id: '1' } };
    };
    const { result } = await bridge.push({ people: persons(2) });
    expect(codes(result.issues)).toEqual([['ANSWER_MISMATCH', 'warning', 'p1']]);
    expect(linksOf()).toEqual({ p0: '1', p1: '2' });
  });

  it('is looked up for groups too', async () => {
    alwaysTheFirst(target.groups, '/Groups');
    const groups = [group('31', 'Sales', []), group('32', 'Finance', [])];
    const { result } = await bridge.push({ people: [], groups });
    expect(result).toMatchObject({ done: 2, failed: 0 });
    for (const [id, { targetId }] of bridge.groupLinks)
      expect(target.groups.get(targetId ?? '')?.externalId).toBe(`department:${id}`);
    expect(result.issues).toMatchObject([{ code: 'ANSWER_MISMATCH', subject: { kind: 'group' } }]);
  });

  it('is believed where the target writes the values in its own way', async () => {
    target.respond = ({ method, body }) => {
      if (method !== 'POST') return undefined;
      const row = { id: '1', userName: 'moreau-p0', name: body?.name ?? {} };
      target.users.set('1', row);
      return { status: 201, body: row };
    };
    const { result } = await bridge.push({ people: [person(0)] });
    expect(result).toMatchObject({ done: 1, issues: [], reads: 0 });
    expect(linksOf()).toEqual({ p0: '1' });
  });
});

function ownerOf(targetId: string): string | undefined {
  return [...bridge.links].find(([, link]) => link.targetId === targetId)?.[0];
}

describe('a change that is answered with another resource', () => {
  const answerWith = (method: string, id: string) => {
    target.respond = (call) =>
      call.method === method && call.path.startsWith('/Users/')
        ? { status: 200, body: target.users.get(id) ?? {} }
        : undefined;
  };

  it('teaches nothing, and is reported', async () => {
    await bridge.push({ people: persons(2) });
    const of = (id: string) => bridge.links.get(id)?.targetId ?? '';
    answerWith('PATCH', of('p0'));
    const heard: unknown[] = [];
    const plan = await bridge.plan({ people: [person(0), person(1, { title: 'Boss' })] });
    const result = await bridge.apply(plan, {
      saveLink: async (id, link, said) => {
        heard.push(...said.heard);
        if (link !== null) bridge.links.set(id, link);
      },
    });
    expect(codes(result.issues)).toEqual([['ANSWER_MISMATCH', 'warning', 'p1']]);
    expect(result).toMatchObject({ done: 1, failed: 0 });
    expect(heard).toEqual([]);
    expect(bridge.links.get('p1')?.sent).toMatchObject({ title: 'Boss', userName: 'p1@acme.example' });
  });

  it('writes nothing over an account from a reading that shows another one', async () => {
    await start({ options: { update: { verb: 'put' } } });
    await bridge.push({ people: persons(2) });
    const before = structuredClone([...target.users]);
    answerWith('GET', bridge.links.get('p0')?.targetId ?? '');
    const { result } = await bridge.push({ people: [person(0), person(1, { title: 'Boss' })] });
    expect(codes(result.issues)).toEqual([['ANSWER_MISMATCH', 'error', 'p1']]);
    expect([...target.users]).toEqual(before);
  });

  it('is reported of groups and their members', async () => {
    const groups = (members: string[]) => [group('31', 'Sales', members), group('32', 'Finance', [])];
    await bridge.push({ people: persons(1), groups: groups([]) });
    const other = target.groups.get(bridge.groupLinks.get('32')?.targetId ?? '') ?? {};
    target.respond = ({ method }) =>
      method === 'PATCH' ? { status: 200, body: { ...other, members: [{ value: 'x' }] } } : undefined;
    const { result } = await bridge.push({ people: persons(1), groups: groups(['p0']) });
    expect(codes(result.issues)).toEqual([['ANSWER_MISMATCH', 'warning', '31']]);
    expect(bridge.groupLinks.get('31')?.members).toEqual([bridge.links.get('p0')?.targetId]);
  });
});

describe('an account that two people find while a plan is applied', () => {
  const account = { id: '77', userName: 'p0@acme.example', externalId: 'lucca-p1', title: 'As it was' };

  it('goes to one of them, and nothing is written to it for the other', async () => {
    const plan = await bridge.plan({ people: persons(2) });
    target.users.set('77', account);
    target.respond = ({ method }) => (method === 'POST' ? scimError(409, 'taken', 'uniqueness') : undefined);
    const { issues } = await bridge.apply(plan);
    const linked = Object.entries(linksOf()).filter(([, targetId]) => targetId === '77');
    expect(linked).toHaveLength(1);
    expect(codes(issues)).toEqual([
      ['ACCOUNT_LINKED_ELSEWHERE', 'error', linked[0]?.[0] === 'p0' ? 'p1' : 'p0'],
    ]);
    const patches = target.calls.filter(({ method }) => method === 'PATCH');
    expect(patches.map(({ path }) => path)).toEqual(['/Users/77']);
  });

  it('is not adopted by a plan that was made before somebody else got it', async () => {
    target.users.set('77', { id: '77', externalId: 'lucca-p1' });
    const plan = await bridge.plan({ people: [person(1)] });
    expect(plan.operations).toMatchObject([{ kind: 'adopt-user', targetId: '77' }]);
    bridge.links.set('p0', { state: 'linked', targetId: '77', sent: {}, at: '' });
    const { issues } = await bridge.apply(plan);
    expect(codes(issues)).toEqual([['ACCOUNT_LINKED_ELSEWHERE', 'error', 'p1']]);
    expect(target.users.get('77')).toEqual({ id: '77', externalId: 'lucca-p1' });
    expect(bridge.links.get('p1')).toMatchObject({ state: 'refused', targetId: null });
  });
});
