import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { GROUP, USER } from '../../src/scim/schema.js';
import {
  type LuccaSimulator,
  startLuccaSimulator,
  startTargetSimulator,
  type TargetSimulator,
} from '../../src/testing/index.js';
import { openWorkplace, type Workplace } from './command.js';

const NOW = '2026-11-20T10:00:00Z';

describe('lucca-scim', () => {
  let lucca: LuccaSimulator;
  let target: TargetSimulator;
  let place: Workplace;
  let environment: Record<string, string>;

  beforeEach(async () => {
    lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
    target = await startTargetSimulator();
    place = openWorkplace();
    environment = { LUCCA_API_KEY: lucca.apiKey, TRAVEL_TOKEN: 'target-token' };
    configure();
  });
  afterEach(async () => {
    place.clear();
    await Promise.all([lucca.close(), target.close()]);
  });

  /** bridge.yaml for the simulators: the people of Sales unless told otherwise, none of whom lacks anything. */
  function configure(travel: object = {}, further: object = {}): void {
    place.write('bridge.yaml', {
      lucca: { address: lucca.url, apiKey: '${LUCCA_API_KEY}' },
      targets: {
        travel: {
          url: target.url,
          token: '${TRAVEL_TOKEN}',
          scope: { departments: ['Ventes'] },
          ...travel,
        },
      },
      ...further,
    });
  }

  const run = (...args: string[]) => place.run(args, environment);
  const writes = () => target.requests.filter(({ method }) => method !== 'GET').length;

  it('check says what the key may see and what the target supports', async () => {
    const full = await run('check');
    expect(full.code).toBe(0);
    expect(full.stdout).toMatch(/✓ people: 36/);
    expect(full.stdout).toMatch(/Target travel\n.*✓ PATCH: yes/);

    lucca.setRights({ apiKey: { axes: false } });
    const { code, stdout } = await run('check');
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ cost centres: .*\n +→ \S/);
    expect(writes()).toBe(0);
  });

  describe('translate', () => {
    const statusOf = (resource: unknown) => {
      const { active, externalId } = resource as JsonObject;
      return { externalId, active };
    };

    it('--json prints one SCIM resource a line', async () => {
      const resources = (await run('translate', '--json', '--at', NOW)).json() as JsonObject[];
      const count = (urn: string) =>
        resources.filter(({ schemas }) => (schemas as string[]).includes(urn)).length;
      expect([count(USER), count(GROUP), resources.length]).toEqual([36, 39, 75]);
    });

    it('--person prints one of them', async () => {
      const { code, stdout } = await run('translate', '--person', '103', '--at', NOW);
      expect(code).toBe(0);
      expect(stdout).toContain('active: contract since 2024-02-01, Europe/Paris');
      expect(stdout).toContain('"userName": "ada.martin@acme.example"');

      expect((await run('translate', '--person', '9999')).stderr).toMatch(/^PERSON_UNKNOWN: .*\n {2}→ \S/m);
    });

    it('--at judges every date as of then', async () => {
      const at = async (instant: string, person: string) =>
        statusOf((await run('translate', '--json', '--person', person, '--at', instant)).json()[0]);
      // A planned leaver, whose last day is 31 December, and a joiner of 4 January.
      expect(await at('2026-12-31', '119')).toEqual({ externalId: '119', active: true });
      expect(await at('2027-01-01T00:00:00+01:00', '119')).toEqual({ externalId: '119', active: false });
      expect(await at('2027-01-03T23:59:59+01:00', '118')).toEqual({ externalId: '118', active: false });
      expect(await at('2027-01-04T00:00:00+01:00', '118')).toEqual({ externalId: '118', active: true });
    });

    it('asks no target', async () => {
      await run('translate', '--at', NOW);
      expect(target.requests).toEqual([]);
    });
  });

  it('plan shows who would be created and writes nothing', async () => {
    const { code, stdout } = await run('plan', '--at', NOW);
    expect(code).toBe(0);
    expect(stdout).toContain('+ Étienne Du Vallon  contract since 2013-10-01, Europe/Paris');
    expect(stdout).not.toContain('Ada Martin');
    expect(writes()).toBe(0);
  });

  it('plan --at shows what would be done then', async () => {
    await run('push', '--ahead', '--at', NOW);
    const { stdout } = await run('plan', '--at', '2027-01-01');
    expect(stdout).toContain('- Étienne Du Vallon  contract ended 2026-12-31, Europe/Paris');
    const later = await run('plan', '--at', '2027-02-01');
    expect(later.stdout).toContain('+ Loïc Coëtmeur  contract since 2027-02-01, Europe/Paris');
  });

  it('push does it, and the next push asks the target nothing', async () => {
    const first = await run('push', '--ahead', '--at', NOW, '--json');
    expect(first.code).toBe(0);
    expect(first.json()).toMatchObject([
      { targets: [{ target: 'travel', result: { failed: 0 }, error: null }] },
    ]);
    const pushed = target.users().map(({ externalId }) => Number(externalId));
    expect(pushed.sort()).toEqual([107, 110, 111, 119, 121, 129, 130, 131]);

    target.forgetRequests();
    const second = await run('push', '--ahead', '--at', NOW);
    expect(second.code).toBe(0);
    expect(second.stdout).toContain('travel: 0 done, 0 failed; 0 writes and 0 reads sent');
    expect(target.requests).toEqual([]);
  });

  it('exits with 1 when some people cannot be pushed, and pushes the others', async () => {
    configure({ scope: {} });
    const { code, stdout } = await run('push', '--ahead', '--at', NOW);
    expect(code).toBe(1);
    expect(stdout).toMatch(/MISSING_EMAIL/);
    expect(stdout).toMatch(/DUPLICATE_USERNAME/);
    expect(target.users()).toHaveLength(28);
  });

  it('exits with 3 when a plan is over its budget, and does nothing of that kind', async () => {
    await run('push', '--ahead', '--at', NOW);
    const active = () => target.users().filter((user) => user.active === true).length;
    const before = active();
    for (const id of [107, 110, 111, 119, 129, 130]) lucca.edit.leave(id, { lastDay: '2026-11-18' });

    expect((await run('plan', '--at', NOW)).code).toBe(3);
    const { code, stdout } = await run('push', '--ahead', '--at', NOW);
    expect(code).toBe(3);
    expect(stdout).toMatch(/BUDGET_EXCEEDED: .*6 deactivations of leavers of \d+ \(limit 5\).*\n +→ \S/);
    expect(active()).toBe(before);

    // Raising ends at half of what there is; beyond that, somebody has to look.
    configure({ budget: { leavers: { absolute: 10 } } });
    const plan = await run('plan', '--at', NOW);
    expect(plan.code).toBe(3);
    const hash = /^Plan ([0-9a-f]{64})$/m.exec(plan.stdout)?.[1] ?? '';
    expect((await run('approve', hash, '--by', 'ines')).code).toBe(0);
    expect((await run('push', '--ahead', '--at', NOW)).code).toBe(0);
    expect(active()).toBe(before - 6);
  });

  it('logs no secret and no personal data, even when asked for every detail', async () => {
    const chatty = { ...environment, LUCCA_SCIM_LOG: 'debug' };
    const { stderr } = await place.run(['push', '--ahead', '--at', NOW], chatty);
    expect(stderr).toContain('"msg":"exchange"');
    for (const secret of [lucca.apiKey, 'target-token', '@', 'Vallon', 'VALLON', '%40'])
      expect(stderr).not.toContain(secret);
  });
});
