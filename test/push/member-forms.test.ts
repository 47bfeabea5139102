/** Targets that take memberships in one form alone, and the profile that says which. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../src/json.js';
import {
  startTargetSimulator,
  type TargetSimulator,
  type TargetSwitches,
} from '../../src/testing/target/index.js';
import { group } from './people.js';
import { createTestBridge, type TestBridge } from './servers/bridge.js';

const people = ['ana', 'leo', 'zoe'].map((id) => ({ id }));
let target: TargetSimulator;
let bridge: TestBridge;

beforeEach(async () => {
  target = await startTargetSimulator({ bulk: false });
});
afterEach(async () => {
  await bridge.client.close();
  await target.close();
});

async function start(
  groups: Record<string, string>,
  switches: Partial<TargetSwitches>,
  more: Record<string, unknown> = {},
): Promise<void> {
  Object.assign(target.switches, switches);
  const server = { url: target.url, token: 'target-token', requests: [], close: () => target.close() };
  bridge = await createTestBridge(server, { options: { groups, ...more } });
}

/** All three join, then only one stays: how many are members in the end, by which requests, and what was reported. */
async function shrink() {
  await bridge.push({ people, groups: [group('31', 'Sales', ['ana', 'leo', 'zoe'])] });
  target.forgetRequests();
  const { result } = await bridge.push({ people, groups: [group('31', 'Sales', ['zoe'])] });
  const members = target.groups().flatMap((one) => (Array.isArray(one.members) ? one.members : []));
  return {
    members: members.filter(isJsonObject).length,
    requests: target.requests.map(({ method }) => method),
    issues: result.issues.map(({ code }) => code),
  };
}

const DONE = { members: 1, issues: [] };

/** Two join a group of one, written by PUT; who is in it then, and what was said. */
async function join(switches: Partial<TargetSwitches>, { isEmpty = false } = {}) {
  await start({ members: 'put' }, {});
  await bridge.push({ people, groups: [group('31', 'Sales', isEmpty ? [] : ['ana'])] });
  Object.assign(target.switches, switches);
  target.forgetRequests();
  const wish = { people, groups: [group('31', 'Sales', ['ana', 'leo'])] };
  const { result } = await bridge.push(wish);
  const requests = target.requests.map(({ method }) => method);
  const next = await bridge.push(wish);
  const [shown] = target.groups();
  return {
    members: Array.isArray(shown?.members) ? shown.members.length : 0,
    outcome: result.outcomes.map(({ state }) => state),
    issues: result.issues.map(({ code, severity }) => [code, severity]),
    requests,
    waiting: next.plan.notes.map(({ code }) => code),
  };
}

describe('members that are written by PUT to a target that answers 200 and ignores them', () => {
  it.each([false, true])('arrive by PATCH (group empty before: %s)', async (isEmpty) => {
    const { members, outcome, issues, requests, waiting } = await join(
      { putIgnoresMembers: true },
      { isEmpty },
    );
    expect({ members, outcome, issues, waiting }).toEqual({
      members: 2,
      outcome: ['done'],
      issues: [],
      waiting: [],
    });
    expect(requests).toEqual(isEmpty ? ['GET', 'PUT', 'GET', 'PATCH'] : ['GET', 'PUT', 'PATCH']);
  });

  it.each([false, true])(
    'count as failed where it has no PATCH, and wait (empty before: %s)',
    async (isEmpty) => {
      const joining = isEmpty ? 2 : 1;
      expect(
        await join({ putIgnoresMembers: true, refusedMethods: ['PATCH /Groups'] }, { isEmpty }),
      ).toMatchObject({
        members: isEmpty ? 0 : 1,
        outcome: ['failed'],
        issues: Array(joining).fill(['MEMBER_NOT_KEPT', 'error']),
        waiting: Array(joining).fill('WAITING_AFTER_FAILURE'),
      });
    },
  );

  it('are tried by PUT once in a run, not for every group', async () => {
    await start({ members: 'put' }, { putIgnoresMembers: true }, { concurrency: 1 });
    const groups = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => group(id, id, ['ana', 'leo']));
    await bridge.push({ people, groups });
    const puts = target.requests.filter(({ method }) => method === 'PUT');
    expect(puts.length).toBeLessThanOrEqual(2);
    expect(target.groups().map(({ members }) => (members as unknown[]).length)).toEqual(Array(6).fill(2));
  });

  it('whoever is to leave and is shown all the same stays in the ledger', async () => {
    await start({ members: 'put' }, { refusedMethods: ['PATCH /Groups'] });
    await bridge.push({ people, groups: [group('31', 'Sales', ['ana', 'leo'])] });
    target.switches.putIgnoresMembers = true;
    const { result } = await bridge.push({ people, groups: [group('31', 'Sales', ['leo'])] });
    expect(result.outcomes.map(({ state }) => state)).toEqual(['failed']);
    expect(bridge.groupLinks.get('31')?.members).toHaveLength(2);
  });
});

describe('members on a target', () => {
  it('that takes them by PUT alone are not tried by PATCH', async () => {
    await start({ members: 'put' }, { refusedMethods: ['PATCH /Groups'] });
    expect(await shrink()).toEqual({ ...DONE, requests: ['GET', 'PUT'] });
  });

  it.each(['path', 'value'] as const)('that are removed by %s alone', async (removal) => {
    await start({ removal }, { memberRemoval: removal });
    expect(await shrink()).toEqual({ ...DONE, requests: ['PATCH'] });
  });

  it('stay, and are named, where the form is the wrong one', async () => {
    await start({ removal: 'path' }, { memberRemoval: 'value' });
    expect(await shrink()).toMatchObject({ members: 3, issues: ['MEMBER_REFUSED', 'MEMBER_REFUSED'] });
  });
});
