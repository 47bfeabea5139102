/** What lasting costs: durable writes of an IdP at three sizes, one write at the largest, and a cold start. */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openLowdbStore } from '../src/store/lowdb.js';
import { openPostgresStore } from '../src/store/postgres/postgres.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { type Benchmark, type Measurement, ratioMeasurement } from './benchmark.js';
import { settle, timeWrites } from './state/company.js';
import { measureSyncs } from './state/disk.js';
import { start } from './state/start.js';
import { measureWriters } from './state/writers.js';

const TOKEN = 'idp-token-0123456789';

interface Sizes {
  people: readonly number[];
  /** How long a figure is measured, in ms. */
  span: number;
  /** Writes one after the other. */
  writes: number;
  starts: number;
}

const LONG: Sizes = { people: [1_000, 10_000, 100_000], span: 4_000, writes: 4_000, starts: 3 };
const SHORT: Sizes = { people: [100, 1_000], span: 300, writes: 200, starts: 1 };

export const state: Benchmark = {
  id: 'state',
  async run({ short }) {
    const sizes = short ? SHORT : LONG;
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'bench-state-'));
    try {
      const lowdb = await measureFiles(folder, sizes);
      return [...lowdb, ...(await measurePostgres(folder, sizes))];
    } finally {
      await fs.rm(folder, { recursive: true, force: true });
    }
  },
};

async function measureFiles(folder: string, { people, span, writes, starts }: Sizes): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  const placeOf = (size: number) => path.join(folder, `lowdb-${size}`);
  for (const size of people) {
    const place = placeOf(size);
    const store = await openLowdbStore({ folder: place });
    await settle(store, size);
    await store.close();
    if (size === people.at(-1)) measurements.push(...(await measureStart(place, size, starts)));
    measurements.push(...(await measureServe('lowdb', folder, size, { state: place }, span)));
  }
  const [smallest = 0, largest = 0] = [people[0], people.at(-1)];
  const [least = 0, most = 0] = await timeWrites([placeOf(smallest), placeOf(largest)], writes);
  const id = `state.lowdb.one-write.${largest}-to-${smallest}`;
  return [...measurements, ratioMeasurement(id, 'ms', most, least, { atMost: 5 })];
}

async function measurePostgres(folder: string, { people, span }: Sizes): Promise<Measurement[]> {
  const server = await startPostgres({ durable: true });
  try {
    const measurements: Measurement[] = [];
    for (const size of people) {
      const url = await server.createDatabase();
      const store = await openPostgresStore({ url });
      await settle(store, size);
      await store.close();
      const place = { state: folder, store: { postgres: { url } } };
      measurements.push(...(await measureServe('postgres', folder, size, place, span)));
    }
    return measurements;
  } finally {
    await server.stop();
  }
}

/** Writes a second and how long one may take, each against the syncs that the disk gives in the same moment. */
async function measureServe(
  store: string,
  folder: string,
  people: number,
  place: object,
  span: number,
): Promise<Measurement[]> {
  const serve = await start<{ scim: string }>(
    './serve-process.js',
    JSON.stringify({ ...place, token: TOKEN }),
  );
  try {
    const syncs = await measureSyncs(folder, span / 4);
    const { perSecond, p99 } = await measureWriters(serve.said.scim, TOKEN, people, span);
    const id = `state.${store}.writes.${people}`;
    return [
      ratioMeasurement(id, 'writes/s', perSecond, syncs, { atLeast: 0.1 }),
      ratioMeasurement(`${id}.p99`, 'ms', p99, 1_000 / syncs, { atMost: 400 }),
    ];
  } finally {
    await serve.stop();
  }
}

/**
 * From the start of the process to the first answer, against reading and parsing the same bytes: by the clock, and by processor time,
 * which says more on a machine that has other things to do.
 */
async function measureStart(place: string, people: number, times: number): Promise<Measurement[]> {
  const [starts, baselines]: [Cost[], Cost[]] = [[], []];
  for (let time = 0; time < times; time += 1) {
    baselines.push(await costOf('./parse-process.js', place));
    starts.push(await costOf('./serve-process.js', JSON.stringify({ state: place, token: TOKEN })));
  }
  const id = `state.lowdb.cold-start.${people}`;
  const compare = (name: string, of: (cost: Cost) => number) =>
    ratioMeasurement(name, 'ms', median(starts.map(of)), median(baselines.map(of)), { atMost: 4 });
  return [compare(id, ({ took }) => took), compare(`${id}.processor`, ({ cpu }) => cpu)];
}

/** Milliseconds. */
interface Cost {
  took: number;
  cpu: number;
}

async function costOf(script: string, argument: string): Promise<Cost> {
  const { took, said, stop } = await start<{ cpu: NodeJS.CpuUsage }>(script, argument);
  await stop();
  return { took, cpu: (said.cpu.user + said.cpu.system) / 1_000 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
