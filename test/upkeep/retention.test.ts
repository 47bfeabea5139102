import { describe, expect, it } from 'vitest';
import { retentionSchema } from '../../src/config/retention-schema.js';
import type { Conflict } from '../../src/identity/conflicts.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Store, StoredRecord } from '../../src/store/store.js';
import { retire } from '../../src/upkeep/retention.js';
import { BOB, TENANT } from './company.js';

const retention = retentionSchema.parse({ runs: 30, plans: 20, conflicts: 10 });
const daysAfter = (days: number) => new Date(Date.UTC(2026, 0, 1) + days * 86_400_000).toISOString();
const START = daysAfter(0);

const ids = async (store: Store, collection: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const { id } of store.collection(TENANT, collection).list()) found.push(id);
  return found;
};

function conflict(state: Conflict['state'], closedAt: string | null): Conflict {
  const resolution = closedAt === null ? null : { by: 'x', at: closedAt, person: null };
  return {
    id: state,
    version: 0,
    kind: 'same-email',
    source: null,
    sourceId: null,
    on: 'workEmail',
    people: [BOB],
    state,
    openedAt: START,
    resolution,
  };
}

describe('records of what was done', () => {
  it('stay for as many days as configured, and not longer', async () => {
    const store = createMemoryStore();
    for (const collection of ['runs', 'syncs']) {
      const records = [0, 1, 2].map((day) => ({ id: `day ${day}`, version: 0, endedAt: daysAfter(day) }));
      await store.collection<StoredRecord>(TENANT, collection).put(records);
    }
    expect(await retire(store, TENANT, retention, daysAfter(30))).toEqual({});
    expect(await retire(store, TENANT, retention, daysAfter(31))).toEqual({ runs: 1, syncs: 1 });
    expect(await ids(store, 'runs')).toEqual(['day 1', 'day 2']);
    expect(await retire(store, TENANT, retention, daysAfter(400))).toEqual({ runs: 2, syncs: 2 });
  });

  it('plans go earlier than the runs that they led to; a run that was killed counts from its start', async () => {
    const store = createMemoryStore();
    const put = (collection: string, record: object) =>
      store.collection<StoredRecord>(TENANT, collection).put([{ id: collection, version: 0, ...record }]);
    await put('plans', { madeAt: START });
    await put('approvals', { expiresAt: START });
    await put('runs', { startedAt: START, endedAt: null });
    expect(await retire(store, TENANT, retention, daysAfter(21))).toEqual({ plans: 1 });
    expect(await retire(store, TENANT, retention, daysAfter(31))).toEqual({ runs: 1, approvals: 1 });
  });

  it('of other tenants stay', async () => {
    const store = createMemoryStore();
    const old = { id: 'old', version: 0, endedAt: START };
    await store.collection<StoredRecord>('globex', 'runs').put([old]);
    await retire(store, TENANT, retention, daysAfter(400));
    expect(await store.collection('globex', 'runs').count()).toBe(1);
  });

  it('conflicts go when they are settled; open ones stay, and dismissed ones, which would be asked again', async () => {
    const store = createMemoryStore();
    await store
      .collection<Conflict>(TENANT, 'conflicts')
      .put([
        conflict('open', null),
        ...(['linked', 'dismissed', 'gone'] as const).map((state) => conflict(state, START)),
      ]);
    await retire(store, TENANT, retention, daysAfter(10));
    expect(await ids(store, 'conflicts')).toEqual(['dismissed', 'gone', 'linked', 'open']);
    await retire(store, TENANT, retention, daysAfter(11));
    expect(await ids(store, 'conflicts')).toEqual(['dismissed', 'open']);
  });
});
