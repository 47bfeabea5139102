/** Requests: what a reading costs Lucca, and what a run costs a target, per changed and per unchanged person. */
import { createBridge } from '../src/bridge.js';
import { loadProfile } from '../src/push/load-profile.js';
import { createMemoryStore } from '../src/store/memory.js';
import { type LuccaSimulator, startLuccaSimulator } from '../src/testing/lucca/index.js';
import { startTargetSimulator } from '../src/testing/target/index.js';
import { type Benchmark, type Measurement, valueMeasurement } from './benchmark.js';
import { NO_QUOTA } from './directory.js';

export const economy: Benchmark = {
  id: 'economy',
  async run({ short }) {
    return [...(await readings(short ? 500 : 5000)), ...(await pushes(short ? 200 : 2000))];
  },
};

async function readings(people: number): Promise<Measurement[]> {
  const bounds = { 'api-key': 15, 'oauth+api-key': 170 } as const;
  const measurements: Measurement[] = [];
  for (const [way, atMost] of Object.entries(bounds)) {
    const sim = await startLuccaSimulator({ people, quota: { enforced: false } });
    const bridge = await bridgeOver(sim, way as keyof typeof bounds);
    const { directory } = await bridge.translate();
    await bridge.close();
    await sim.close();
    measurements.push(
      valueMeasurement(`economy.lucca-requests.${way}.${people}`, 'requests', directory.requests, { atMost }),
    );
  }
  return measurements;
}

async function pushes(people: number): Promise<Measurement[]> {
  const sim = await startLuccaSimulator({ people, quota: { enforced: false } });
  const target = await startTargetSimulator();
  const bridge = await bridgeOver(sim, 'api-key', target.url);
  const push = async (options: { reconcile?: boolean } = {}) => {
    target.forgetRequests();
    await bridge.push(options);
    return { ...target.counters };
  };
  await push();
  const unchanged = await push();
  const known = target.users().filter(({ active }) => active === true);
  const changed = known.slice(0, 100).map(({ externalId }) => Number(externalId));
  for (const id of changed) sim.edit.edit(id, { directLine: '+33 1 44 55 66 77' });
  const after = await push();
  const settled = await push({ reconcile: true });
  await bridge.close();
  const resources = target.users().length + target.groups().length;
  await Promise.all([sim.close(), target.close()]);
  // Of people and of groups one page may not be full.
  const pages = Math.ceil(resources / loadProfile('generic').paging.pageSize) + 1;
  return [
    valueMeasurement('economy.reconciliation.target-reads', 'requests', settled.reads, { atMost: pages }),
    valueMeasurement('economy.reconciliation.target-writes', 'requests', settled.writes, { equals: 0 }),
    valueMeasurement(`economy.unchanged-run.${known.length}.target-reads`, 'requests', unchanged.reads, {
      equals: 0,
    }),
    valueMeasurement(`economy.unchanged-run.${known.length}.target-writes`, 'requests', unchanged.writes, {
      equals: 0,
    }),
    valueMeasurement('economy.writes-per-changed-person', 'requests', after.writes / changed.length, {
      equals: 1,
    }),
  ];
}

async function bridgeOver(sim: LuccaSimulator, way: 'api-key' | 'oauth+api-key', target?: string) {
  return createBridge(
    {
      lucca: { ...sim.config(way), quota: NO_QUOTA },
      // Each write alone: Bulk has a benchmark of its own.
      targets:
        target === undefined
          ? {}
          : { bench: { url: target, token: 'target-token', options: { bulk: 'off' } } },
    },
    { store: createMemoryStore() },
  );
}
