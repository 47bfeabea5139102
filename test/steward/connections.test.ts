import { expect, it } from 'vitest';
import { type ConnectionRecord, openConnections } from '../../src/steward/connections.js';
import { createMemoryStore } from '../../src/store/memory.js';

const DAY = 86_400_000;

it('what one process hears of an IdP the others know too, without a restart', async () => {
  const store = createMemoryStore();
  let now = Date.parse('2026-11-01T08:00:00.000Z');
  const problems: unknown[] = [];
  const open = () =>
    openConnections({
      collection: store.collection<ConnectionRecord>('acme', 'connections'),
      follow: (listener) => store.watch('acme', (changes) => listener(changes.map(({ id }) => id))),
      isConnected: () => true,
      staleAfterDays: 14,
      now: () => now,
      onProblem: (problem) => problems.push(problem),
    });
  const [one, other] = await Promise.all([open(), open()]);
  one.heard('idp:okta');
  await one.settled();
  await other.settled();
  now += 15 * DAY;
  expect([...other.silent()]).toEqual([['idp:okta', '2026-11-01T08:00:00.000Z']]);
  one.heard('idp:okta');
  await one.settled();
  await other.settled();
  expect([...other.silent()]).toEqual([]);

  other.close();
  now += 15 * DAY;
  one.heard('idp:okta');
  await one.settled();
  await other.settled();
  expect([...other.silent().keys()]).toEqual(['idp:okta']);
  expect(problems).toEqual([]);
});
