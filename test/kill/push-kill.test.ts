/**
 * The real command is killed with SIGKILL at random instants of a first push; one more run must end with everybody there
 * once. KILLS and PEOPLE set the size: `npm run test:kill` takes 200 instants of a push of 2,000 people.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { startTargetSimulator, type TargetSimulator } from '../../src/testing/target/index.js';
import { MAIN, openWorkplace, type Workplace } from '../cli/command.js';

const KILLS = Number(process.env.KILLS ?? 3);
const PEOPLE = Number(process.env.PEOPLE ?? 150);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** Writes that may have been under way, and so had to be repeated. */
const UNDER_WAY = { alone: 16, together: 400 };

type Way = keyof typeof UNDER_WAY;

let lucca: LuccaSimulator;
/** What an undisturbed push makes, and how many writes that takes. */
const whole = new Map<Way, { people: string[]; groups: string[]; writes: number }>();

beforeAll(async () => {
  lucca = await startLuccaSimulator({ people: PEOPLE, quota: { enforced: false } });
  for (const way of ['alone', 'together'] as const) {
    const { target, workplace } = await prepare(way);
    // 1: the generated company has people whom no target would take.
    const { code, stderr } = await workplace.run(['push'], environment());
    expect(code, stderr).toBe(1);
    whole.set(way, { ...contents(target), writes: target.counters.writes });
    await target.close();
    workplace.clear();
  }
}, 120_000);
afterAll(() => lucca.close());

/** Secrets come from the environment. */
const environment = () => ({
  LUCCA_API_KEY: lucca.config('api-key').apiKey ?? '',
  TRAVEL_TOKEN: 'target-token',
});

async function prepare(way: Way): Promise<{ target: TargetSimulator; workplace: Workplace }> {
  const target = await startTargetSimulator();
  const workplace = openWorkplace();
  workplace.write('bridge.yaml', {
    lucca: {
      ...lucca.config('api-key'),
      apiKey: '${LUCCA_API_KEY}',
      quota: { requestsPerMinute: 1_000_000, reserve: 0 },
    },
    targets: {
      travel: {
        url: target.url,
        token: '${TRAVEL_TOKEN}',
        options: { bulk: way === 'together' ? 'auto' : 'off' },
      },
    },
  });
  return { target, workplace };
}

function contents(target: TargetSimulator): { people: string[]; groups: string[] } {
  const namesOf = (rows: readonly JsonObject[]) => rows.map(({ externalId }) => String(externalId)).sort();
  const groups = target.groups().map((group) => {
    const members = Array.isArray(group.members) ? group.members.length : 0;
    return `${group.externalId} with ${members}`;
  });
  return { people: namesOf(target.users()), groups: groups.sort() };
}

/** A push that is killed so many milliseconds after its n-th write reached the target. */
async function pushAndKill(
  target: TargetSimulator,
  { folder }: Workplace,
  instant: { writes: number; milliseconds: number },
): Promise<void> {
  const env = { PATH: process.env.PATH, ...environment() };
  const child = spawn(process.execPath, [MAIN, 'push'], { cwd: folder, env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  let writes = 0;
  target.setFault(({ method }) => {
    if (method !== 'GET' && ++writes === instant.writes)
      setTimeout(() => child.kill('SIGKILL'), instant.milliseconds);
    return undefined;
  });
  await ended;
  target.setFault(undefined);
}

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe(`a push that is killed (seed ${SEED})`, () => {
  const random = createRandom(SEED);
  const instants = Array.from({ length: KILLS }, (_, n) => ({
    n: n + 1,
    way: (n % 2 === 0 ? 'alone' : 'together') as Way,
    share: random(),
    milliseconds: Math.floor(random() * 6),
  }));

  it.each(instants)(
    '$n: writes go $way, after $share of them',
    async ({ way, share, milliseconds }) => {
      const undisturbed = whole.get(way);
      if (undisturbed === undefined) throw new Error('the undisturbed push failed');
      const { target, workplace } = await prepare(way);
      try {
        const writes = 1 + Math.floor(share * (undisturbed.writes - 1));
        await pushAndKill(target, workplace, { writes, milliseconds });
        const done = { ...target.counters, people: target.users().length };
        target.forgetRequests();
        const { code, stderr } = await workplace.run(['push'], environment());
        expect(code, stderr).toBe(1);
        const { people, groups } = contents(target);
        expect(people).toEqual(undisturbed.people);
        expect(groups).toEqual(undisturbed.groups);
        // It went on where it stood: nothing that had been acknowledged was written again.
        const created = target.requests.flatMap(({ method, path, body }) =>
          path === '/Bulk' ? ((body as JsonObject).Operations as JsonObject[]) : [{ method, path }],
        );
        const again = created.filter(({ method, path }) => method === 'POST' && path === '/Users').length;
        expect(again).toBeLessThanOrEqual(undisturbed.people.length - done.people + UNDER_WAY[way]);
      } finally {
        await target.close();
        workplace.clear();
      }
    },
    120_000,
  );
});
