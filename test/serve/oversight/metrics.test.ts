/** What the figures say of writes that are put off: how many there are on each target, and since when. */
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
  const { registry } = createMetrics(
    { path: '/metrics' },
    { tenants: () => [{ tenant: 'acme', bridge }], waiting: async () => ({}), broken: () => 0 },
  );
  const lines = (await registry.metrics())
    .split('\n')
    .filter((line) => /^lucca_scim_target_failing/.test(line));
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
