/** What the figures say of writes that are put off, and of a state that does not work. */
import { expect, it } from 'vitest';
import { type Failing, NOTHING_FAILS } from '../../../src/push/failing.js';
import { createMetrics } from '../../../src/serve/oversight/metrics.js';

const health = async () => ({ lastSuccess: null }) as never;

it('figures name what fails on each target, and since when the oldest has', async () => {
  const failing = new Map<string, Failing>([
    ['travel', { people: 2, groups: 0, memberships: 1, since: '2026-11-20T08:00:00.000Z' }],
    ['chat', NOTHING_FAILS],
  ]);
  const bridge = { health, openConflicts: async () => 0, failing: async () => failing };
  const { read } = createMetrics(
    { path: '/metrics' },
    { tenants: () => [{ tenant: 'acme', bridge }], waiting: async () => ({}), broken: () => 0 },
  );
  const lines = (await read()).split('\n').filter((line) => /^lucca_scim_target_failing/.test(line));
  expect(lines).toEqual([
    'lucca_scim_target_failing{tenant="acme",target="travel",kind="person"} 2',
    'lucca_scim_target_failing{tenant="acme",target="travel",kind="group"} 0',
    'lucca_scim_target_failing{tenant="acme",target="travel",kind="membership"} 1',
    'lucca_scim_target_failing{tenant="acme",target="chat",kind="person"} 0',
    'lucca_scim_target_failing{tenant="acme",target="chat",kind="group"} 0',
    'lucca_scim_target_failing{tenant="acme",target="chat",kind="membership"} 0',
    `lucca_scim_target_failing_since_timestamp_seconds{tenant="acme",target="travel"} ${Date.parse('2026-11-20T08:00:00.000Z') / 1_000}`,
  ]);
});

it('figures are given while the state cannot be read, without those that need it', async () => {
  let asked = 0;
  const away = () => Promise.reject(new Error('no database'));
  const health = async () => {
    asked += 1;
    return { lastSuccess: null, storeFault: { code: 'STORE_UNAVAILABLE', remedy: '', since: '' } } as never;
  };
  const broken = { tenant: 'acme', bridge: { health, openConflicts: away, failing: away } };
  const well = {
    tenant: 'globex',
    bridge: {
      health: async () => ({ lastSuccess: null, storeFault: null }) as never,
      openConflicts: async () => 3,
      failing: async () => new Map(),
    },
  };
  const { read } = createMetrics(
    { path: '/metrics' },
    { tenants: () => [broken, well], waiting: away, broken: () => 0 },
  );
  const lines = (await read()).split('\n').filter((line) => !line.startsWith('#') && line !== '');
  expect(lines.sort()).toEqual([
    'lucca_scim_open_conflicts{tenant="globex"} 3',
    'lucca_scim_store_failing{tenant="acme"} 1',
    'lucca_scim_store_failing{tenant="globex"} 0',
    'lucca_scim_tenants{state="broken"} 0',
    'lucca_scim_tenants{state="served"} 2',
  ]);
  expect(asked).toBe(1);
});
