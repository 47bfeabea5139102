import { afterEach, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/json.js';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import type { Person } from './people.js';
import { letGo } from './pretend.js';
import { createTestBridge, type TestBridge } from './servers/bridge.js';
import { type Call, scimError, startTinyTarget, type TinyTarget } from './tiny-target.js';

const CAPABILITIES = { ...fallbackCapabilities(), known: true, patch: true };
const email = (name: string) => `${name}@acme.example`;

let target: TinyTarget;
let bridge: TestBridge;
afterEach(async () => {
  await bridge.client.close();
  await target.close();
});

/** A target that takes no userName and no address that another account has at that moment. */
async function start(attributes: object = {}, options: object = {}): Promise<void> {
  target = await startTinyTarget();
  target.respond = (call) => (isTaken(call) ? scimError(409, 'taken', 'uniqueness') : undefined);
  bridge = await createTestBridge(target, {
    capabilities: CAPABILITIES,
    options: { ...options, attributes: { unique: ['userName', 'emails'], ...attributes } },
  });
}

function isTaken({ method, path, body = {} }: Call): boolean {
  if (method === 'GET' || !path.startsWith('/Users')) return false;
  const operations = (Array.isArray(body.Operations) ? body.Operations : []).filter(isJsonObject);
  const wanted: JsonObject =
    method === 'POST' ? body : Object.fromEntries(operations.map((one) => [String(one.path), one.value]));
  const values = valuesOf(wanted);
  return [...target.users.values()].some(
    (user) => !path.endsWith(`/${user.id}`) && valuesOf(user).some((value) => values.includes(value)),
  );
}

function valuesOf({ userName, emails }: JsonObject): string[] {
  const addresses = (Array.isArray(emails) ? emails : [])
    .filter(isJsonObject)
    .map(({ value }) => `e ${value}`);
  return userName === undefined ? addresses : [`u ${userName}`, ...addresses];
}

const accounts = () =>
  [...bridge.links]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, link]) => target.users.get(link.targetId ?? ''));
const addresses = () =>
  accounts().map((user) => (user?.emails as { value: string }[] | undefined)?.[0]?.value);

/** Each letter is a person's address; the userName is another thing, and stays. */
const people = (letters: string): Person[] =>
  [...letters].map((letter, n) => ({ id: `p${n}`, userName: `user${n}`, email: email(letter) }));

describe.each([
  ['that has another userName', {}, {}],
  [
    'whose userName is made once and never changed',
    { modes: { userName: 'on-create-only' } },
    { userName: 'email-local-part' },
  ],
])('an e-mail address of somebody %s (R16)', (_, attributes, options) => {
  it.each([
    ['two exchange theirs', 'ab', 'ba', 3],
    ['three do so in a circle', 'abc', 'bca', 4],
    ['each takes what the next one leaves', 'abcd', 'bcde', 4],
    ['two circles and a chain at once', 'abcdefg', 'badecgh', 9],
    ['a newcomer takes what somebody leaves', 'ab', 'bca', 3],
  ])('is written when it is free: %s', async (_it, before, after, writes) => {
    await start(attributes, options);
    await bridge.push({ people: people(before) });
    const { plan, result } = await bridge.push({ people: people(after) });
    expect(plan.skipped).toEqual([]);
    expect(result).toMatchObject({ failed: 0, writes });
    expect(addresses()).toEqual([...after].map(email));
    expect((await bridge.push({ people: people(after) })).plan.operations).toEqual([]);
  });

  it('is free for a newcomer once the leaver who had it is deleted', async () => {
    await start(attributes, { ...options, deactivate: 'delete' });
    const leaver = { id: 'zoe', userName: 'zoe', email: email('a') };
    await bridge.push({ people: [leaver] });
    const after: Person[] = [...people('a'), { ...leaver, lifecycle: 'left' }];
    await bridge.push({ people: after });
    letGo(bridge);
    const { result } = await bridge.push({ people: after });
    expect(result).toMatchObject({ failed: 0, writes: 2 });
    expect(addresses()).toEqual([email('a')]);
  });

  it('is not free while the account of a leaver keeps it, which the newcomer is told', async () => {
    await start(attributes, options);
    const leaver = { id: 'zoe', userName: 'zoe', email: email('a') };
    await bridge.push({ people: [leaver] });
    const { plan, result } = await bridge.push({
      people: [...people('a'), { ...leaver, lifecycle: 'left' }],
    });
    expect(plan.skipped).toMatchObject([
      { code: 'EMAIL_TAKEN', subject: 'p0', message: expect.stringContaining('account 1 on the target') },
    ]);
    expect(result).toMatchObject({ failed: 0, writes: 1 });
  });

  it('goes to neither of two who want it', async () => {
    await start(attributes, options);
    await bridge.push({ people: people('ab') });
    const { plan, result } = await bridge.push({ people: people('cc') });
    expect(plan.skipped).toMatchObject([
      { code: 'DUPLICATE_EMAIL', subject: 'p0' },
      { code: 'DUPLICATE_EMAIL', subject: 'p1' },
    ]);
    expect(result).toMatchObject({ failed: 0, writes: 0 });
  });
});

describe('people who exchange userNames and addresses with different people', () => {
  it('get both', async () => {
    await start();
    const named = (names: string, letters: string): Person[] =>
      people(letters).map((person, n) => ({ ...person, userName: `user${names[n]}` }));
    await bridge.push({ people: named('0123', 'abcd') });
    const { plan, result } = await bridge.push({ people: named('1230', 'badc') });
    expect(plan.skipped).toEqual([]);
    expect(result).toMatchObject({ failed: 0 });
    expect(addresses()).toEqual([...'badc'].map(email));
    expect(accounts().map((user) => user?.userName)).toEqual([...'1230'].map((n) => `user${n}`));
  });
});

describe('a list of addresses', () => {
  it('is freed of those alone that are given up', async () => {
    await start();
    await bridge.push({ people: people('ab') });
    const { operations } = await bridge.plan({ people: people('ba') });
    expect(operations).toMatchObject([
      {
        id: 'park-user:p1',
        wave: 0,
        changes: [{ path: 'emails', after: [{ value: expect.stringMatching(/^moving[0-9a-f]{12}@acme/) }] }],
        body: { userName: 'user1' },
      },
      { id: 'update-user:p0', wave: 1 },
      { id: 'update-user:p1', wave: 2 },
    ]);
  });
});

describe('the account of a leaver (R16)', () => {
  const leaver = { id: 'zoe', userName: 'zoe', email: email('a') };
  const gone = { ...leaver, lifecycle: 'left' as const };
  const renamed = { ...gone, userName: 'zoe2', email: email('z') };
  const joiner = { id: 'max', userName: 'zoe', email: email('a') };

  it.each([
    ['that is inactive', [[leaver], [gone]], 2],
    ['that becomes inactive at the same time', [[leaver]], 3],
  ])('makes way for whoever needs its userName and address: one %s', async (_it, before, writes) => {
    await start();
    for (const people of before) await bridge.push({ people });
    const { plan, result } = await bridge.push({ people: [renamed, joiner] });
    expect(plan.skipped).toEqual([]);
    expect(result).toMatchObject({ failed: 0, writes });
    expect([...target.users.values()]).toMatchObject([
      { userName: 'zoe2', active: false, emails: [{ value: email('z') }] },
      { userName: 'zoe', active: true, emails: [{ value: email('a') }] },
    ]);
    expect((await bridge.push({ people: [renamed, joiner] })).plan.operations).toEqual([]);
  });

  it('is deactivated all the same when it cannot be renamed, and is known as it is', async () => {
    await start();
    await bridge.push({ people: [leaver] });
    const isTakenToo = target.respond;
    target.respond = (call) => {
      const isRename = call.method === 'PATCH' && JSON.stringify(call.body).includes('zoe2');
      return isRename ? scimError(400, 'no', 'mutability') : isTakenToo?.(call);
    };
    const { result } = await bridge.push({ people: [renamed, joiner] });
    expect(result).toMatchObject({ failed: 2, done: 1 });
    expect([...target.users.values()]).toMatchObject([{ userName: 'zoe', active: false }]);
    expect(bridge.links.get('zoe')?.sent).toMatchObject({ userName: 'zoe', active: false });
  });

  it('is not made anew when it is gone as its owner leaves', async () => {
    await start();
    await bridge.push({ people: [leaver] });
    target.users.clear();
    await bridge.push({ people: [renamed, joiner] });
    expect([...target.users.values()]).toMatchObject([{ userName: 'zoe', externalId: 'lucca-max' }]);
    expect(target.users.size).toBe(1);
    expect(bridge.links.has('zoe')).toBe(false);
  });

  it('is not made anew when it is gone', async () => {
    await start();
    await bridge.push({ people: [leaver] });
    await bridge.push({ people: [gone] });
    target.users.clear();
    const { result } = await bridge.push({ people: [renamed, joiner] });
    expect(result).toMatchObject({ failed: 0 });
    expect([...target.users.values()]).toMatchObject([{ userName: 'zoe', active: true }]);
    expect(bridge.links.has('zoe')).toBe(false);
  });

  it('gets its own name back after a run that was interrupted while it was parked', async () => {
    await start();
    const worker = { id: 'ana', userName: 'ana', email: email('n') };
    const swapped = [
      { ...gone, userName: 'ana', email: email('n') },
      { ...worker, userName: 'zoe', email: email('a') },
    ];
    await bridge.push({ people: [leaver, worker] });
    await bridge.push({ people: [gone, worker] });
    const { plan } = await bridge.push({ people: [gone, worker] });
    expect(plan.operations).toEqual([]);
    const whole = await bridge.plan({ people: swapped });
    expect(whole.operations.map(({ id }) => id)).toEqual([
      'park-user:zoe',
      'update-user:ana',
      'update-user:zoe',
    ]);
    await bridge.apply({ ...whole, operations: whole.operations.slice(0, 2) });
    await bridge.push({ people: swapped });
    expect(accounts().map((user) => user?.userName)).toEqual(['zoe', 'ana']);
    expect(addresses()).toEqual([email('a'), email('n')]);
  });
});
