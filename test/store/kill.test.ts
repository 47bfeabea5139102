import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openLowdbStore } from '../../src/store/lowdb.js';
import type { Checked } from './checked-record.js';
import { isWhole } from './checked-record.js';
import { all } from './contract.js';
import { temporaryFolder } from './folders.js';

/** `KILLS=300 npx vitest run test/store/kill.test.ts` for the long run. */
const KILLS = Number(process.env.KILLS ?? 10);
const SECONDS_PER_KILL = 6;

/** Lets the writers write for a while, kills them, and gives the newest version acknowledged per id, of all kills so far. */
async function killWriters(folder: string, milliseconds: number): Promise<Map<string, number>> {
  const script = path.join(import.meta.dirname, 'kill-writer.ts');
  const notes = `${folder}-acknowledgements`;
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder, notes], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await setTimeout(milliseconds);
  child.kill('SIGKILL');
  expect(await closed).toEqual([null, 'SIGKILL']);
  const acknowledged = new Map<string, number>();
  // A last line that the kill cut is an acknowledgement that nobody received.
  for (const line of (await fs.readFile(notes, 'utf8')).split('\n').slice(0, -1)) {
    const [id = '', version] = line.split(' ');
    acknowledged.set(id, Number(version));
  }
  return acknowledged;
}

describe('a process killed while 16 writers write', () => {
  it(
    `has every acknowledged write after each of ${KILLS} kills, and no torn record`,
    async () => {
      const folder = await temporaryFolder();
      for (let kill = 0; kill < KILLS; kill += 1) {
        const after = Math.random() * 200;
        const acknowledged = await killWriters(folder, after);
        const store = await openLowdbStore({ folder });
        const stored = await all(store.collection<Checked>('acme', 'records').list());
        await store.close();
        const versions = new Map(stored.map(({ id, version }) => [id, version]));
        const lost = [...acknowledged].filter(([id, version]) => (versions.get(id) ?? 0) < version);
        expect({ kill, after, lost }).toEqual({ kill, after, lost: [] });
        expect(acknowledged.size).toBeGreaterThan(kill > 0 ? 1 : -1);
        expect(stored.filter((record) => !isWhole(record))).toEqual([]);
      }
    },
    KILLS * SECONDS_PER_KILL * 1000 + 30_000,
  );
});
