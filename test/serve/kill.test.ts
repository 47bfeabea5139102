import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { isSound, verifyState } from '../../src/upkeep/verify.js';
import { usePostgres } from '../support/postgres.js';
import { oktaUser, replacing, tokenOf } from './served-company.js';

/** `npm run test:kill` for the long run. */
const KILLS = Number(process.env.KILLS ?? 3);
const WRITERS = 16;
const USERS_PER_WRITER = 4;
const LONGEST_LIFE_MS = 400;

const postgres = usePostgres();

const headers = {
  authorization: `Bearer ${tokenOf('okta')}`,
  'content-type': 'application/scim+json',
};

/** What the server said it has: by user id, the turn of the last write that it acknowledged. */
type Acknowledged = Map<string, number>;

async function start(place: string) {
  const script = path.join(import.meta.dirname, 'kill-server.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const failed = closed.then(() => {
    throw new Error('the server ended before it listened');
  });
  const [url] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), failed])) as [
    string,
  ];
  failed.catch(() => {});
  return {
    url,
    async kill() {
      child.kill('SIGKILL');
      expect(await closed).toEqual([null, 'SIGKILL']);
    },
  };
}

async function send(url: string, method: string, body?: JsonObject): Promise<JsonObject> {
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const answer = (await response.json()) as JsonObject;
  if (!response.ok) throw new Error(`${method} answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Both values say the same, unless the record is torn. */
const saying = (turn: number) => ({ title: `turn ${turn}`, nickName: `turn ${turn}` });

/** Makes its users, then changes them one after the other, until the server is gone. */
async function write(url: string, writer: string, acknowledged: Acknowledged): Promise<void> {
  const own = [...Array(USERS_PER_WRITER).keys()].map((at) => `${writer}-${at}@acme.example`);
  try {
    const users = own.map((mail) => oktaUser(mail, saying(0)));
    const ids: string[] = [];
    for (const user of users) {
      const { id } = await send(`${url}/Users`, 'POST', user);
      acknowledged.set(String(id), 0);
      ids.push(String(id));
    }
    for (let turn = 1; ; turn += 1) {
      for (const id of ids) {
        await send(`${url}/Users/${id}`, 'PATCH', replacing(saying(turn)));
        acknowledged.set(id, turn);
      }
    }
  } catch (error) {
    // `fetch` fails once nobody listens any more; anything that was answered is no such failure.
    if (!(error instanceof TypeError)) throw error;
  }
}

async function readTurns(url: string): Promise<Map<string, { title: string; nickName: string }>> {
  const found = new Map<string, { title: string; nickName: string }>();
  for (let startIndex = 1; ; ) {
    const page = await send(`${url}/Users?startIndex=${startIndex}&count=500`, 'GET');
    const users = page.Resources as { id: string; title: string; nickName: string }[];
    for (const { id, title, nickName } of users) found.set(id, { title, nickName });
    startIndex += users.length;
    if (users.length === 0 || startIndex > Number(page.totalResults)) return found;
  }
}

async function check(url: string, acknowledged: Acknowledged): Promise<void> {
  const turns = await readTurns(url);
  const lost = [...acknowledged].filter(([id, turn]) => Number(turns.get(id)?.title.slice(5) ?? -1) < turn);
  const torn = [...turns].filter(([, { title, nickName }]) => title !== nickName);
  expect({ lost, torn }).toEqual({ lost: [], torn: [] });
}

async function killAgainAndAgain(place: string): Promise<void> {
  const acknowledged: Acknowledged = new Map();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const server = await start(place);
    await check(server.url, acknowledged);
    const before = acknowledged.size;
    const writers = Array.from({ length: WRITERS }, (_, writer) =>
      write(server.url, `k${kill}-w${writer}`, acknowledged),
    );
    const writing = Promise.all(writers);
    // So that each kill finds writers at work, whatever the machine has to do besides.
    while (acknowledged.size < before + WRITERS) await setTimeout(5);
    await setTimeout(Math.random() * LONGEST_LIFE_MS);
    await server.kill();
    await writing;
  }
  const last = await start(place);
  await check(last.url, acknowledged);
  await last.kill();
}

describe(`serve, killed ${KILLS} times while 16 writers of an IdP write to it`, () => {
  const timeout = { timeout: KILLS * 10_000 + 30_000 };

  it('has every acknowledged write and no torn record: lowdb', timeout, async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'bridge-kill-'));
    try {
      const place = path.join(folder, 'state');
      await killAgainAndAgain(place);
      expect(isSound(await verifyState({ state: place }))).toBe(true);
    } finally {
      await fs.rm(folder, { recursive: true });
    }
  });

  it('has every acknowledged write and no torn record: PostgreSQL', timeout, async () => {
    await killAgainAndAgain(await postgres.createDatabase());
  });
});
