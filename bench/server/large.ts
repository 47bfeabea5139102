/** What shows only in a large company: scans beside other requests, large groups, memory. */
import { type Measurement, ratioMeasurement, valueMeasurement } from '../benchmark.js';
import { Contender } from './contender.js';
import { GET_BY_ID, memberChanges, SCAN } from './operations.js';
import type { Pace } from './throughput.js';

const PAGE = 100;

export async function measureLarge(people: number, { seconds }: Pace): Promise<Measurement[]> {
  const bridge = await Contender.start('bridge', people);
  try {
    return [
      await measureMemory(bridge, people),
      await measureScans(bridge, people, seconds),
      await measureMembers(bridge, people, seconds),
    ];
  } finally {
    await bridge.stop();
  }
}

/** Resident memory once everybody was served. */
async function measureMemory(bridge: Contender, people: number): Promise<Measurement> {
  for (let start = 1; start <= people; start += PAGE) {
    await bridge.ask({ path: `/scim/v2/Users?startIndex=${start}&count=${PAGE}` }, 'reader');
  }
  return valueMeasurement(`server.memory.${people}`, 'MB', await bridge.memory(), { atMost: 700 });
}

/** How late the slowest answers to GET by id are while ten clients scan, as a multiple of how late they are otherwise. */
async function measureScans(bridge: Contender, people: number, seconds: number): Promise<Measurement> {
  const get = (): ReturnType<Contender['load']> =>
    bridge.load(GET_BY_ID.requests(people), GET_BY_ID.token, seconds);
  await get();
  const idle = await get();
  const [busy] = await Promise.all([get(), bridge.load([SCAN], 'reader', seconds)]);
  // Autocannon counts in whole milliseconds.
  const [busyMs, idleMs] = [Math.max(1, busy.latency.p99), Math.max(1, idle.latency.p99)];
  return ratioMeasurement(`server.p99-while-scanning.${people}`, 'ms', busyMs, idleMs, { atMost: 5 });
}

/** Changing one member of a group of everybody, against one of a group of a hundred. */
async function measureMembers(bridge: Contender, people: number, seconds: number): Promise<Measurement> {
  const rateOf = async (group: string): Promise<number> => {
    const requests = memberChanges(group, people);
    await bridge.load(requests, 'idp', seconds);
    return (await bridge.load(requests, 'idp', seconds)).requests.average;
  };
  const [small, large] = [await rateOf('small'), await rateOf('large')];
  return ratioMeasurement(`server.change-member.${people}`, 'requests/s', large, small, { atLeast: 0.8 });
}
