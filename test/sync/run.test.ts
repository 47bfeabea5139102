import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bridge, createBridge } from '../../src/bridge.js';
import type { PersonRecord } from '../../src/identity/person.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Store } from '../../src/store/store.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { startTargetSimulator, type TargetSimulator } from '../../src/testing/target/index.js';

describe('a run on two targets', () => {
  let lucca: LuccaSimulator;
  let targets: { travel: TargetSimulator; expense: TargetSimulator };
  let store: Store;
  let bridge: Bridge;
  beforeEach(async () => {
    lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
    targets = { travel: await startTargetSimulator(), expense: await startTargetSimulator() };
    store = createMemoryStore();
    const open = ({ url }: TargetSimulator) => ({
      url,
      token: 'target-token',
      scope: { departments: ['Ventes'] },
    });
    const clock = {
      now: () => lucca.clock.now(),
      sleep: async (milliseconds: number) => lucca.clock.advance(milliseconds),
      random: () => 0.5,
    };
    bridge = await createBridge(
      {
        tenant: 'acme',
        lucca: lucca.config('api-key'),
        targets: { travel: open(targets.travel), expense: open(targets.expense) },
      },
      { store, clock },
    );
  });
  afterEach(async () => {
    await bridge.close();
    await Promise.all([lucca.close(), targets.travel.close(), targets.expense.close()]);
  });

  it.each([
    ['that changes nothing', {}],
    ['that reads the whole target', { reconcile: true }],
  ])('a run %s counts every request that it sent', async (_, options) => {
    const count = async (choice: object) => {
      const { travel } = targets;
      travel.forgetRequests();
      const [push] = (await bridge.push({ targets: ['travel'], ...choice })).targets;
      const { reads = 0, writes = 0 } = push?.result ?? {};
      expect({ reads: reads + (push?.planReads ?? 0), writes }).toEqual({ ...travel.counters });
      return push?.planReads;
    };
    expect(await count({})).toBeGreaterThan(0);
    const planReads = await count(options);
    if ('reconcile' in options) expect(planReads).toBeGreaterThan(0);
    else expect(planReads).toBe(0);
    targets.travel.forgetRequests();
    const [plan] = (await bridge.plan({ targets: ['travel'], reconcile: true })).targets;
    expect(plan?.planReads).toBe(targets.travel.counters.reads);
  });

  it('with a fault of the bridge on one of them has it as the outcome of that one, and the other is brought up to date before the run ends', async () => {
    await bridge.push({ targets: ['travel'] });
    // Such an id is refused where it is read; a link may still have it from elsewhere, and no URL can carry it.
    const people = store.collection<PersonRecord>('acme', 'people');
    for await (const person of people.list()) {
      const { travel } = person.links;
      if (travel === undefined) continue;
      await people.put([{ ...person, links: { travel: { ...travel, targetId: '\ud800' } } }]);
      break;
    }
    const report = await bridge.push({ reconcile: true });
    const [travel, expense] = report.targets;
    expect(travel).toMatchObject({
      target: 'travel',
      error: { code: 'UNEXPECTED', exitCode: 1 },
      result: null,
    });
    expect(travel?.error?.message).toContain('The run on travel broke off: URIError');
    expect(expense).toMatchObject({ target: 'expense', error: null, result: { failed: 0 } });
    expect(targets.expense.users()).toHaveLength(8);
    expect((await bridge.sync()).targets.map(({ error }) => error?.code)).toEqual([undefined, undefined]);
  });
});
