/**
 * Writing: how much of what latency, or the target's own rate, allows is reached by a first push; and how few requests it
 * takes where writes may travel together, and for the changes that follow.
 */

import { applyPlan } from '../src/push/apply/apply.js';
import { createTargetClient } from '../src/push/client/target-client.js';
import { discover } from '../src/push/discovery.js';
import { loadProfile } from '../src/push/load-profile.js';
import { createPlan } from '../src/push/plan/plan.js';
import { createGroupShaper } from '../src/push/shape/group-body.js';
import { createUserShaper } from '../src/push/shape/user-body.js';
import { startLuccaSimulator } from '../src/testing/lucca/index.js';
import { type Benchmark, type Measurement, ratioMeasurement, valueMeasurement } from './benchmark.js';
import { startTarget, type TargetOptions, withBridge } from './push/target.js';

const LATENCY_MS = 20;
/** Requests at a time, as the generic profile has it. */
const CONCURRENCY = 8;
const PER_SECOND = 200;
const BULK = 100;
/** Each level of managers may leave one request that is not full. */
const LEVELS = 10;
const AT = '2026-11-20T08:00:00.000Z';
/** Of the generated people so many have an account: the others have left or not yet come. */
const EMPLOYED = 0.857;

export const push: Benchmark = {
  id: 'push',
  async run({ short }) {
    const people = short ? 1000 : 10_000;
    return [
      ...(await measureLatency(people)),
      ...(await measureRate(people)),
      ...(await measureBulk(people)),
      ...(await measureJoiner(people)),
    ];
  },
};

/** People written a second, from the first request to the last answer. */
async function firstPush(people: number, options: TargetOptions) {
  const lucca = await startLuccaSimulator({
    people: Math.round(people / EMPLOYED),
    quota: { enforced: false },
  });
  const target = await startTarget(options);
  try {
    return await withBridge(lucca, { url: target.url, groups: false }, async (bridge) => {
      await bridge.push();
      const counters = await target.counters();
      const seconds = (counters.lastAt - counters.firstAt) / 1000;
      return { ...counters, perSecond: counters.operations / seconds };
    });
  } finally {
    await Promise.all([lucca.close(), target.close()]);
  }
}

async function measureLatency(people: number): Promise<Measurement[]> {
  const { perSecond } = await firstPush(people, { latencyMs: LATENCY_MS, perSecond: null, bulk: 0 });
  const bound = CONCURRENCY / (LATENCY_MS / 1000);
  return [ratioMeasurement(`push.latency.${people}`, 'people/s', perSecond, bound, { atLeast: 0.85 })];
}

async function measureRate(people: number): Promise<Measurement[]> {
  const found = await firstPush(people, { latencyMs: LATENCY_MS, perSecond: PER_SECOND, bulk: 0 });
  return [
    ratioMeasurement(`push.rate.${people}`, 'people/s', found.perSecond, PER_SECOND, { atLeast: 0.95 }),
    ratioMeasurement(`push.throttled.${people}`, 'answers', found.throttled, found.writes, { atMost: 0.01 }),
  ];
}

/** One request for a hundred people, and one more for the rest of each level of managers. */
async function measureBulk(people: number): Promise<Measurement[]> {
  const found = await firstPush(people, { latencyMs: LATENCY_MS, perSecond: null, bulk: BULK });
  const atMost = Math.ceil(found.operations / BULK) + LEVELS;
  return [
    valueMeasurement(`push.bulk.${people}.write-requests`, 'requests', found.writes, { atMost }),
    ratioMeasurement(
      `push.bulk.${people}.speed`,
      'people/s',
      found.perSecond,
      CONCURRENCY / (LATENCY_MS / 1000),
      {
        atLeast: 1,
      },
    ),
  ];
}

/** A group of everybody, and one person more. */
async function measureJoiner(people: number): Promise<Measurement[]> {
  const target = await startTarget({ latencyMs: 0, perSecond: null, bulk: BULK });
  const profile = loadProfile('generic');
  const client = createTargetClient({ url: target.url, profile });
  const capabilities = await discover(client, AT);
  const { id: targetId = '' } = await client.create('/Groups', { displayName: 'Everybody' });
  await target.counters();
  const ids = Array.from({ length: people }, (_, n) => `p${n}`);
  const users = ids.map((id) => ({
    id,
    resource: { userName: id, externalId: id, active: true },
    lifecycle: { state: 'active' as const, reason: 'under contract', startsAt: null, endsAt: null },
    inScope: true,
  }));
  const shaper = createUserShaper(profile, capabilities);
  const linked = { state: 'linked' as const, at: AT };
  const links = new Map(
    users.map(({ id, resource }) => [id, { ...linked, targetId: id, sent: shaper.shape(resource, id).body }]),
  );
  const attributes = { displayName: 'Everybody', externalId: 'g' };
  const sent = createGroupShaper(profile, capabilities)(attributes, 'g').body;
  const groupLinks = new Map([['g', { ...linked, targetId, sent, members: ids.slice(1) }]]);
  const input = { target: 'bench', at: AT, users, links, groupLinks, profile, capabilities };
  const groups = [{ id: 'g', attributes, members: ids }];
  const nothing = { missing: new Set<string>(), complete: true, remote: null };
  const plan = createPlan({ ...input, now: AT, groups, ...nothing });
  const save = async () => {};
  await applyPlan(plan, { ...input, client, saveLink: save, saveGroupLink: save, now: () => AT });
  const { writes, members } = await target.counters();
  await client.close();
  await target.close();
  return [
    valueMeasurement(`push.joiner-of-${people}.write-requests`, 'requests', writes, { equals: 1 }),
    valueMeasurement(`push.joiner-of-${people}.members-sent`, 'members', members, { equals: 1 }),
  ];
}
