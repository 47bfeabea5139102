import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fallbackCapabilities } from '../../src/push/capabilities.js';
import { loadProfile } from '../../src/push/load-profile.js';
import { rememberTrouble } from '../../src/push/plan/trouble.js';
import { desired, group, NOW, type Person } from './people.js';
import { plan } from './pretend.js';
import { createTestBridge, type TestBridge } from './servers/bridge.js';
import { scimError, startTinyTarget, type TinyTarget } from './tiny-target.js';

let target: TinyTarget;
let bridge: TestBridge;
const capabilities = { ...fallbackCapabilities(), known: true, patch: true };
beforeEach(async () => {
  target = await startTinyTarget();
  bridge = await createTestBridge(target, { capabilities });
});
afterEach(async () => {
  await bridge.client.close();
  await target.close();
});

const later = (days: number) => new Date(Date.parse(NOW) + days * 24 * 3_600_000).toISOString();
const planAt = (now: string, people: Person[], options: Record<string, unknown> = {}, at = now) =>
  plan({
    at,
    now,
    users: people.map(desired),
    groups: [],
    links: bridge.links,
    groupLinks: bridge.groupLinks,
    profile: loadProfile('generic', options),
  });
const refuse = (scimType?: string) => {
  target.respond = ({ method }) => (method === 'GET' ? undefined : scimError(400, 'no', scimType));
};

describe('a write that was refused for a value (R24)', () => {
  it.each([
    ['a create', [] as Person[]],
    ['an update', [{ id: 'p0' }] as Person[]],
  ])(
    'is not sent again, if it was %s, until what is sent changes or a week has passed',
    async (_, before) => {
      await bridge.push({ people: before });
      refuse('invalidValue');
      const wish: Person[] = [{ id: 'p0', title: 'X' }];
      expect((await bridge.push({ people: wish })).result.failed).toBe(1);
      target.calls.length = 0;

      const { plan: waiting } = await bridge.push({ people: wish });
      expect(waiting.operations).toEqual([]);
      expect(waiting.skipped).toMatchObject([
        {
          code: 'WAITING_AFTER_FAILURE',
          severity: 'error',
          subject: 'p0',
          message: expect.stringContaining('TARGET_REFUSED'),
        },
      ]);
      expect(target.calls).toEqual([]);

      expect(planAt(later(6), wish).operations).toEqual([]);
      expect(planAt(later(8), wish).operations).toHaveLength(1);
      // It waits by the clock, whatever day is judged.
      expect(planAt(later(8), wish, {}, '2026-11-01T08:00:00.000Z').operations).toHaveLength(1);
      expect(planAt(later(6), wish, {}, later(30)).operations).toEqual([]);
      target.respond = () => undefined;
      expect((await bridge.push({ people: [{ id: 'p0', title: 'Y' }] })).result).toMatchObject({ done: 1 });
      expect(bridge.links.get('p0')?.trouble).toBeUndefined();
    },
  );

  it('is sent again by the next run when it switches an account off', async () => {
    await bridge.push({ people: [{ id: 'p0' }] });
    refuse('invalidValue');
    const gone: Person[] = [{ id: 'p0', lifecycle: 'left' }];
    expect((await bridge.push({ people: gone })).result.failed).toBe(1);
    target.respond = () => undefined;
    expect((await bridge.push({ people: gone })).result).toMatchObject({ done: 1, failed: 0 });
  });

  it('holds nobody else up: reports get their account, and the group its other members', async () => {
    target.respond = ({ method, body }) =>
      method === 'POST' && body?.userName === 'p0@acme.example'
        ? scimError(400, 'no', 'invalidValue')
        : undefined;
    const wish = {
      people: [{ id: 'p0' }, { id: 'p1', manager: 'p0' }, { id: 'p2' }],
      groups: [group('g', 'All', ['p0', 'p1'])],
    };
    await bridge.push(wish);
    const { plan: next } = await bridge.push({ ...wish, groups: [group('g', 'All', ['p0', 'p1', 'p2'])] });
    expect(next.operations).toMatchObject([{ kind: 'change-members', add: ['p2'] }]);
    expect(next.notes).toMatchObject([{ code: 'MANAGER_NOT_ON_TARGET', subject: 'p1' }]);
  });

  it('of a group is not repeated each run, and neither are its memberships', async () => {
    target.respond = ({ method, path }) =>
      method === 'POST' && path === '/Groups' ? scimError(400, 'no', 'invalidValue') : undefined;
    const wish = { people: [{ id: 'p0' }], groups: [group('g', 'All', ['p0'])] };
    await bridge.push(wish);
    expect((await bridge.push(wish)).plan.operations).toEqual([]);
  });
});

describe('what a target refuses of a group that nobody wants any more, or of a manager (R24)', () => {
  const start = async (options: Record<string, unknown>) => {
    await bridge.client.close();
    bridge = await createTestBridge(target, { capabilities, options });
  };

  it.each(['delete', 'empty'])('is not sent again by each run: release %s', async (release) => {
    await start({ groups: { release } });
    const people: Person[] = [{ id: 'p0' }];
    await bridge.push({ people, groups: [group('g', 'All', ['p0'])] });
    target.respond = ({ method, path }) =>
      path.startsWith('/Groups/') && method !== 'GET' ? scimError(500) : undefined;
    for (let run = 0; run < 3; run += 1) expect((await bridge.push({ people })).result.failed).toBe(1);
    target.calls.length = 0;

    const { plan: waiting } = await bridge.push({ people });
    expect(waiting.operations).toEqual([]);
    expect(waiting.skipped).toMatchObject([
      { code: 'WAITING_AFTER_FAILURE', severity: 'error', kind: 'group', subject: 'g' },
    ]);
    expect(target.calls).toEqual([]);
    expect(bridge.groupLinks.get('g')).toMatchObject({ state: 'linked', members: [expect.any(String)] });
    expect(planAt(later(2), people, { groups: { release } }).operations).toMatchObject([
      { kind: 'release-group', subject: 'g' },
    ]);
  });

  it.each(['invalidValue', undefined])('is not sent again by each run: a manager (%s)', async (scimType) => {
    await start({ manager: { pass: 'second' } });
    const people: Person[] = [{ id: 'p0' }, { id: 'p1', manager: 'p0' }];
    target.respond = ({ method, body }) =>
      method === 'PATCH' && JSON.stringify(body).includes('manager')
        ? scimError(400, 'no', scimType)
        : undefined;
    for (let run = 0; run < 4; run += 1) await bridge.push({ people });
    target.calls.length = 0;
    const { plan: waiting } = await bridge.push({ people });
    expect(waiting.skipped).toMatchObject([{ code: 'WAITING_AFTER_FAILURE', subject: 'p1' }]);
    expect(target.calls).toEqual([]);
  });
});

describe('a write that failed for another reason', () => {
  it('is tried again by the next two runs, then ever later', () => {
    let trouble = rememberTrouble(undefined, { code: 'X', isFinal: false }, 'same', NOW);
    const gaps: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      gaps.push((Date.parse(trouble.retryAt) - Date.parse(NOW)) / 3_600_000);
      trouble = rememberTrouble(trouble, { code: 'X', isFinal: false }, 'same', NOW);
    }
    expect(gaps).toEqual([0, 0, 0.25, 1, 6, 24, 24, 24]);
    expect(trouble).toMatchObject({ times: 9, since: NOW });
    expect(rememberTrouble(trouble, { code: 'X', isFinal: false }, 'other', NOW)).toMatchObject({ times: 1 });
  });

  it('is done by the next run when the target has recovered', async () => {
    refuse();
    const people: Person[] = [{ id: 'p0' }];
    await bridge.push({ people });
    await bridge.push({ people });
    target.respond = () => undefined;
    expect((await bridge.push({ people })).result).toMatchObject({ done: 1, failed: 0 });
  });

  it('because of the credentials or the connection says nothing about a person', async () => {
    target.respond = ({ method }) => (method === 'POST' ? scimError(401) : undefined);
    await bridge.push({ people: [{ id: 'p0' }] });
    expect(bridge.links.get('p0')?.trouble).toBeUndefined();
    target.respond = ({ method }) => (method === 'POST' ? 'reset' : undefined);
    await bridge.push({ people: [{ id: 'p0' }] });
    expect(bridge.links.get('p0')?.trouble).toBeUndefined();
  });
});
