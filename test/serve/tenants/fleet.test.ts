/**
 * The daily run of many tenants on two processes and one PostgreSQL. `TENANTS=200 PEOPLE=500 npx vitest run
 * test/serve/tenants/fleet.test.ts` for the long form, which prints how long tenants waited and ran.
 */
import { expect, it, onTestFinished } from 'vitest';
import { usePostgres } from '../../support/postgres.js';
import { describeRuns } from './distribution.js';
import { type Estate, openEstate } from './estate.js';
import { type EndedRun, type ServeProcess, startProcess } from './processes.js';

const TENANTS = Number(process.env.TENANTS ?? 6);
const PEOPLE = Number(process.env.PEOPLE ?? 20);
const IS_LONG = process.env.TENANTS !== undefined;
const WITHIN_MS = 60_000 + TENANTS * PEOPLE * 30;
/** What a process takes to start, and to open a tenant, on a machine that has other work too. */
const START_MS = 4_000;
const OPEN_MS = 250;

const postgres = usePostgres();

interface Fleet {
  estate: Estate;
  dueAt: number;
  ended: EndedRun[];
  processes: ServeProcess[];
}

/** Two processes for all tenants, whose runs are due in a moment. */
async function openFleet(tenants: number, people: number, atOnce: number): Promise<Fleet> {
  const names = Array.from({ length: tenants }, (_, at) => `tenant-${at + 1}`);
  const estate = await openEstate({
    names,
    people,
    process: {
      store: { postgres: { url: { file: 'secrets/database' } } },
      runs: { atOnce, spreadMinutes: 0 },
    },
  });
  estate.write('secrets/database', await postgres.createDatabase());
  const fleet: Fleet = { estate, dueAt: 0, ended: [], processes: [] };
  onTestFinished(async () => {
    await Promise.all(fleet.processes.map((each) => each.end()));
    await estate.close();
  });
  // Whoever is not there in time misses the instant: then once more, with more time.
  for (let lead = START_MS + tenants * OPEN_MS; fleet.dueAt < Date.now(); lead *= 3) {
    await Promise.all(fleet.processes.map((each) => each.end()));
    fleet.dueAt = Math.ceil((Date.now() + lead) / 1_000) * 1_000;
    const schedule = { cron: dailyAt(new Date(fleet.dueAt)), timeZone: 'UTC' };
    for (const tenant of estate.tenants) {
      estate.write(`tenants/${tenant.name}.yaml`, estate.configOf(tenant, { schedule }));
    }
    const start = (name: string) => startProcess(name, estate.file, (run) => fleet.ended.push(run));
    fleet.processes = await Promise.all(['one', 'other'].map(start));
  }
  return fleet;
}

function dailyAt(at: Date): string {
  return `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
}

const isComplete = ({ outcome }: EndedRun) => outcome === 'done' || outcome === 'with-failures';
const tenantsOf = (runs: readonly EndedRun[]) => [...new Set(runs.map(({ tenant }) => tenant))];

it(
  `the daily run of each of ${TENANTS} tenants of ${PEOPLE} people happens, once, on either of two processes`,
  async () => {
    const { estate, dueAt, ended, processes } = await openFleet(TENANTS, PEOPLE, 2);
    await expect.poll(() => tenantsOf(ended).length, { timeout: WITHIN_MS, interval: 250 }).toBe(TENANTS);
    if (IS_LONG) console.log(describeRuns(ended, dueAt));

    expect(ended.filter((run) => !isComplete(run))).toEqual([]);
    expect(ended).toHaveLength(TENANTS);
    expect(new Set(ended.map((run) => run.process)).size).toBe(2);
    for (const { name, target } of estate.tenants) {
      const externalIds = target.users().map(({ externalId }) => externalId);
      expect(externalIds.length, name).toBeGreaterThan(PEOPLE / 2);
      expect(new Set(externalIds).size, name).toBe(externalIds.length);
    }
    for (const { health } of processes) expect((await fetch(health)).status).toBe(200);
  },
  WITHIN_MS + 60_000 + TENANTS * 3_000,
);

/** One tenant after the other, each target slow, so that a process has something in hand. */
async function openSlowFleet(): Promise<Fleet> {
  const fleet = await openFleet(3, 60, 1);
  const { tenants } = fleet.estate;
  for (const { target } of tenants) target.setFault(() => ({ kind: 'slow', milliseconds: 100 }));
  const begun = () => tenants.filter(({ target }) => target.users().length > 0);
  await expect.poll(() => begun().length, { timeout: 30_000 }).toBeGreaterThan(1);
  return fleet;
}

async function expectAllComplete({ estate, ended }: Fleet, timeout: number): Promise<void> {
  await expect.poll(() => tenantsOf(ended.filter(isComplete)).length, { timeout }).toBe(3);
  for (const { target } of estate.tenants) {
    const externalIds = target.users().map(({ externalId }) => externalId);
    expect(new Set(externalIds).size).toBe(externalIds.length);
  }
}

it('what a process that is stopped has in hand goes on in the other', async () => {
  const fleet = await openSlowFleet();
  await fleet.processes[0]?.end();
  await expectAllComplete(fleet, 30_000);
  const outcomes = fleet.ended.filter((run) => run.process === 'one').map(({ outcome }) => outcome);
  expect(outcomes).toContain('interrupted');
}, 120_000);

it.runIf(IS_LONG)(
  'what a process that is killed has in hand goes on in the other',
  async () => {
    const fleet = await openSlowFleet();
    await fleet.processes[0]?.end('SIGKILL');
    await expectAllComplete(fleet, 150_000);
  },
  240_000,
);
