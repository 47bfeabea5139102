import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { describeLesson, heed, heedAgain, type Lesson, refusesFilter } from '../../src/push/lessons.js';
import { group, NOW, type Person } from './people.js';
import { createTestBridge, type TestBridge } from './servers/bridge.js';
import { scimError, startTinyTarget, type TinyTarget } from './tiny-target.js';

let target: TinyTarget;
let bridge: TestBridge;
beforeEach(async () => {
  target = await startTinyTarget();
  const capabilities = { ...fallbackCapabilities(), known: true, patch: true };
  // One at a time, so that the second record profits from the first.
  bridge = await createTestBridge(target, { capabilities, options: { concurrency: 1 } });
});
afterEach(async () => {
  await bridge.client.close();
  await target.close();
});

const persons = (count: number, title?: string): Person[] =>
  Array.from({ length: count }, (_, n) => ({ id: `p${n}`, ...(title === undefined ? {} : { title }) }));
const sent = (method: string) => target.calls.filter((call) => call.method === method).length;
const titles = () => [...target.users.values()].map(({ title }) => title);

describe('what a target teaches by what it refuses', () => {
  it.each([405, 501])(
    'PATCH answered %i is written by PUT, and after two records not tried again',
    async (status) => {
      await bridge.push({ people: persons(6) });
      target.respond = ({ method }) => (method === 'PATCH' ? scimError(status) : undefined);
      const { result } = await bridge.push({ people: persons(6, 'New') });
      expect(result).toMatchObject({ done: 6, failed: 0 });
      expect(titles()).toEqual(Array(6).fill('New'));
      expect(sent('PATCH')).toBeLessThan(6);
      expect(result.lessons).toMatchObject([{ about: 'patch', why: `PATCH was answered ${status}` }]);
    },
  );

  it('one odd answer about one record teaches nothing', async () => {
    await bridge.push({ people: persons(4) });
    target.respond = ({ method, path }) =>
      method === 'PATCH' && path === '/Users/2' ? scimError(501) : undefined;
    const { result } = await bridge.push({ people: persons(4, 'New') });
    expect(result).toMatchObject({ done: 4, failed: 0, lessons: [] });
    expect(titles()).toEqual(Array(4).fill('New'));
  });

  it('a form of PATCH that is refused as malformed is left for the other', async () => {
    await bridge.push({ people: persons(5) });
    target.respond = ({ method, body }) => {
      const [operation] = (body?.Operations ?? []) as { path?: string; value?: { title: string } }[];
      if (method !== 'PATCH' || operation === undefined) return undefined;
      if (operation.path !== undefined) return scimError(400, 'no paths', 'invalidPath');
      return undefined;
    };
    const { result } = await bridge.push({ people: persons(5, 'New') });
    expect(result).toMatchObject({ done: 5, failed: 0 });
    expect(sent('PATCH')).toBeLessThan(10);
    expect(result.lessons).toMatchObject([{ about: 'patch-form', form: 'one-object' }]);
  });

  describe('a target that takes one operation in a PATCH', () => {
    type Operation = { path?: string };
    const operations = (body: JsonObject | undefined) => (body?.Operations ?? []) as Operation[];
    const several = scimError(400, 'one operation in a request', 'invalidSyntax');
    const renamed = (count: number): Person[] =>
      persons(count).map((person) => ({ ...person, givenName: 'Zoe', familyName: 'Roux' }));
    const names = () => [...target.users.values()].map(({ displayName }) => displayName);

    it('gets changes of several attributes although a change of one was taken before', async () => {
      await bridge.push({ people: persons(4) });
      target.respond = ({ method, body }) =>
        method === 'PATCH' && operations(body).length > 1 ? several : undefined;
      const [first, ...others] = renamed(4);
      const { result } = await bridge.push({ people: [{ id: 'p0', title: 'New' }, ...others] });
      expect(result).toMatchObject({ done: 4, failed: 0 });
      expect(result.lessons).toMatchObject([{ about: 'patch-form', form: 'one-object' }]);
      expect(await bridge.push({ people: [first as Person, ...others] })).toMatchObject({
        result: { done: 1, failed: 0 },
      });
      expect(names()).toEqual(Array(4).fill('Zoe Roux'));
    });

    it('gets each operation in a request of its own where it does not take an object either', async () => {
      await bridge.push({ people: persons(4, 'Old'), groups: [group('g', 'All', ['p0', 'p1'])] });
      target.respond = ({ method, body }) => {
        if (method !== 'PATCH') return undefined;
        if (operations(body).some(({ path }) => path === undefined))
          return scimError(400, 'path?', 'noTarget');
        return operations(body).length > 1 ? several : undefined;
      };
      const { result } = await bridge.push({
        people: [{ id: 'p0', title: 'New' }, ...renamed(4).slice(1)],
        groups: [group('g', 'All', ['p2', 'p3'])],
      });
      expect(result).toMatchObject({ done: 5, failed: 0 });
      expect(names().slice(1)).toEqual(Array(3).fill('Zoe Roux'));
      expect(target.groups.get('1')?.members).toEqual([{ value: '3' }, { value: '4' }]);
      expect(result.lessons).toMatchObject([
        {
          about: 'patch-apart',
          apart: true,
          why: 'PATCH is refused with several operations in a request and taken with one',
        },
      ]);
      expect(heed(fallbackCapabilities(), result.lessons[0] as Lesson)).toMatchObject({ patchApart: true });
    });

    it('a value that the other form has refused is what is reported', async () => {
      await bridge.push({ people: persons(1) });
      target.respond = ({ method, body }) => {
        if (method !== 'PATCH') return undefined;
        return operations(body).length > 1 ? several : scimError(400, 'no such name', 'invalidValue');
      };
      const { result } = await bridge.push({ people: renamed(1) });
      expect(result.issues[0]?.message).toContain('no such name');
    });
  });

  it('what takes no write without If-Match is read for its version before it is written', async () => {
    await bridge.push({ people: persons(3), groups: [group('g', 'All', [])] });
    let version = 1;
    target.respond = ({ method, headers }) => {
      if (!['PATCH', 'PUT', 'DELETE'].includes(method)) return undefined;
      if (headers['if-match'] === undefined) return scimError(428, 'If-Match required');
      return headers['if-match'] === `W/"${version}"` ? undefined : scimError(412);
    };
    for (const rows of [target.users, target.groups])
      for (const [id, row] of rows) rows.set(id, { ...row, meta: { version: 'W/"1"' } });
    const groups = [group('g', 'All', ['p0', 'p1'])];
    const { result } = await bridge.push({ people: persons(3, 'New'), groups });
    expect(result).toMatchObject({ done: 4, failed: 0 });
    expect(titles()).toEqual(Array(3).fill('New'));
    expect(target.groups.get('1')?.members).toHaveLength(2);
    expect(result.lessons).toMatchObject([
      { about: 'versions', why: 'PATCH without If-Match was answered 428' },
    ]);
    expect(heed(fallbackCapabilities(), result.lessons[0] as Lesson)).toMatchObject({ versions: true });
    // Two were under way when the first was answered.
    expect(sent('PATCH')).toBeLessThanOrEqual(6);

    version = 2;
    const late = await bridge.push({ people: persons(3, 'Newer'), groups });
    expect(late.result.issues.map(({ code }) => code)).toEqual(Array(3).fill('TARGET_CHANGED_MEANWHILE'));
  });

  it('a resource that changed between reading and writing is read and written once more', async () => {
    await bridge.push({ people: persons(1) });
    let reads = 0;
    target.respond = ({ method, headers, path }) => {
      if (method === 'GET' && path === '/Users/1') {
        reads += 1;
        return { status: 200, body: { ...target.users.get('1') }, headers: { etag: `"${reads}"` } };
      }
      if (method !== 'PATCH') return undefined;
      if (headers['if-match'] === undefined) return scimError(428);
      return headers['if-match'] === '"2"' ? undefined : scimError(412);
    };
    const { result } = await bridge.push({ people: persons(1, 'New') });
    expect(result).toMatchObject({ done: 1, failed: 0 });
    expect(titles()).toEqual(['New']);
  });

  it('a refused value is not taken for a refused form', async () => {
    await bridge.push({ people: persons(3) });
    target.respond = ({ method }) => (method === 'PATCH' ? scimError(400, 'no', 'invalidValue') : undefined);
    const { result } = await bridge.push({ people: persons(3, 'New') });
    expect(result).toMatchObject({ failed: 3, lessons: [] });
    expect(sent('PATCH')).toBe(3);
  });

  it('members are kept by our own ledger where PUT is all there is and the target hides them', async () => {
    await bridge.push({ people: persons(3), groups: [group('g', 'All', ['p0', 'p1'])] });
    const stored = target.groups.get('1');
    target.respond = ({ method, path }) => {
      if (method === 'PATCH') return scimError(501);
      if (method === 'GET' && path === '/Groups/1') return { status: 200, body: { ...stored, members: [] } };
      return undefined;
    };
    await bridge.push({ people: persons(3), groups: [group('g', 'All', ['p0', 'p1', 'p2'])] });
    expect(target.groups.get('1')?.members).toHaveLength(3);
  });
});

describe('what a target teaches by the filters that it refuses', () => {
  const asked = () => target.calls.flatMap(({ query }) => query.get('filter')?.split(' ')[0] ?? []);
  const fill = (count: number) => {
    for (let n = 0; n < count; n += 1) target.users.set(`x${n}`, { id: `x${n}`, userName: `x${n}` });
  };
  const others = { status: 200, body: { totalResults: 2000, Resources: [{ id: 'x', externalId: 'x' }] } };

  it.each([
    ['answered 400 invalidFilter', scimError(400, 'no', 'invalidFilter')],
    ['answered 400', scimError(400)],
    ['answered 403', scimError(403)],
    ['answered 501', scimError(501)],
    ['passed over', others],
  ])('a key by which two people cannot be asked for is asked no more: %s', async (how, answer) => {
    fill(2000);
    target.respond = ({ query }) => (query.get('filter')?.startsWith('externalId') ? answer : undefined);
    await bridge.plan({ people: persons(2) });
    expect(bridge.capabilities.lessons).toMatchObject([
      {
        about: 'filter',
        key: 'externalId',
        why: `/Users cannot be asked by externalId: the filter was ${how}`,
      },
    ]);
    target.calls.length = 0;
    const { result } = await bridge.push({ people: persons(3) });
    expect(new Set(asked())).toEqual(new Set(['userName', 'emails.value']));
    expect(result).toMatchObject({ done: 3, failed: 0 });
  });

  it.each([
    ['about one person', 1, scimError(400, 'no', 'invalidFilter')],
    ['that is about the value', 3, scimError(400, 'no', 'invalidValue')],
    ['that makes no sense', 3, { status: 200, text: '<html></html>' }],
  ])('an answer %s teaches nothing', async (_, newcomers, answer) => {
    fill(2000);
    target.respond = ({ query }) => (query.get('filter')?.startsWith('externalId') ? answer : undefined);
    await bridge.plan({ people: persons(newcomers) });
    expect(bridge.capabilities.lessons).toBeUndefined();
  });

  it('a key that was answered once is not given up for the values that are refused later', async () => {
    fill(2000);
    target.respond = ({ query }) =>
      query.has('filter') && asked().length > 3 ? scimError(400, 'no', 'invalidFilter') : undefined;
    await bridge.plan({ people: persons(4) });
    expect(asked()).toHaveLength(12);
    expect(bridge.capabilities.lessons).toBeUndefined();
  });

  it('where no name can be asked for, all pages are read at once, and nobody is looked up', async () => {
    fill(2000);
    target.respond = ({ query }) => (query.has('filter') ? scimError(501) : undefined);
    await bridge.plan({ people: persons(2) });
    expect(bridge.capabilities.lessons).toHaveLength(3);
    target.calls.length = 0;
    const plan = await bridge.plan({ people: persons(1) });
    expect(asked()).toEqual([]);
    expect(target.calls).toHaveLength(20);
    expect(plan.operations).toMatchObject([{ kind: 'create-user', lookFirst: false }]);
  });

  it('nobody is left out for a lesson alone: where nothing else tells, the target is asked again', async () => {
    target.respond = ({ query }) => (query.has('filter') ? scimError(501) : others);
    const { skipped } = await bridge.plan({ people: persons(2) });
    expect(skipped).toMatchObject([{ code: 'TARGET_NOT_SEARCHABLE' }, { code: 'TARGET_NOT_SEARCHABLE' }]);
    target.users.set('7', { id: '7', userName: 'p0@acme.example', name: { familyName: 'Moreau p0' } });
    target.respond = ({ query }) => (query.has('filter') ? undefined : others);
    const plan = await bridge.plan({ people: persons(2) });
    expect(plan.operations).toMatchObject([
      { kind: 'adopt-user', targetId: '7' },
      { kind: 'create-user', subject: 'p1' },
    ]);
  });
});

describe('lessons', () => {
  const lesson: Lesson = { about: 'bulk', maxOperations: 0, why: 'POST /Bulk was answered 501', at: NOW };
  const capable = {
    ...fallbackCapabilities(),
    bulk: { supported: true, maxOperations: 100, maxPayloadSize: 1 },
  };

  it('stand beside what the target says of itself, and replace an earlier one about the same thing', () => {
    const heeded = heed(heed(capable, { ...lesson, maxOperations: 50 }), lesson);
    expect(heeded.bulk).toMatchObject({ supported: false, maxOperations: 0 });
    expect(heeded.lessons).toEqual([lesson]);
    expect(describeLesson(lesson)).toBe('POST /Bulk was answered 501 (learned 2026-11-20)');
  });

  it('about one key leave what was learned about another, and about groups', () => {
    const filter = (endpoint: string, key: 'externalId' | 'userName'): Lesson => ({
      about: 'filter',
      endpoint,
      key,
      why: 'the filter was answered 501',
      at: NOW,
    });
    const [once, again] = [filter('/Users', 'userName'), filter('/Users', 'userName')];
    const heeded = [filter('/Users', 'externalId'), once, filter('/Groups', 'externalId'), again].reduce(
      heed,
      capable,
    );
    expect(heeded.lessons).toHaveLength(3);
    expect(refusesFilter(heeded, '/Groups', 'externalId')).toBe(true);
    expect(refusesFilter(heeded, '/Groups', 'userName')).toBe(false);
  });

  it('outlive a new discovery for a month', () => {
    const at = Date.parse(NOW);
    expect(heedAgain(capable, [lesson], at + 86_400_000).bulk.supported).toBe(false);
    expect(heedAgain(capable, [lesson], at + 31 * 86_400_000)).toEqual(capable);
  });
});
