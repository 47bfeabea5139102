import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { compileDrift, SSO_ATTRIBUTES } from '../../src/push/reconcile/policy.js';
import { fakeClock, stillClock } from './clock.js';
import { group, type Person } from './people.js';
import { letGo } from './pretend.js';
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
const membersIn = (id: string) => (target.groups.get(id)?.members ?? []) as { value: string }[];
const writes = () => target.calls.filter(({ method }) => method !== 'GET');

describe('journalling (R21)', () => {
  it('saves the intent before a create is sent', async () => {
    const seen: unknown[] = [];
    target.respond = ({ method }) => {
      if (method === 'POST') seen.push(bridge.links.get('p0'));
      return undefined;
    };
    await bridge.push({ people: [person(0)] });
    expect(seen).toMatchObject([{ state: 'intent', targetId: null, sent: null }]);
    expect(bridge.links.get('p0')).toMatchObject({ state: 'linked', targetId: '1' });
  });

  it('does not send what it could not journal', async () => {
    const plan = await bridge.plan({ people: persons(2) });
    const result = await bridge.apply(plan, {
      saveLink: async (id) => {
        if (id === 'p0') throw new Error('disk full');
      },
    });
    expect(result).toMatchObject({ done: 1, failed: 1, writes: 1 });
    expect(result.issues).toMatchObject([{ code: 'PUSH_UNEXPECTED', subject: { id: 'p0' } }]);
  });

  it('refuses an id that no address can carry', async () => {
    target.respond = ({ method }) =>
      method === 'POST' ? { status: 201, body: { id: '\ud800', userName: 'u' } } : undefined;
    const { result } = await bridge.push({ people: [person(0)] });
    expect(result.issues).toMatchObject([{ code: 'TARGET_NONSENSE', subject: { id: 'p0' } }]);
    expect(bridge.links.get('p0')).toMatchObject({ state: 'intent', targetId: null });
  });

  it('takes the intent back when the target refused for certain', async () => {
    target.respond = ({ method }) => (method === 'POST' ? scimError(400) : undefined);
    const { result } = await bridge.push({ people: [person(0)] });
    expect(result).toMatchObject({ failed: 1, writes: 1, reads: 0 });
    expect(bridge.links.get('p0')).toMatchObject({ state: 'refused', targetId: null });
  });

  it('keeps the intent while the outcome is in doubt, and looks before it creates again', async () => {
    target.respond = ({ method }) => (method === 'POST' ? 'reset' : undefined);
    expect((await bridge.push({ people: [person(0)] })).result).toMatchObject({ failed: 1 });
    expect(bridge.links.get('p0')).toMatchObject({ state: 'intent' });

    // The account shows up late, as in an eventually consistent store.
    target.users.set('9', { id: '9', externalId: 'lucca-p0' });
    target.respond = () => undefined;
    const { plan, result } = await bridge.push({ people: [person(0)] });
    expect(plan.operations).toMatchObject([{ kind: 'adopt-user', targetId: '9' }]);
    expect(result.failed).toBe(0);
    expect(target.users.size).toBe(1);
  });

  it.each([
    ['was made', true],
    ['was never made', false],
  ])('of somebody who left meanwhile ends with an inactive account or none, if it %s', async (_, made) => {
    if (made) target.users.set('9', { id: '9', externalId: 'lucca-p0', active: true });
    bridge.links.set('p0', { state: 'intent', targetId: null, sent: null, at: '' });
    const left = [person(0, { lifecycle: 'left' })];
    expect((await bridge.push({ people: left })).result).toMatchObject({
      done: 1,
      failed: 0,
      writes: made ? 1 : 0,
    });
    expect(target.users.get('9')?.active).toBe(made ? false : undefined);
    expect((await bridge.push({ people: left })).plan.operations).toEqual([]);
    await bridge.push({ people: [person(0, { title: 'Back' })] });
    expect([...target.users.values()]).toMatchObject([{ active: true, title: 'Back' }]);
  });

  it('finds what it made even on a target that cannot filter', async () => {
    let posts = 0;
    target.respond = ({ method, query, body }) => {
      if (query.has('filter')) return scimError(400, 'no', 'invalidFilter');
      if (method !== 'POST' || posts++ > 0) return undefined;
      target.users.set('9', { ...body, id: '9' });
      return 'reset';
    };
    const { result } = await bridge.push({ people: [person(0)] });
    expect(result.failed).toBe(0);
    expect([...target.users.keys()]).toEqual(['9']);
    expect(bridge.links.get('p0')).toMatchObject({ targetId: '9' });
  });
});

describe('a group whose create was interrupted', () => {
  const interrupted = (id: string) =>
    bridge.groupLinks.set(id, { state: 'intent', targetId: null, sent: null, members: [], at: '' });

  it('is not made twice where reads lag behind writes', async () => {
    const clock = fakeClock();
    await start({ clock });
    const isShown = () => clock.slept.includes(2_000);
    target.respond = ({ method, path, body }) => {
      if (path !== '/Groups') return undefined;
      if (method === 'GET') return isShown() ? undefined : { status: 200, body: { totalResults: 0 } };
      target.groups.set('9', { ...body, id: '9' });
      return target.groups.size === 1 && !isShown() ? 'reset' : undefined;
    };
    const { result } = await bridge.push({ people: [], groups: [group('31', 'Sales', [])] });
    expect(result).toMatchObject({ failed: 0, done: 1 });
    expect([...target.groups.keys()]).toEqual(['9']);
    expect(bridge.groupLinks.get('31')).toMatchObject({ state: 'linked', targetId: '9' });
  });

  it('is found again by its name on a target that keeps no externalId for groups (R21)', async () => {
    const sales = group('31', 'Sales', ['p0']);
    target.groups.set('9', { id: '9', displayName: 'Sales' });
    interrupted('31');
    const { result } = await bridge.push({ people: [person(0)], groups: [sales] });
    expect(result).toMatchObject({ failed: 0, issues: [] });
    expect([...target.groups.keys()]).toEqual(['9']);
    expect(bridge.groupLinks.get('31')).toMatchObject({ state: 'linked', targetId: '9' });
    expect(membersIn('9')).toHaveLength(1);
    expect((await bridge.push({ people: [person(0)], groups: [sales] })).plan.operations).toEqual([]);
  });

  it('is not taken to be one that another client made', async () => {
    target.groups.set('9', { id: '9', displayName: 'Sales', externalId: 'okta-1' });
    interrupted('31');
    const { result } = await bridge.push({ people: [], groups: [group('31', 'Sales', [])] });
    expect(result.issues).toMatchObject([{ code: 'GROUP_NAME_TAKEN', subject: { kind: 'group', id: '31' } }]);
    expect(target.groups.get('9')).toEqual({ id: '9', displayName: 'Sales', externalId: 'okta-1' });
  });
});

describe('a create of which the target does not say whether it came about', () => {
  it('is not repeated, now or later, until the target can be searched', async () => {
    const plan = await bridge.plan({ people: [person(0)] });
    let made = false;
    target.respond = ({ method, path, query, body }) => {
      if (query.has('filter')) return scimError(400, 'no', 'invalidFilter');
      if (method === 'GET' && path === '/Users' && made)
        return { status: 200, body: { totalResults: 500, Resources: [] } };
      if (method !== 'POST' || made) return undefined;
      made = true;
      target.users.set('9', { ...body, id: '9' });
      return 'reset';
    };
    expect((await bridge.apply(plan)).issues).toMatchObject([{ code: 'TARGET_NOT_SEARCHABLE' }]);
    expect(bridge.links.get('p0')).toMatchObject({ state: 'intent' });
    const { plan: next } = await bridge.push({ people: [person(0)] });
    expect(next.skipped).toMatchObject([{ code: 'TARGET_NOT_SEARCHABLE', subject: 'p0' }]);
    expect([...target.users.keys()]).toEqual(['9']);

    target.respond = () => undefined;
    await bridge.push({ people: [person(0)] });
    expect(bridge.links.get('p0')).toMatchObject({ state: 'linked', targetId: '9' });
  });
});

describe('a conflict (R24)', () => {
  const conflict = () => {
    target.respond = ({ method }) =>
      method === 'POST' || method === 'PATCH' ? scimError(409, 'taken', 'uniqueness') : undefined;
  };

  it('adopts the account when it is the same person', async () => {
    const plan = await bridge.plan({ people: [person(0)] });
    target.users.set('7', {
      id: '7',
      userName: 'P0@acme.example',
      name: { givenName: 'Ines', familyName: 'MOREAU P0' },
    });
    target.respond = ({ method }) => (method === 'POST' ? scimError(409) : undefined);
    expect(await bridge.apply(plan)).toMatchObject({ done: 1, failed: 0 });
    expect(bridge.links.get('p0')).toMatchObject({ targetId: '7' });
  });

  it.each([
    [409, undefined],
    [400, 'uniqueness'],
  ])('is the same whichever way the target says it: %i %s', async (status, scimType) => {
    target.respond = ({ method }) => (method === 'POST' ? scimError(status, 'taken', scimType) : undefined);
    const { result } = await bridge.push({ people: [person(0)] });
    expect(result.issues).toMatchObject([
      { code: 'TARGET_CONFLICT', remedy: expect.stringContaining('owner of the target') },
    ]);
  });

  it('names who holds the userName when it is somebody else', async () => {
    const plan = await bridge.plan({ people: [person(0), person(1)] });
    target.users.set('7', {
      id: '7',
      userName: 'p0@acme.example',
      name: { givenName: 'Otto', familyName: 'Stranger' },
    });
    conflict();
    const result = await bridge.apply(plan);
    expect(result.issues).toMatchObject([
      {
        code: 'USERNAME_TAKEN',
        subject: { kind: 'person', id: 'p0' },
        message: expect.stringContaining('account 7'),
      },
      { code: 'TARGET_CONFLICT', subject: { kind: 'person', id: 'p1' } },
    ]);
    expect(JSON.stringify(result.issues)).not.toContain('Stranger');
  });

  it('on an update names the holder too', async () => {
    await bridge.push({ people: [person(0)] });
    target.users.set('7', { id: '7', userName: 'new@acme.example' });
    conflict();
    const { result } = await bridge.push({ people: [person(0, { email: 'new@acme.example' })] });
    expect(result.issues).toMatchObject([
      { code: 'USERNAME_TAKEN', message: expect.stringContaining('account 7') },
    ]);
  });

  describe('over an e-mail address', () => {
    const moved = (email: string) => ({ people: [person(0, { userName: 'p0', email })] });
    beforeEach(async () => {
      await start({ options: { attributes: { unique: ['userName', 'emails'] } } });
      target.users.set('7', { id: '7', userName: 'otto', emails: [{ value: 'New@acme.example' }] });
    });

    it('names who has the address, and not the own account of the person', async () => {
      await bridge.push(moved('old@acme.example'));
      conflict();
      const { result } = await bridge.push(moved('new@acme.example'));
      expect(result.issues).toMatchObject([
        { code: 'EMAIL_TAKEN', message: expect.stringMatching(/account 7 .* e-mail address/) },
      ]);
    });

    it('names them for a create as well', async () => {
      const plan = await bridge.plan(moved('free@acme.example'));
      target.users.set('7', { id: '7', userName: 'otto', emails: [{ value: 'free@acme.example' }] });
      conflict();
      const { issues } = await bridge.apply(plan);
      expect(issues).toMatchObject([{ code: 'EMAIL_TAKEN', message: expect.stringContaining('account 7') }]);
    });

    it('says whose account it is when it is one of ours', async () => {
      await bridge.push({ people: [person(0), person(1)] });
      const plan = await bridge.plan({ people: [person(0, { email: 'late@acme.example' }), person(1)] });
      const [holder] = [...target.users.values()].filter(({ userName }) => userName === 'p1@acme.example');
      target.users.set(String(holder?.id), { ...holder, emails: [{ value: 'late@acme.example' }] });
      conflict();
      const { issues } = await bridge.apply(plan);
      expect(issues).toMatchObject([
        { code: 'EMAIL_TAKEN', message: expect.stringContaining('linked to person p1') },
      ]);
    });

    it('says so when nobody can be found, and which value could not be asked for', async () => {
      await bridge.push(moved('old@acme.example'));
      target.users.delete('7');
      target.respond = ({ method, query }) => {
        if (query.get('filter')?.startsWith('emails'))
          return scimError(400, 'no such filter', 'invalidFilter');
        return method === 'PATCH' ? scimError(409, 'taken', 'uniqueness') : undefined;
      };
      const { result } = await bridge.push(moved('new@acme.example'));
      expect(result.issues).toMatchObject([
        {
          code: 'TARGET_CONFLICT',
          message: expect.stringMatching(
            /No other holder was found by userName, externalId; .* cannot be searched by e-mail address/,
          ),
        },
      ]);
    });
  });

  it('on an adoption names the holder too', async () => {
    target.users.set('6', { id: '6', externalId: 'lucca-p0', userName: 'former' });
    const plan = await bridge.plan({ people: [person(0)] });
    expect(plan.operations).toMatchObject([{ kind: 'adopt-user', targetId: '6' }]);
    target.users.set('7', { id: '7', userName: 'p0@acme.example' });
    conflict();
    const { issues } = await bridge.apply(plan);
    expect(issues).toMatchObject([{ code: 'USERNAME_TAKEN', message: expect.stringContaining('account 7') }]);
  });

  it('over the name of a group names the group that has it', async () => {
    await bridge.push({ people: [], groups: [group('g', 'Sales', [])] });
    target.groups.set('7', { id: '7', displayName: 'Selling' });
    conflict();
    const { result } = await bridge.push({ people: [], groups: [group('g', 'Selling', [])] });
    expect(result.issues).toMatchObject([
      { code: 'GROUP_NAME_TAKEN', message: expect.stringContaining('group 7') },
    ]);
  });
});

describe('a target that goes down', () => {
  it('ends the run quickly, keeps what was done, and the next run goes on', async () => {
    let posts = 0;
    target.respond = ({ method }) => (method === 'POST' && ++posts > 10 ? 'reset' : undefined);
    await start({ options: { concurrency: 1 } });
    const down = (await bridge.push({ people: persons(100) })).result;
    expect(down).toMatchObject({
      done: 10,
      // The sixth was waiting for its turn.
      failed: 6,
      notReached: 84,
      stopped: { code: 'TARGET_NO_ANSWER' },
    });

    target.respond = () => undefined;
    const { result } = await bridge.push({ people: persons(100) });
    expect(result).toMatchObject({ done: 90, failed: 0, stopped: null });
    expect(target.users.size).toBe(100);
  });

  it('is not one that asks to wait for an hour: what is not written waits for the next run, and nobody failed', async () => {
    const clock = fakeClock();
    const began = clock.now();
    let posts = 0;
    target.respond = ({ method }) =>
      method === 'POST' && ++posts > 10 && clock.now() - began < 3_600_000
        ? { status: 429, headers: { 'retry-after': '3600' } }
        : undefined;
    await start({ clock });
    const waiting = (await bridge.push({ people: persons(100) })).result;
    expect(waiting).toMatchObject({
      failed: 0,
      issues: [],
      stopped: {
        code: 'TARGET_THROTTLED',
        message: expect.stringContaining('asks to wait until 2026-11-20T09:00:'),
      },
    });
    expect(waiting.done + waiting.notReached).toBe(100);
    expect(clock.now() - began).toBeLessThan(15 * 60_000);
    expect(target.calls.length).toBeLessThan(30);

    // Before the hour is over, the target is left alone.
    target.calls.length = 0;
    await expect(bridge.push({ people: persons(100) })).rejects.toMatchObject({ code: 'TARGET_THROTTLED' });
    expect(target.calls).toEqual([]);
    await clock.sleep(3_700_000);
    const { result } = await bridge.push({ people: persons(100) });
    expect(result).toMatchObject({ failed: 0, notReached: 0, stopped: null });
    expect(target.users.size).toBe(100);
  });

  it.each(['throttles', 'has a rate of its own'])(
    'or %s holds no run that is stopped: who waits is not reached',
    async (reason) => {
      const clock = stillClock();
      const isThrottling = reason === 'throttles';
      const rates = isThrottling ? [] : [{ requests: 1, seconds: 60 }];
      let posts = 0;
      target.respond = ({ method }) =>
        method === 'POST' && ++posts > 3 && isThrottling
          ? { status: 429, headers: { 'retry-after': '600' } }
          : undefined;
      await start({ clock, options: { concurrency: 4, rates } });
      const stop = new AbortController();
      const plan = await bridge.plan({ people: persons(50) });
      const applying = bridge.apply(plan, { signal: stop.signal });
      await vi.waitFor(() => expect(clock.sleepers).toBeGreaterThan(3));
      stop.abort();
      const result = await applying;
      expect(result).toMatchObject({ failed: 0, issues: [], stopped: null });
      expect(result.done).toBe(target.users.size);
      expect(result.notReached).toBe(50 - result.done);
    },
  );

  it('ends at once when the credentials are refused', async () => {
    target.respond = ({ method }) => (method === 'POST' ? scimError(401) : undefined);
    await start({ options: { concurrency: 1 } });
    const { result } = await bridge.push({ people: persons(50) });
    expect(result).toMatchObject({
      // The second was waiting for its turn.
      failed: 2,
      notReached: 48,
      writes: 2,
      stopped: { code: 'TARGET_UNAUTHORIZED', exitCode: 2 },
    });
  });

  it('ends when every answer is nonsense', async () => {
    target.respond = ({ method }) => (method === 'PATCH' ? { status: 200, text: '<html>' } : undefined);
    await start({ options: { concurrency: 1 } });
    await bridge.push({ people: persons(50) });
    const { result } = await bridge.push({ people: persons(50).map((one) => ({ ...one, title: 'New' })) });
    expect(result).toMatchObject({
      done: 0,
      failed: 21,
      notReached: 29,
      stopped: { code: 'TARGET_NONSENSE' },
    });
  });

  it('is not one that refuses many people: those are reported, one by one', async () => {
    target.respond = ({ method, body }) =>
      method === 'POST' && body?.title === 'Bad' ? scimError(400) : undefined;
    const { result } = await bridge.push({
      people: persons(60).map((one, n) => ({ ...one, title: n < 40 ? 'Bad' : 'Good' })),
    });
    expect(result).toMatchObject({ done: 20, failed: 40, notReached: 0, stopped: null });
  });
});

describe('accounts that vanished', () => {
  it('need no deactivation', async () => {
    await bridge.push({ people: [person(0)] });
    target.users.clear();
    const { result } = await bridge.push({ people: [person(0, { lifecycle: 'left' })] });
    expect(result).toMatchObject({ done: 1, failed: 0 });
    expect(bridge.links.size).toBe(0);
  });

  it('are deleted where the options say so, and gone counts as deleted', async () => {
    await start({ options: { deactivate: 'delete' } });
    await bridge.push({ people: persons(2) });
    const left = { people: persons(2).map((one): Person => ({ ...one, lifecycle: 'left' })) };
    expect((await bridge.push(left)).result).toMatchObject({ done: 2, failed: 0 });
    expect([...target.users.values()].map(({ active }) => active)).toEqual([false, false]);
    expect(writes().map(({ method }) => method)).not.toContain('DELETE');
    letGo(bridge);
    target.users.delete('1');
    expect((await bridge.push(left)).result).toMatchObject({ done: 2, failed: 0 });
    expect(target.users.size).toBe(0);
    expect(bridge.links.size).toBe(0);
  });

  it('are deleted without being switched off where the target knows no such thing', async () => {
    await start({ options: { deactivate: 'delete', attributes: { drop: ['active'] } } });
    await bridge.push({ people: [person(0)] });
    const left = { people: [person(0, { lifecycle: 'left' })] };
    expect((await bridge.push(left)).result).toMatchObject({ done: 0, writes: 0 });
    letGo(bridge);
    expect((await bridge.push(left)).result).toMatchObject({ done: 1, writes: 1 });
    expect(writes().at(-1)).toMatchObject({ method: 'DELETE', path: '/Users/1' });
  });
});

describe('a group that is not wanted any more', () => {
  it('is emptied, and deleted when it has been let go for long enough', async () => {
    await start({ options: { groups: { release: 'delete' } } });
    await bridge.push({ people: persons(2), groups: [group('31', 'Sales', ['p0', 'p1'])] });
    const [id = ''] = [...target.groups.keys()];
    expect((await bridge.push({ people: persons(2) })).result).toMatchObject({ done: 1, failed: 0 });
    expect(membersIn(id)).toEqual([]);
    expect((await bridge.push({ people: persons(2) })).plan.operations).toEqual([]);
    letGo(bridge);
    expect((await bridge.push({ people: persons(2) })).result).toMatchObject({ done: 1, writes: 1 });
    expect(writes().at(-1)).toMatchObject({ method: 'DELETE', path: `/Groups/${id}` });
    expect(target.groups.size).toBe(0);
    expect(bridge.groupLinks.size).toBe(0);
  });

  it('is deleted also when it is gone already', async () => {
    await start({ options: { groups: { release: 'delete' } } });
    await bridge.push({ people: [], groups: [group('31', 'Sales', [])] });
    letGo(bridge);
    target.groups.clear();
    expect((await bridge.push({ people: [] })).result).toMatchObject({ done: 1, failed: 0 });
    expect(bridge.groupLinks.size).toBe(0);
  });
});

describe('managers', () => {
  it('are set in the second pass, one request each, where the profile says so', async () => {
    await start({ options: { manager: { pass: 'second' } } });
    const { result } = await bridge.push({ people: [person(0, { manager: 'p1' }), person(1)] });
    expect(result).toMatchObject({ failed: 0, writes: 3 });
    expect(writes().at(-1)?.body).toMatchObject({
      Operations: [
        {
          op: 'replace',
          path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
          value: { value: bridge.links.get('p1')?.targetId },
        },
      ],
    });
    expect((await bridge.push({ people: [person(0, { manager: 'p1' }), person(1)] })).result.writes).toBe(0);
  });

  it('who could not be created do not hold their reports up', async () => {
    target.respond = ({ method, body }) =>
      method === 'POST' && body?.userName === 'p1@acme.example' ? scimError(400) : undefined;
    const people = [person(0, { manager: 'p1' }), person(1)];
    const { result } = await bridge.push({ people });
    expect(result).toMatchObject({ done: 1, failed: 1 });
    expect(result.issues.map(({ code, subject }) => [code, subject.id])).toEqual([
      ['TARGET_REFUSED', 'p1'],
      ['MANAGER_NOT_ON_TARGET', 'p0'],
    ]);

    target.respond = () => undefined;
    const next = await bridge.push({ people });
    expect(next.plan.summary.operations).toEqual({ 'create-user': 1, 'update-user': 1 });
    expect((await bridge.push({ people })).result.writes).toBe(0);
  });
});

describe('members (R23)', () => {
  const everybody = persons(25);
  const memberIds = () => membersIn('1').map(({ value }) => value);

  it('go in batches of what the target takes', async () => {
    await start({ options: { groups: { memberBatch: 10 } } });
    await bridge.push({
      people: everybody,
      groups: [
        group(
          'g',
          'All',
          everybody.map(({ id }) => id),
        ),
      ],
    });
    const batches = writes().filter(({ method }) => method === 'PATCH');
    expect(batches.map(({ body }) => JSON.stringify(body).match(/"value":"/g)?.length)).toEqual([10, 10, 5]);
    expect(memberIds()).toHaveLength(25);
    expect(bridge.groupLinks.get('g')?.members).toHaveLength(25);
  });

  it('are one request with one member when one joins many', async () => {
    await bridge.push({
      people: everybody,
      groups: [
        group(
          'g',
          'All',
          everybody.slice(1).map(({ id }) => id),
        ),
      ],
    });
    target.calls.length = 0;
    const { result } = await bridge.push({
      people: everybody,
      groups: [
        group(
          'g',
          'All',
          everybody.map(({ id }) => id),
        ),
      ],
    });
    expect(result).toMatchObject({ reads: 0, writes: 1 });
    expect(writes()[0]?.body).toMatchObject({
      Operations: [{ op: 'add', path: 'members', value: [{ value: bridge.links.get('p0')?.targetId }] }],
    });
  });

  it('that are poisoned are found by halving, and hold no other up', async () => {
    await bridge.push({ people: everybody });
    const poison = bridge.links.get('p13')?.targetId;
    target.calls.length = 0;
    target.respond = ({ method, body }) =>
      method === 'PATCH' && JSON.stringify(body).includes(`"${poison}"`)
        ? scimError(400, 'unknown member')
        : undefined;
    const { result } = await bridge.push({
      people: everybody,
      groups: [
        group(
          'g',
          'All',
          everybody.map(({ id }) => id),
        ),
      ],
    });
    expect(result).toMatchObject({
      failed: 1,
      issues: [{ code: 'MEMBER_REFUSED', severity: 'error', subject: { kind: 'person', id: 'p13' } }],
    });
    expect(memberIds()).toHaveLength(24);
    expect(bridge.groupLinks.get('g')?.members).not.toContain(poison);
    expect(writes().length).toBeLessThan(2 * Math.ceil(Math.log2(25)) + 3);
  });

  it('that are taken without an error and not kept are not counted as written', async () => {
    await bridge.push({ people: everybody.slice(0, 2), groups: [group('g', 'All', ['p0'])] });
    target.respond = ({ method, path }) =>
      method === 'PATCH' && path.startsWith('/Groups/')
        ? { status: 200, body: target.groups.get('1') ?? null }
        : undefined;
    const wish = { people: everybody.slice(0, 2), groups: [group('g', 'All', ['p0', 'p1'])] };
    expect((await bridge.push(wish)).result.issues).toMatchObject([
      { code: 'MEMBER_NOT_KEPT', subject: { kind: 'person', id: 'p1' } },
    ]);
    expect(bridge.groupLinks.get('g')?.members).toEqual([bridge.links.get('p0')?.targetId]);
    expect((await bridge.push(wish)).plan.notes).toMatchObject([{ code: 'WAITING_AFTER_FAILURE' }]);
  });

  it('that somebody else put into a group stay', async () => {
    await bridge.push({ people: everybody.slice(0, 2), groups: [group('g', 'All', ['p0', 'p1'])] });
    target.groups.set('1', {
      ...target.groups.get('1'),
      members: [...membersIn('1'), { value: 'stranger' }],
    });
    await bridge.push({ people: everybody.slice(0, 2), groups: [group('g', 'All', ['p0'])] });
    expect(memberIds()).toEqual([bridge.links.get('p0')?.targetId, 'stranger']);
  });

  it('follow an account that was deleted behind our back, in the run that makes it anew', async () => {
    const groups = [group('g', 'All', ['p0', 'p1']), group('h', 'Some', ['p0'])];
    await bridge.push({ people: everybody.slice(0, 2), groups });
    const old = bridge.links.get('p0')?.targetId ?? '';
    target.users.delete(old);
    for (const [id, row] of target.groups)
      target.groups.set(id, { ...row, members: membersIn(id).filter(({ value }) => value !== old) });
    target.users.set('filler', { id: 'filler' });
    target.users.set('filler2', { id: 'filler2' });
    await bridge.push({ people: [person(0, { title: 'New' }), person(1)], groups });
    const anew = bridge.links.get('p0')?.targetId;
    expect(anew).not.toBe(old);
    expect(new Set(memberIds())).toEqual(new Set([anew, bridge.links.get('p1')?.targetId]));
    expect(membersIn('2')).toEqual([{ value: anew }]);
    expect(bridge.groupLinks.get('g')?.members).not.toContain(old);
    const { plan } = await bridge.push({ people: [person(0, { title: 'New' }), person(1)], groups });
    expect(plan.operations).toEqual([]);
  });

  it('of a group deleted behind our back come back with the group', async () => {
    const wish = (members: string[]) => ({
      people: everybody.slice(0, 3),
      groups: [group('g', 'All', members)],
    });
    await bridge.push(wish(['p0', 'p1']));
    target.groups.clear();
    const { result } = await bridge.push(wish(['p0', 'p1', 'p2']));
    expect(result.issues).toMatchObject([{ code: 'GROUP_GONE', subject: { kind: 'group', id: 'g' } }]);
    await bridge.push(wish(['p0', 'p1', 'p2']));
    expect(memberIds()).toHaveLength(3);
  });

  it('leave a group that Lucca no longer has; the group stays', async () => {
    await bridge.push({ people: everybody.slice(0, 2), groups: [group('g', 'All', ['p0', 'p1'])] });
    await bridge.push({ people: everybody.slice(0, 2), groups: [] });
    expect(memberIds()).toEqual([]);
    expect((await bridge.push({ people: everybody.slice(0, 2), groups: [] })).plan.operations).toEqual([]);
  });
});

describe('a target without PATCH', () => {
  const putOnly = { ...capabilities, patch: false };
  beforeEach(() => start({ capabilities: putOnly }));

  it('gets its resource back with the changes made in it, and keeps what is not ours', async () => {
    await bridge.push({ people: [person(0, { title: 'Buyer' })] });
    target.users.set('1', {
      ...target.users.get('1'),
      entitlements: [{ value: 'licence' }],
      meta: { version: '1' },
    });
    const { result } = await bridge.push({ people: [person(0)] });
    expect(result).toMatchObject({ failed: 0, writes: 1, reads: 1 });
    expect(target.users.get('1')).toMatchObject({
      entitlements: [{ value: 'licence' }],
      userName: 'p0@acme.example',
    });
    expect(target.users.get('1')).not.toHaveProperty('title');
    expect(target.users.get('1')).not.toHaveProperty('meta');
  });

  it.each([
    [1, 'wins', true],
    [0, 'has no say', false],
  ])(
    'gets our attributes alone where the profile says so, after %i reads where SSO %s',
    async (reads, _, ssoWins) => {
      await start({ capabilities: putOnly, options: { update: { put: 'full' } } });
      await bridge.push({ people: [person(0)] });
      const plan = await bridge.plan({ people: [person(0, { title: 'Buyer' })] });
      const drift = compileDrift({ drift: {}, ssoWins, ssoOwns: SSO_ATTRIBUTES });
      expect(await bridge.apply(plan, { drift })).toMatchObject({ failed: 0, writes: 1, reads });
      expect(target.users.get('1')).toMatchObject({ title: 'Buyer', userName: 'p0@acme.example' });
    },
  );

  it('gets members put into the group that it shows', async () => {
    const wish = (members: string[]) => ({ people: persons(3), groups: [group('g', 'All', members)] });
    await bridge.push(wish(['p0', 'p1']));
    await bridge.push(wish(['p1', 'p2']));
    expect(membersIn('1').map(({ value }) => value)).toEqual(
      ['p1', 'p2'].map((id) => bridge.links.get(id)?.targetId),
    );
  });
});

describe('stopping', () => {
  it('on a signal leaves the rest for the next run', async () => {
    const plan = await bridge.plan({ people: persons(3) });
    const result = await bridge.apply(plan, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ done: 0, notReached: 3, writes: 0 });
  });
});
