/** `npm run bench [-- --json] [--short] [--only ID…]`: every figure as a ratio or bound, measured in this run. */
import { parseArgs } from 'node:util';
import type { Benchmark, Measurement } from './benchmark.js';
import { economy } from './economy.js';
import { memory } from './memory.js';
import { planning } from './planning.js';
import { push } from './push.js';
import { server } from './server.js';
import { state } from './state.js';
import { translation } from './translation.js';

const BENCHMARKS: readonly Benchmark[] = [translation, planning, memory, economy, push, server, state];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
  },
});
const only = [...values.only, ...positionals];
const chosen = BENCHMARKS.filter(
  ({ id }) => only.length === 0 || only.some((wanted) => wanted === id || wanted.startsWith(`${id}.`)),
);
if (chosen.length === 0) {
  console.error(
    `no benchmark is called ${only.join(', ')}; there are ${BENCHMARKS.map(({ id }) => id).join(', ')}`,
  );
  process.exit(2);
}

const measurements: Measurement[] = [];
for (const benchmark of chosen) {
  const found = await benchmark.run({ short: values.short });
  measurements.push(
    ...found.filter(
      ({ id }) => only.length === 0 || only.some((wanted) => id === wanted || id.startsWith(`${wanted}.`)),
    ),
  );
  if (!values.json) for (const measurement of found) console.log(describe(measurement));
}
if (values.json) console.log(JSON.stringify(measurements));

function describe({ id, value, unit, baseline, ratio, goal, met }: Measurement): string {
  const figure = `${round(value)} ${unit}`;
  const against =
    baseline === null ? '' : `, baseline ${round(baseline)} ${unit}, ratio ${round(ratio ?? 0)}`;
  return `${met ? 'met ' : 'SHORT'} ${id}: ${figure}${against} (goal ${goal})`;
}

function round(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 3 });
}
