import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const IDP_TOKEN = 'an-idp-token-0123456789';

/** The program of the page, importing the sources instead of the installed package. */
function writeProgram(): { file: string; lines: number } {
  const page = readFileSync(join(ROOT, 'docs/embedding.md'), 'utf8');
  const code = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const folder = join(ROOT, 'node_modules/.cache/lucca-scim-bridge');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `embedding-${process.pid}.mts`);
  writeFileSync(file, code.replace("'lucca-scim-bridge'", JSON.stringify(join(ROOT, 'src/index.ts'))));
  return { file, lines: code.trimEnd().split('\n').length };
}

describe('the program on the page about embedding', () => {
  let lucca: LuccaSimulator;
  let state: string;
  const program = writeProgram();
  beforeAll(async () => {
    lucca = await startLuccaSimulator({ quota: { enforced: false } });
    state = mkdtempSync(join(tmpdir(), 'embedding-'));
  });
  afterAll(async () => {
    await lucca.close();
    rmSync(state, { recursive: true, force: true });
    rmSync(program.file);
  });

  it('is short', () => {
    expect(program.lines).toBeLessThanOrEqual(36);
  });

  it('serves Lucca people over SCIM, takes a sign-in, and stops when asked', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', program.file], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        LUCCA_ADDRESS: lucca.url,
        LUCCA_API_KEY: lucca.apiKey,
        IDP_TOKEN,
        ADMIN_TOKEN: 'an-admin-token-0123456789',
        PORT: '0',
        STATE_FOLDER: state,
      },
    });
    const exited = once(child, 'exit');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const url = `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`;

    const asIdp = { headers: { Authorization: `Bearer ${IDP_TOKEN}` } };
    const list = await (await fetch(`${url}/scim/v2/Users?count=1`, asIdp)).json();
    expect(list).toMatchObject({ totalResults: expect.any(Number), itemsPerPage: 1 });
    expect((list as { totalResults: number }).totalResults).toBeGreaterThan(20);

    const claims = {
      sub: 'p-1',
      email: 'noemie.saintaubin@acme.example',
      email_verified: true,
      family_name: 'Martin',
    };
    const signedIn = await fetch(`${url}/signed-in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(claims),
    });
    expect(await signedIn.json()).toMatchObject({ outcome: 'kept' });

    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});
