/** What shows only in a large company: scans beside other requests, large groups, memory. */
import { type Measurement, ratioMeasurement, valueMeasurement } from '../benchmark.js';
import { Contender } from './contender.js';
import { GET_BY_ID, memberChanges, READS, SCAN, WRITES } from './operations.js';

const PAGE = 100;
/** Requests before a rate counts. */
const WARM_UP = 4_000;

/** @param seconds how long each load goes on */
export async function measureLarge(people: number, seconds: number): Promise<Measurement[]> {
  const bridge = await Contender.start('bridge', people);
  try {
    return [
      await measureMemory(bridge, people, seconds),
      await measureScans(bridge, people, seconds),
      await measureMembers(bridge, people, seconds),
    ];
  } finally {
    await bridge.stop();
  }
}

/** The most resident memory that was seen once everybody was served, while clients do all sorts of things. */
async function measureMemory(bridge: Contender, people: number, seconds: number): Promise<Measurement> {
  for (let start = 1; start <= people; start += PAGE) {
    await bridge.ask({ path: `/scim/v2/Users?startIndex=${start}&count=${PAGE}` }, 'reader');
  }
  let most = await bridge.memory();
  for (const { requests, token } of [...READS, ...WRITES, ...READS]) {
    await bridge.load(requests(people), token, seconds / 3);
    most = Math.max(most, await bridge.memory());
  }
  return valueMeasurement(`server.memory.${people}`, 'MB', most, { atMost: 700 });
}

/** How late the slowest answers to GET by id are while ten clients scan, as a multiple of how late they are otherwise. */
async function measureScans(bridge: Contender, people: number, seconds: number): Promise<Measurement> {
  const get = (): ReturnType<Contender['load']> =>
    bridge.load(GET_BY_ID.requests(people), GET_BY_ID.token, seconds);
  await get();
  const idle = await get();
  const [busy] = await Promise.all([get(), bridge.load([SCAN], 'reader', seconds)]);
  // Autocannon counts in whole milliseconds.
  const [busyMs, idleMs] = [Math.max(1, busy.p99), Math.max(1, idle.p99)];
  return ratioMeasurement(`server.p99-while-scanning.${people}`, 'ms', busyMs, idleMs, { atMost: 5 });
}

/** Changing one member of a group of everybody, against one of a group of a hundred. */
async function measureMembers(bridge: Contender, people: number, seconds: number): Promise<Measurement> {
  const rateOf = async (group: string): Promise<number> => {
    const requests = memberChanges(group, people);
    await bridge.warmUp(requests, 'idp', WARM_UP);
    return (await bridge.load(requests, 'idp', seconds)).rate;
  };
  const [small, large] = [await rateOf('small'), await rateOf('large')];
  return ratioMeasurement(`server.change-member.${people}`, 'requests/CPU-s', large, small, { atLeast: 0.8 });
}
