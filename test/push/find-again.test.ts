/** After a kill, creates that were under way are looked for (R21): on a target that cannot be asked, by reading it once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTargetSimulator, type TargetSimulator } from '../../src/testing/target/index.js';
import { group } from './people.js';
import { createTestBridge, type TestBridge } from './servers/bridge.js';

const ids = Array.from({ length: 12 }, (_, index) => `p${index}`);
const people = ids.map((id) => ({ id }));
const groups = ids.map((id) => group(`of-${id}`, `Of ${id}`, []));
const INTENT = { state: 'intent', targetId: null, sent: null, at: '' } as const;
let target: TargetSimulator;
let bridge: TestBridge;

beforeEach(async () => {
  target = await startTargetSimulator({ profile: 'ignores-filters', bulk: false });
  const server = { url: target.url, token: 'target-token', requests: [], close: () => target.close() };
  bridge = await createTestBridge(server, { options: { paging: { pageSize: 5 } } });
});
afterEach(async () => {
  await bridge.client.close();
  await target.close();
});

/** Everybody and every group is as a kill leaves it that struck while all creates were under way. */
async function interrupt(made: number): Promise<void> {
  await bridge.push({ people: people.slice(0, made), groups: groups.slice(0, made) });
  for (const id of ids) bridge.links.set(id, INTENT);
  for (const { id } of groups) bridge.groupLinks.set(id, { ...INTENT, members: [] });
}
const readsOf = (endpoint: string) =>
  target.requests.filter(({ method, path }) => method === 'GET' && path === endpoint);

describe('creates that were under way when the process was killed', () => {
  it('are looked for in one reading of a target that ignores filters, made once each', async () => {
    await interrupt(6);
    const plan = await bridge.plan({ people, groups });
    target.forgetRequests();
    const result = await bridge.apply({
      ...plan,
      operations: plan.operations.map((operation) =>
        operation.kind === 'create-user' || operation.kind === 'create-group'
          ? { ...operation, lookFirst: true }
          : operation,
      ),
    });
    expect(result.failed).toBe(0);
    expect(target.users()).toHaveLength(12);
    expect(target.groups()).toHaveLength(12);
    for (const endpoint of ['/Users', '/Groups']) {
      const pages = readsOf(endpoint).filter(({ query }) => query.filter === undefined);
      expect(pages.length).toBeLessThanOrEqual(3);
      // The first few tell that it cannot be asked.
      expect(readsOf(endpoint).length - pages.length).toBeLessThanOrEqual(24);
    }
  });

  it('of this very run are looked for in what is read after they were sent', async () => {
    target.setFault(({ method, path }) =>
      method === 'POST' && path === '/Users' ? { kind: 'commit-then-reset' } : undefined,
    );
    const { result } = await bridge.push({ people });
    expect(result.failed).toBe(0);
    expect(target.users()).toHaveLength(12);
    expect(new Set([...bridge.links.values()].map(({ targetId }) => targetId)).size).toBe(12);
    expect(target.requests.filter(({ method }) => method === 'POST')).toHaveLength(12);
  });
});
