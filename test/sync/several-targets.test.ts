/** Several targets in one run: one that is well, one that is down, one whose limit for the hour is used up. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bridge, createBridge } from '../../src/bridge.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Store } from '../../src/store/store.js';
import type { TargetMemory } from '../../src/sync/target-memory.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { startTargetSimulator, type TargetSimulator } from '../../src/testing/target/index.js';

const HOUR_MS = 3_600_000;
const NAMES = ['well', 'dead', 'busy'] as const;
type Name = (typeof NAMES)[number];

let lucca: LuccaSimulator;
let targets: Record<Name, TargetSimulator>;
let store: Store;
let bridge: Bridge;
beforeEach(async () => {
  lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
  const [well, dead, busy] = await Promise.all(NAMES.map(() => startTargetSimulator()));
  if (well === undefined || dead === undefined || busy === undefined) throw new Error('no target');
  targets = { well, dead, busy };
  store = createMemoryStore();
  const own = (name: Name) => ({ url: targets[name].url, token: 'target-token', groups: false });
  bridge = await createBridge(
    {
      tenant: 'acme',
      lucca: lucca.config('api-key'),
      targets: { busy: own('busy'), dead: own('dead'), well: own('well') },
    },
    {
      store,
      clock: {
        now: () => lucca.clock.now(),
        sleep: async (milliseconds, signal) => {
          signal?.throwIfAborted();
          lucca.clock.advance(milliseconds);
        },
        random: () => 0.5,
      },
    },
  );
  await bridge.push();
  for (const name of NAMES) targets[name].forgetRequests();
});
afterEach(async () => {
  await bridge.close();
  await Promise.all([lucca.close(), ...NAMES.map((name) => targets[name].close())]);
});

/** Everybody who sells gets another name. */
function renameAll(lastName: string): void {
  for (const { id } of lucca.state.people()) lucca.edit.rename(id, { lastName: `${lastName}${id}` });
}

/** How many accounts carry the name. */
const renamed = (name: Name, lastName: string) =>
  targets[name].users().filter((user) => JSON.stringify(user.name).includes(lastName)).length;

function useUp(name: Name): void {
  targets[name].setFault(() => ({ kind: 'throttle', retryAfter: 3600 }));
}

async function memoryOf(name: Name): Promise<TargetMemory | undefined> {
  return store.collection<TargetMemory>('acme', 'target-memories').get(name);
}

describe('a run over several targets', () => {
  it('brings the one that is well up to date, and says of each other what it waits for', async () => {
    const accounts = targets.well.users().length;
    renameAll('Neuville');
    await targets.dead.close();
    useUp('busy');
    const began = lucca.clock.now();
    const report = await bridge.push();
    const [busy, dead, well] = report.targets;

    expect(well).toMatchObject({ target: 'well', error: null, result: { failed: 0, notReached: 0 } });
    expect(renamed('well', 'Neuville')).toBe(accounts);
    expect(dead).toMatchObject({
      target: 'dead',
      error: { code: 'TARGET_UNREACHABLE' },
      result: { done: 0 },
    });
    expect(busy).toMatchObject({
      target: 'busy',
      error: { code: 'TARGET_THROTTLED', exitCode: 1 },
      result: { done: 0, failed: 0, issues: [] },
    });
    expect(busy?.error?.message).toMatch(/asks to wait until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
    expect(busy?.result?.notReached).toBe(busy?.plan?.operations.length);
    expect(lucca.clock.now() - began).toBeLessThan(HOUR_MS / 4);
    expect((await memoryOf('dead'))?.downSince).toBeDefined();
    expect((await memoryOf('busy'))?.downSince).toBeUndefined();
  });

  it('counts a target that asks to wait as waiting, not as failed, and goes on when the hour is over', async () => {
    const accounts = targets.well.users().length;
    renameAll('Neuville');
    useUp('busy');
    const began = lucca.clock.now();
    await bridge.sync();
    expect((await bridge.runs(1))[0]).toMatchObject({
      outcome: 'with-failures',
      code: null,
      targets: [
        { target: 'busy', code: 'TARGET_THROTTLED', failed: 0 },
        { target: 'dead', code: null },
        { target: 'well', code: null },
      ],
    });
    expect(renamed('well', 'Neuville')).toBe(accounts);
    expect(lucca.clock.now() - began).toBeLessThan(HOUR_MS / 4);

    targets.busy.setFault(undefined);
    targets.busy.forgetRequests();
    await bridge.sync();
    expect(targets.busy.requests).toEqual([]);
    expect(renamed('busy', 'Neuville')).toBe(0);

    lucca.clock.advance({ hours: 1, minutes: 1 });
    await bridge.sync();
    expect((await bridge.runs(1))[0]?.targets).toMatchObject([
      { code: null },
      { code: null },
      { code: null },
    ]);
    expect(renamed('busy', 'Neuville')).toBeGreaterThan(accounts / 2);
    expect(targets.busy.users()).toMatchObject(
      targets.well.users().map(({ userName, active }) => ({ userName, active })),
    );
  });
});
