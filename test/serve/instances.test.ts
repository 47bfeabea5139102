/** Three processes on one PostgreSQL, the leader killed again and again and one standing still, while an IdP writes. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { BridgeConfigInput } from '../../src/config/schema.js';
import type { JsonObject } from '../../src/json.js';
import { startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { startTargetSimulator } from '../../src/testing/target/index.js';
import { usePostgres } from '../support/postgres.js';
import { type Fleet, type Instance, openFleet, overlaps, watchWriters } from './fleet.js';
import { replacing, tokenOf } from './served-company.js';

/** `KILLS=100 npx vitest run test/serve/instances.test.ts` for the long run. */
const KILLS = Number(process.env.KILLS ?? 2);
const MS_BETWEEN_KILLS = 2_000;
const WRITERS = 4;
const USERS_PER_WRITER = 5;

const postgres = usePostgres();

it(
  `runs never overlap, no account is made twice and no acknowledged write is lost over ${KILLS} kills of the leader`,
  async () => {
    const lucca = await startLuccaSimulator({ people: 60, clock: { speed: 0 }, quota: { enforced: false } });
    const target = await startTargetSimulator({
      bulk: false,
      before: () => ({ kind: 'slow', milliseconds: 10 }),
    });
    const { url: watched, writes, server } = await watchWriters(target.url);
    const configOf = (instance: string): BridgeConfigInput => ({
      tenant: 'acme',
      lucca: lucca.config('api-key'),
      targets: { travel: { url: watched, token: 'target-token', headers: { 'x-instance': instance } } },
      server: {
        port: 0,
        rate: { requests: 1_000_000 },
        clients: [
          { name: 'okta', role: 'idp', tokens: [tokenOf('okta')] },
          { name: 'operator', role: 'admin', tokens: [tokenOf('operator')] },
        ],
      },
      schedule: { cron: '* * * * * *' },
    });
    const fleet = openFleet(await postgres.createDatabase(), configOf);
    onTestFinished(async () => {
      await fleet.close();
      server.close();
      server.closeAllConnections();
      await Promise.all([lucca.close(), target.close()]);
    });
    await Promise.all([fleet.add(), fleet.add(), fleet.add()]);
    await until(() => writes.length > 20);

    const writers = await openWriters(fleet);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await delay(MS_BETWEEN_KILLS);
      const leader = leaderOf(fleet);
      if (leader !== undefined) await fleet.kill(leader);
      await fleet.add();
    }
    await standStill(fleet);
    const acknowledged = await writers.stop();
    const last = await syncOnceMore(fleet);

    expect(overlaps(fleet.terms, writes)).toEqual([]);
    const externalIds = target.users().map(({ externalId }) => externalId);
    expect(externalIds.length).toBeGreaterThan(40);
    expect(new Set(externalIds).size).toBe(externalIds.length);
    const names = new Map(target.users().map((user) => [user.externalId, familyNameOf(user)]));
    expect(acknowledged.length).toBe(WRITERS * USERS_PER_WRITER);
    for (const { id, externalId, name } of acknowledged) {
      for (const instance of fleet.instances) {
        expect(familyNameOf(await ask(instance, 'GET', `/Users/${id}`))).toBe(name);
      }
      expect({ last, name: names.get(externalId) }).toEqual({ last, name });
    }
  },
  KILLS * 15_000 + 120_000,
);

/** The leader stands still until another leads, and goes on. */
async function standStill(fleet: Fleet): Promise<void> {
  await until(() => leaderOf(fleet) !== undefined);
  const leader = leaderOf(fleet) as Instance;
  leader.isOpen = false;
  leader.process.kill('SIGSTOP');
  const stoppedAt = Date.now();
  await until(
    () => fleet.terms.some(({ instance, at }) => instance !== leader.name && at > stoppedAt),
    30_000,
  );
  expect(Date.now() - stoppedAt).toBeLessThan(HAND_OVER_WITHIN_MS);
  leader.process.kill('SIGCONT');
  leader.isOpen = true;
}

/** Ten seconds, and what a busy machine adds. */
const HAND_OVER_WITHIN_MS = 15_000;

/** Whoever began to lead last, when it still serves. */
function leaderOf({ terms, instances }: Fleet): Instance | undefined {
  return instances.find(({ name }) => name === terms.at(-1)?.instance);
}

interface Written {
  id: string;
  externalId: string;
  /** The last family name that was acknowledged. */
  name: string;
}

/** Lets some writers of one IdP change names without pause, each those of other people, on whichever instance answers. */
async function openWriters(fleet: Fleet): Promise<{ stop(): Promise<Written[]> }> {
  const [first] = fleet.instances;
  const { Resources } = (await ask(
    first as Instance,
    'GET',
    '/Users?count=200&filter=active%20eq%20true',
  )) as {
    Resources: JsonObject[];
  };
  const people = Resources.slice(0, WRITERS * USERS_PER_WRITER).map(({ id }) => String(id));
  let isOver = false;

  async function write(writer: number): Promise<Map<string, string>> {
    const names = new Map<string, string>();
    const own = people.slice(writer * USERS_PER_WRITER, (writer + 1) * USERS_PER_WRITER);
    for (let turn = 0; !isOver || names.size < own.length; turn += 1) {
      const id = own[turn % own.length] as string;
      const name = `Writer ${writer} Turn ${turn}`;
      await acknowledge(() =>
        ask(anyOf(fleet, writer + turn), 'PATCH', `/Users/${id}`, replacing({ 'name.familyName': name })),
      );
      names.set(id, name);
    }
    return names;
  }

  const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  return {
    async stop() {
      isOver = true;
      const names = new Map((await writing).flatMap((each) => [...each]));
      const luccaIds = await Promise.all(people.map((id) => luccaIdOf(fleet, id)));
      return people.map((id, at) => ({ id, externalId: luccaIds[at] ?? '', name: names.get(id) ?? '' }));
    },
  };
}

/** An IdP repeats what was not acknowledged. */
async function acknowledge(write: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await write();
      return;
    } catch {
      await delay(50);
    }
  }
}

async function luccaIdOf(fleet: Fleet, id: string): Promise<string> {
  const response = await fetch(`${anyOf(fleet, 0).admin}/people/${id}/explain`, {
    headers: { authorization: `Bearer ${tokenOf('operator')}` },
  });
  const { luccaId } = (await response.json()) as { luccaId: string };
  return luccaId;
}

/** A synchronisation that began after everything was written; gives how it ended. */
async function syncOnceMore(fleet: Fleet): Promise<JsonObject | undefined> {
  const from = new Date().toISOString();
  const finished = async (): Promise<JsonObject | undefined> => {
    const response = await fetch(`${anyOf(fleet, 0).admin}/runs?limit=20`, {
      headers: { authorization: `Bearer ${tokenOf('operator')}` },
    });
    const { runs = [] } = (await response.json()) as { runs?: JsonObject[] };
    return runs.find(({ startedAt, outcome }) => String(startedAt) > from && outcome !== 'interrupted');
  };
  // Seldom enough for the rate limit of the admin API.
  let run: JsonObject | undefined;
  await until(async () => {
    await delay(500);
    run = await finished();
    return run !== undefined;
  });
  return run;
}

function anyOf({ instances }: Fleet, turn: number): Instance {
  const open = instances.filter(({ isOpen }) => isOpen);
  return open[turn % open.length] as Instance;
}

async function ask(instance: Instance, method: string, path: string, body?: JsonObject): Promise<JsonObject> {
  const response = await fetch(instance.scim + path, {
    method,
    headers: { authorization: `Bearer ${tokenOf('okta')}`, 'content-type': 'application/scim+json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as JsonObject;
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

function familyNameOf(user: JsonObject): unknown {
  return (user.name as JsonObject | undefined)?.familyName;
}

async function until(isSo: () => boolean | Promise<boolean>, within = 60_000): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it did not come about in time');
    await delay(50);
  }
}
