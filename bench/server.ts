/** The SCIM endpoint: requests for its processor time, what a scan does to others, large groups, memory. */
import { type Benchmark, type Measurement, ratioMeasurement } from './benchmark.js';
import { measureLarge } from './server/large.js';
import { GET_BY_ID, LOOK_UPS } from './server/operations.js';
import { measurePredicates } from './server/predicate.js';
import { measureThroughput } from './server/throughput.js';

const SIZES = [1_000, 10_000, 100_000];

export const server: Benchmark = {
  id: 'server',
  async run({ short }) {
    const sizes = short ? SIZES.slice(0, 1) : SIZES;
    const pace = short
      ? { seconds: 0.15, rounds: 3, warmUp: 3_000, single: 0.3 }
      : { seconds: 0.5, rounds: 5, warmUp: 10_000, single: 3 };
    const largest = Math.max(...sizes);
    const measurements: Measurement[] = [];
    for (const size of sizes) measurements.push(...(await measureThroughput(size, pace)));
    return [
      ...measurements,
      ...measureFlatness(measurements, sizes),
      ...measurePredicates(largest),
      ...(await measureLarge(largest, short ? 0.3 : 3)),
    ];
  },
};

/** What an answer with one user loses from the smallest company to the largest, each as a share of the bare server beside it. */
function measureFlatness(measurements: readonly Measurement[], sizes: readonly number[]): Measurement[] {
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  if (smallest === largest) return [];
  const shareOf = (id: string): number => measurements.find((each) => each.id === id)?.ratio ?? 0;
  return [GET_BY_ID, ...LOOK_UPS].map(({ id }) => {
    const [large, small] = [shareOf(`server.${id}.${largest}`), shareOf(`server.${id}.${smallest}`)];
    return ratioMeasurement(`server.${id}.flat`, 'of bare Express', large, small, { atLeast: 0.8 });
  });
}
