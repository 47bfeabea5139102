import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ADMIN_TOKEN = 'an-admin-token-0123456789';

let lucca: LuccaSimulator;
let folder: string;
let config: string;

beforeAll(async () => {
  lucca = await startLuccaSimulator({ quota: { enforced: false } });
  folder = mkdtempSync(join(tmpdir(), 'cli-serve-'));
  config = join(folder, 'bridge.yaml');
  writeFileSync(
    config,
    [
      'tenant: acme',
      `lucca: { address: "${lucca.url}", apiKey: "\${LUCCA_API_KEY}" }`,
      'server:',
      '  port: 0',
      '  basePath: /tools/people/scim',
      '  clients:',
      '    - { name: operator, role: admin, tokens: ["${ADMIN_TOKEN}"] }',
      'schedule: { cron: "0 5 * * *" }',
    ].join('\n'),
  );
});
afterAll(async () => {
  await lucca.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(...words: string[]): ChildProcess {
  return spawn(
    process.execPath,
    ['--import', 'tsx', join(ROOT, 'src/cli/main.ts'), ...words, '--config', config],
    {
      cwd: ROOT,
      env: { ...process.env, LUCCA_API_KEY: lucca.apiKey, ADMIN_TOKEN, LUCCA_SCIM_LOG: 'silent' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = start(...words);
  const exited = once(child, 'exit');
  const [out, err] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
  ]);
  const [code] = (await exited) as [number];
  return { code, out, err };
}

interface Addresses {
  scim: string;
  admin: string;
  health: string;
}

describe('lucca-scim serve', () => {
  let child: ChildProcess;
  let addresses: Addresses;
  beforeAll(async () => {
    child = start('serve', '--json');
    const [line] = (await once(createInterface(child.stdout as NodeJS.ReadableStream), 'line')) as [string];
    addresses = JSON.parse(line) as Addresses;
    const authorization = { Authorization: `Bearer ${ADMIN_TOKEN}` };
    const started = await fetch(`${addresses.admin}/sync`, { method: 'POST', headers: authorization });
    expect(started.status).toBe(202);
    for (;;) {
      const runs = await (await fetch(`${addresses.admin}/runs`, { headers: authorization })).json();
      if ((runs as { running: unknown }).running === null) break;
      // Asked without a pause, the admin API would answer 429.
      await setTimeout(100);
    }
  });

  it('is healthy, as health finds out', async () => {
    const { port } = new URL(addresses.health);
    expect((await run('health', '--port', port)).code).toBe(0);
    // It listens elsewhere than the file says.
    const { code, out } = await run('health', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      status: 'ok',
      schedule: 'on',
      lastRun: { outcome: 'with-failures' },
    });
  });

  it('is where its configuration says, with every address in its answers', async () => {
    expect(addresses.scim).toMatch(/\/tools\/people\/scim$/);
    const authorization = { Authorization: `Bearer ${ADMIN_TOKEN}` };
    const { Resources } = (await (
      await fetch(`${addresses.scim}/Users?count=1`, { headers: authorization })
    ).json()) as { Resources: { id: string; meta: { location: string } }[] };
    const [first] = Resources;
    expect(first?.meta.location).toBe(`${addresses.scim}/Users/${first?.id}`);
    const again = await fetch(first?.meta.location ?? '', { headers: authorization });
    expect([again.status, again.headers.get('content-location')]).toEqual([200, first?.meta.location]);
    expect((await fetch(new URL('/scim/v2/Users', addresses.scim), { headers: authorization })).status).toBe(
      404,
    );
  });

  it.each([
    [['explain', '127'], 'GET /people/{id}/explain'],
    [['conflicts', 'list'], 'GET /conflicts'],
    [['people', 'override', '127', '{"title":"x"}'], 'POST /people/{id}/override'],
    [['people', 'erase', '127'], 'POST /people/{id}/erase'],
  ])(
    'keeps the state to itself: %j names the route of the admin API, where it really listens',
    async (words, route) => {
      const { code, err } = await run(...words);
      expect(code).toBe(1);
      expect(err).toContain('STORE_LOCKED');
      expect(err).toContain(`${route} at ${addresses.admin}, `);
    },
  );

  it('stops with 0 on SIGTERM, and the commands have the state for themselves', async () => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(readdirSync(join(folder, '.lucca-scim'))).not.toContain('serving.json');

    const overridden = await run('people', 'override', '127', '{"title":"Interim"}', '--author', 'jane');
    expect(overridden).toMatchObject({
      code: 0,
      out: expect.stringContaining('title = "Interim": manual since'),
    });
    expect(overridden.out).toContain('set by jane');
    const back = await run('people', 'hand-back', '127', '--attribute', 'title', '--json');
    const title = JSON.parse(back.out).values.find(({ path }: { path: string }) => path === 'title');
    expect(title).toMatchObject({ source: 'lucca', value: 'Développeuse' });
    const explained = await run('explain', '127');
    expect(explained).toMatchObject({ code: 0, out: expect.stringContaining('Person ') });
    const conflicts = await run('conflicts', 'list', '--json');
    expect(conflicts.code).toBe(1);
    const [conflict] = JSON.parse(conflicts.out).conflicts;
    expect((await run('conflicts', 'dismiss', conflict.id)).code).toBe(0);
    expect((await run('health', '--port', new URL(addresses.health).port)).code).toBe(1);
  });
});

describe('wrong usage', () => {
  it.each([
    [['people', 'hand-back']],
    [['people', 'hand-back', '127', '--everybody', '--source', 'idp:okta']],
    [['people', 'override', '127', 'title=x']],
    [['explain']],
  ])('of %j ends with 2', async (words) => {
    expect((await run(...words)).code).toBe(2);
  });
});
