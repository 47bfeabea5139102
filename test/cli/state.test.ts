import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/index.js';
import { openWorkplace, type Workplace } from './command.js';

interface Line {
  collection: string;
  record: { id: string };
}

describe('lucca-scim state and people erase', () => {
  let lucca: LuccaSimulator;
  let place: Workplace;
  let environment: Record<string, string>;

  beforeEach(async () => {
    lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
    place = openWorkplace();
    environment = { LUCCA_API_KEY: lucca.apiKey };
    const config = { tenant: 'acme', lucca: { address: lucca.url, apiKey: '${LUCCA_API_KEY}' } };
    place.write('bridge.yaml', config);
    place.write('other.yaml', { ...config, state: 'other-state' });
  });
  afterEach(async () => {
    place.clear();
    await lucca.close();
  });

  const run = (...args: string[]) => place.run(args, environment);

  it('before the first run say that there is no state', async () => {
    for (const command of ['verify', 'export']) {
      const { code, stderr } = await run('state', command);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('STORE_MISSING') });
    }
  });

  it('say how to go on with a damaged state, and it works', async () => {
    expect((await run('push')).code).toBe(0);
    expect((await run('state', 'backup', 'one.jsonl')).code).toBe(0);
    // The journal alone would bring the snapshot back, and the snapshot is complete without it.
    const damage = () => {
      for (const folder of ['journal', 'data/acme/people'])
        rmSync(join(place.folder, '.lucca-scim', folder), { recursive: true });
    };

    expect((await run('state', 'salvage')).stdout).toContain('nothing to salvage');
    damage();
    const refused = await run('push');
    expect(refused.stderr).toMatch(/STORE_DAMAGED.*\n.*state restore FILE --replace.*state salvage/);
    expect((await run('state', 'restore', 'one.jsonl')).stderr).toContain('STORE_DAMAGED');
    const restored = await run('state', 'restore', 'one.jsonl', '--replace');
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('damaged-1') });
    expect((await run('push')).code).toBe(0);

    damage();
    const salvaged = await run('state', 'salvage');
    expect(salvaged).toMatchObject({ code: 0, stdout: expect.stringContaining('damaged-2') });
    expect((await run('state', 'verify')).stdout).toContain('The state is sound.');
    expect((await run('push')).code).toBe(0);
  }, 120_000);

  it('move nothing out of a folder without a state, and something into one whose state is damaged', async () => {
    const missing = await run('state', 'migrate', '--to', 'other.yaml', '--replace');
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('STORE_MISSING') });
    expect((await run('push')).code).toBe(0);
    expect((await run('state', 'migrate', '--to', 'other.yaml')).code).toBe(0);
    rmSync(join(place.folder, 'other-state/data'), { recursive: true });

    const refused = await run('state', 'migrate', '--to', 'other.yaml');
    expect(refused.stderr).toMatch(/STORE_DAMAGED.*\n.*--replace.*kept aside/);
    const moved = await run('state', 'migrate', '--to', 'other.yaml', '--replace');
    expect(moved).toMatchObject({ code: 0, stdout: expect.stringContaining('other-state/damaged-1') });
    const verified = await run('state', 'verify', '--config', 'other.yaml');
    expect(verified.stdout).toContain('The state is sound.');
    const records = async (file: string) => (await run('state', 'export', '--config', file)).stdout;
    expect(await records('other.yaml')).toBe(await records('bridge.yaml'));
  }, 120_000);

  it('back up, erase, restore without the erased person, and move to another folder', async () => {
    expect((await run('push')).code).toBe(0);
    expect((await run('state', 'verify')).stdout).toContain('The state is sound.');
    expect((await run('state', 'backup', 'one.jsonl')).code).toBe(0);
    expect((await run('state', 'backup', 'one.jsonl')).code).toBe(2);

    const before = (await run('state', 'export')).json() as Line[];
    const id = before.find(({ collection }) => collection === 'people')?.record.id ?? '';
    const refused = await run('people', 'erase', id);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/PERSON_STILL_IN_LUCCA.*\n.*force/);
    const erased = await run('people', 'erase', id, '--force', '--json');
    expect(erased.code).toBe(0);
    expect(erased.json()).toMatchObject([
      { receipt: { backups: [{ file: expect.stringMatching(/one\.jsonl$/) }] } },
    ]);

    expect((await run('state', 'restore', 'one.jsonl')).stderr).toContain('STATE_NOT_EMPTY');
    const restored = await run('state', 'restore', 'one.jsonl', '--replace');
    expect(restored.stdout).toContain('1 people who were erased since then stay erased.');
    expect((await run('state', 'migrate', '--to', 'other.yaml')).code).toBe(0);
    expect((await run('state', 'verify', '--config', 'other.yaml')).code).toBe(0);
    const moved = await run('state', 'export', '--config', 'other.yaml');
    expect(moved.stdout).not.toContain(id);
    const count = (lines: Line[], of: string) => lines.filter(({ collection }) => collection === of).length;
    const after = moved.json() as Line[];
    expect(count(after, 'people')).toBe(count(before, 'people') - 1);
    expect(count(after, 'erasures')).toBe(1);

    place.write('receipts.jsonl', erased.stdout);
    place.write('empty.yaml', {
      tenant: 'acme',
      lucca: { address: 'acme', apiKey: '${LUCCA_API_KEY}' },
      state: 'third',
    });
    const third = await run(
      'state',
      'restore',
      'one.jsonl',
      '--receipts',
      'receipts.jsonl',
      '-c',
      'empty.yaml',
    );
    expect(third.stdout).toContain('1 people');
  }, 120_000);

  it('are for all tenants of a process, whatever is wrong with the file of one', async () => {
    mkdirSync(join(place.folder, 'tenants'));
    place.write('all.yaml', { tenants: 'tenants', state: 'all' });
    place.write('moved.yaml', { tenants: 'elsewhere', state: 'moved' });
    for (const name of ['acme', 'globex']) {
      place.write(`tenants/${name}.yaml`, { lucca: { address: lucca.url, apiKey: '${LUCCA_API_KEY}' } });
      expect((await run('push', '-c', `all.yaml#${name}`)).code).toBe(0);
    }
    place.write('tenants/globex.yaml', 'lucca: [');
    const records = async (file: string) => (await run('state', 'export', '-c', file)).stdout;
    const before = await records('all.yaml');
    expect(before).toContain('"tenant":"acme"');
    expect(before).toContain('"tenant":"globex"');

    for (const args of [
      ['backup', 'acme.jsonl', '-c', 'all.yaml#acme'],
      ['restore', 'acme.jsonl', '--replace', '-c', 'all.yaml#acme'],
      ['migrate', '--to', 'all.yaml#acme', '--replace', '-c', 'bridge.yaml'],
      ['verify', '-c', 'all.yaml#acme'],
      ['export', '-c', 'all.yaml#acme'],
      ['salvage', '-c', 'all.yaml#acme'],
    ]) {
      const { code, stderr } = await run('state', ...args);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/^TENANT_NAMED.*\n.*Leave/),
      });
    }
    expect((await run('state', 'backup', 'all.jsonl', '-c', 'all.yaml')).code).toBe(0);
    expect((await run('state', 'restore', 'all.jsonl', '--replace', '-c', 'all.yaml')).code).toBe(0);
    expect((await run('state', 'verify', '-c', 'all.yaml')).stdout).toContain('The state is sound.');
    expect((await run('state', 'salvage', '-c', 'all.yaml')).stdout).toContain('nothing to salvage');
    expect((await run('state', 'migrate', '--to', 'moved.yaml', '-c', 'all.yaml')).code).toBe(0);
    expect([await records('all.yaml'), await records('moved.yaml')]).toEqual([before, before]);
  }, 120_000);
});
