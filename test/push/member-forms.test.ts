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

async function start(groups: Record<string, string>, switches: Partial<TargetSwitches>): Promise<void> {
  Object.assign(target.switches, switches);
  const server = { url: target.url, token: 'target-token', requests: [], close: () => target.close() };
  bridge = await createTestBridge(server, { options: { groups } });
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
