import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type LuccaSimulator,
  startLuccaSimulator,
  startTargetSimulator,
  type TargetSimulator,
} from '../../src/testing/index.js';
import { openWorkplace, type Workplace } from './command.js';

const NOW = '2026-11-20T10:00:00Z';

describe('lucca-scim with plans that are kept', () => {
  let lucca: LuccaSimulator;
  let target: TargetSimulator;
  let place: Workplace;

  beforeEach(async () => {
    lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
    target = await startTargetSimulator();
    place = openWorkplace();
    place.write('bridge.yaml', {
      lucca: { address: lucca.url, apiKey: '${LUCCA_API_KEY}' },
      targets: {
        travel: { url: target.url, token: '${TRAVEL_TOKEN}', scope: { departments: ['Ventes'] } },
      },
    });
  });
  afterEach(async () => {
    place.clear();
    await Promise.all([lucca.close(), target.close()]);
  });

  const run = (...args: string[]) =>
    place.run(args, { LUCCA_API_KEY: lucca.apiKey, TRAVEL_TOKEN: 'target-token' });
  const push = (...args: string[]) => run('push', '--at', NOW, '--ahead', ...args);
  const active = () => target.users().filter((user) => user.active === true).length;

  it('plan --out writes a document and a spreadsheet, for nobody else to read', async () => {
    const { code, stdout } = await run('plan', '--at', NOW, '--out', 'plan.json', 'plan.xlsx');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Written to plan\.json\.\nWritten to plan\.xlsx\./);
    const file = join(place.folder, 'plan.json');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      format: 'lucca-scim-plan',
      version: 1,
      plans: [{ plan: { target: 'travel' } }],
    });
    expect(readFileSync(join(place.folder, 'plan.xlsx')).subarray(0, 2).toString()).toBe('PK');
  });

  it('push --plan applies the rows of the file, and refuses one that was changed', async () => {
    await run('plan', '--at', NOW, '--out', 'plan.json');
    const text = readFileSync(join(place.folder, 'plan.json'), 'utf8');
    place.write('forged.json', text.replaceAll('acme.example', 'evil.example'));
    const forged = await push('--plan', 'forged.json');
    expect(forged.code).toBe(3);
    expect(forged.stderr).toMatch(/^PLAN_TAMPERED: .*\n {2}→ \S/m);
    expect(target.users()).toEqual([]);

    lucca.edit.leave(107, { lastDay: '2026-11-10' });
    const { code, stdout } = await push('--plan', 'plan.json');
    expect(code).toBe(3);
    expect(stdout).toMatch(/PLAN_ROW_STALE/);
    expect(stdout).toMatch(/stale: .* \(create-user:.*\): it is left out now: INACTIVE_NEVER_PROVISIONED/);
    expect(active()).toBe(7);
  });

  it('approve lets a plan over budget through, once', async () => {
    await push();
    const ids = [107, 110, 111, 119, 129, 130];
    for (const id of ids) lucca.edit.leave(id, { lastDay: '2026-11-18' });
    const refused = await push();
    expect(refused.code).toBe(3);
    const hash = /lucca-scim approve ([0-9a-f]{12})/.exec(refused.stdout)?.[1] ?? '';
    const approved = await run('approve', hash, '--by', 'ines', '--expires', '2h');
    expect(approved.stdout).toMatch(/^Approved for travel, by ines, once, until /);
    const passed = await push();
    expect(passed.stdout).toContain('travel: approved by ines at ');
    expect(passed.code).toBe(0);
    expect(active()).toBe(2);
    expect((await run('approve', 'ffffffffffff')).stderr).toMatch(/^PLAN_UNKNOWN: /m);
  });

  it('push --person shows each step of one person', async () => {
    const { code, stdout } = await push('--person', '107');
    expect(code).toBe(0);
    expect(target.users()).toHaveLength(1);
    for (const step of ['read', 'matched', 'resolved', 'planned', 'sent', 'answered'])
      expect(stdout).toMatch(new RegExp(`^${step} +\\S`, 'm'));
    expect(stdout).toMatch(/^sent +POST \/Users\nanswered +201/m);
    // What is said of others is not for whoever asks for one person.
    expect(stdout).not.toMatch(/^ +person (?!107:)/m);
    expect((await run('plan', '--at', NOW)).stdout).toMatch(/^ +person (?!107:)/m);
  });

  it('push --at is refused far ahead', async () => {
    const { code, stderr } = await run('push', '--at', '2126-01-01');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^INSTANT_AHEAD: /m);
    expect(target.requests).toEqual([]);
  });

  it('refuses what makes no sense', async () => {
    expect((await push('--plan', 'x.json', '--person', '107')).stderr).toMatch(/^USAGE: /m);
    expect((await push('--plan', 'nothing.json')).stderr).toMatch(/^PLAN_UNKNOWN: /m);
    const unwritable = await run('plan', '--at', NOW, '--out', 'no/such/folder/plan.json');
    expect(unwritable.stderr).toMatch(/^FILE_UNWRITABLE: /m);
    expect(existsSync(join(place.folder, 'no'))).toBe(false);
  });
});
