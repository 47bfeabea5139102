import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/json.js';
import { openLowdbStore } from '../../src/store/lowdb.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Collection, Store, StoredRecord } from '../../src/store/store.js';
import { openState } from '../../src/sync/state.js';
import { type EraseContext, erasePerson } from '../../src/upkeep/erase.js';
import { type Erasure, erasuresOf, hashId, listErasures } from '../../src/upkeep/erasures.js';
import { forget, mentionsOf } from '../../src/upkeep/forget.js';
import { AT, BOB, fillCompany, MARGUERITE, NOW, person, TENANT, TRACES } from './company.js';
import { openFolder, readAll } from './folder.js';

function context(store: Store): EraseContext {
  return {
    store,
    tenant: TENANT,
    people: openState(store, TENANT).people,
    erasures: erasuresOf(store, TENANT),
    backups: async () => [
      { file: '/backups/before', takenAt: '2026-01-01T00:00:00.000Z', records: 1, sha256: '' },
      { file: '/backups/since', takenAt: NOW, records: 9, sha256: '' },
    ],
    now: () => NOW,
    newId: () => 'receipt-1',
  };
}

const forced = { by: 'cli:ines', force: true };

describe('erasing a person', () => {
  it('leaves no trace in the files of the state, journal and earlier snapshots included', async () => {
    const folder = path.join(await openFolder(), 'state');
    const store = await openLowdbStore({ folder });
    await fillCompany(store);
    await store.compact();
    await erasePerson(context(store), MARGUERITE, forced);
    const text = await readAll(folder);
    await store.close();
    expect(TRACES.filter((trace) => text.toLowerCase().includes(trace.toLowerCase()))).toEqual([]);
    expect(text).toContain('Bob');
  });

  it('leaves everybody else as they were', async () => {
    const store = createMemoryStore();
    await fillCompany(store);
    const collection = (name: string) => store.collection<StoredRecord>(TENANT, name);
    const before = await collection('runs').get(`${AT} travel`);
    await erasePerson(context(store), MARGUERITE, forced);
    expect(await collection('runs').get(`${AT} travel`)).toBe(before);
    expect(await collection('people').get(BOB)).toMatchObject({
      assertions: { lucca: { attributes: { title: 'Buyer' } }, 'idp:okta': { sourceId: '00u-bob' } },
      links: { travel: { targetId: 'account-bob' } },
    });
    expect(await collection('lucca-groups').get('sales')).toMatchObject({ members: [BOB] });
    expect(await collection('idp-groups').get('admins/000000')).toMatchObject({ members: [BOB] });
    expect(await collection('groups').get('sales')).toMatchObject({
      links: { travel: { members: ['account-bob'], doubts: { 'account-bob': { verb: 'refused' } } } },
    });
    expect(await collection('plans').get('travel 1')).toBeUndefined();
    expect(await collection('plans').get('travel 2')).toMatchObject({ version: 1 });
    expect(await collection('reports').get('report-1')).toMatchObject({
      rows: [{ person: BOB }],
      byPerson: { [BOB]: 'Bob' },
    });
  });

  it('gives a receipt that says what went where and names nobody, and keeps it', async () => {
    const store = createMemoryStore();
    await fillCompany(store);
    const { receipt, accounts } = await erasePerson(context(store), MARGUERITE, forced);
    expect(receipt).toEqual({
      id: 'receipt-1',
      version: 1,
      tenant: TENANT,
      at: NOW,
      by: 'cli:ines',
      ids: [MARGUERITE, '4711'].map((id) => hashId('receipt-1', TENANT, id)),
      removed: { people: 1, conflicts: 1, plans: 1 },
      shortened: { people: 1, groups: 1, 'lucca-groups': 1, 'idp-groups': 1, reports: 1 },
      accountsLeft: ['travel'],
      backups: [{ file: '/backups/since', takenAt: NOW }],
    });
    expect(TRACES.filter((trace) => JSON.stringify(receipt).includes(trace))).toEqual([]);
    expect(accounts).toEqual([{ target: 'travel', targetId: 'account-marguerite' }]);
    expect(await erasuresOf(store, TENANT).get('receipt-1')).toEqual(receipt);
  });

  it('refuses somebody whom Lucca still shows, and says why', async () => {
    const store = createMemoryStore();
    await fillCompany(store);
    const before = await store.holdings();
    await expect(erasePerson(context(store), MARGUERITE, { by: 'x', force: false })).rejects.toMatchObject({
      code: 'PERSON_STILL_IN_LUCCA',
      exitCode: 3,
      remedy: expect.stringContaining('Lucca'),
    });
    expect(await store.holdings()).toEqual(before);
  });

  it('needs no force once Lucca no longer shows the person', async () => {
    const store = createMemoryStore();
    const gone = person(MARGUERITE, 'Marguerite', '4711');
    const { people } = openState(store, TENANT);
    await people.put([{ ...gone, lucca: gone.lucca && { ...gone.lucca, missingSince: AT } }]);
    await erasePerson(context(store), MARGUERITE, { by: 'x', force: false });
    expect(await people.count()).toBe(0);
  });

  it('asked for again gives the receipt again, by the bridge id or the Lucca id', async () => {
    const store = createMemoryStore();
    await fillCompany(store);
    const { receipt } = await erasePerson(context(store), MARGUERITE, forced);
    for (const id of [MARGUERITE, '4711']) {
      expect(await erasePerson(context(store), id, forced)).toEqual({ receipt, accounts: [] });
    }
  });

  it('gives receipts of two people, or of two tenants, that have nothing in common', () => {
    const hashes = [
      hashId('receipt-1', TENANT, MARGUERITE),
      hashId('receipt-2', TENANT, MARGUERITE),
      hashId('receipt-1', 'other', MARGUERITE),
    ];
    expect(new Set(hashes).size).toBe(3);
  });

  it('of somebody unknown says so', async () => {
    await expect(erasePerson(context(createMemoryStore()), MARGUERITE, forced)).rejects.toMatchObject({
      code: 'PERSON_UNKNOWN',
    });
  });
});

describe('an erasure that is interrupted', () => {
  for (const isDone of [false, true]) {
    it(`at any write, ${isDone ? 'done but not answered' : 'not done'}, is finished by the next one`, async () => {
      const whole = createMemoryStore();
      await fillCompany(whole);
      const { receipt: expected } = await erasePerson(context(whole), MARGUERITE, forced);
      for (let fatal = 1; ; fatal += 1) {
        const folder = path.join(await openFolder(), 'state');
        const store = await openLowdbStore({ folder });
        await fillCompany(store);
        await store.compact();
        const dying = interruptible(store, { fatal, isDone });
        const error = await erasePerson(context(dying), MARGUERITE, forced).then(() => null, String);
        if (error === null) {
          await store.close();
          expect(fatal).toBeGreaterThan(8);
          return;
        }
        expect(error).toContain('interrupted');
        const { receipt } = await erasePerson(context(store), MARGUERITE, forced);
        const text = await readAll(folder);
        await store.close();
        expect({ ...receipt, version: 0 }).toEqual({ ...expected, version: 0 });
        expect(TRACES.filter((trace) => text.includes(trace))).toEqual([]);
        expect(await readReceipts(folder)).toEqual([receipt]);
      }
    });
  }
});

async function readReceipts(folder: string): Promise<Erasure[]> {
  const store = await openLowdbStore({ folder });
  const receipts = await listErasures(store);
  await store.close();
  return receipts;
}

/** A store that fails from a given write on. @param isDone the first that fails was done all the same */
function interruptible(store: Store, { fatal, isDone }: { fatal: number; isDone: boolean }): Store {
  let writes = 0;
  const failing =
    <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      writes += 1;
      if (writes < fatal) return write(...args);
      if (isDone && writes === fatal) await write(...args);
      throw new Error('interrupted');
    };
  return {
    ...store,
    holdings: () => store.holdings(),
    compact: failing((options) => store.compact(options)),
    collection(tenant, name, indexes) {
      const inner = store.collection(tenant, name, indexes) as Collection<never>;
      return Object.assign(Object.create(inner), {
        get: (id: string) => inner.get(id),
        list: () => inner.list(),
        put: failing((...args: Parameters<typeof inner.put>) => inner.put(...args)),
        delete: failing((ids: readonly string[]) => inner.delete(ids)),
      });
    },
  };
}

describe('what speaks of a person', () => {
  const mentions = mentionsOf(person(MARGUERITE, 'Marguerite', '4711'));
  const leaf = fc.oneof(fc.constantFrom(MARGUERITE, BOB, '4712', 'Buyer'), fc.integer(), fc.constant(null));
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('id', 'people', 'target', 'links', 'travel', MARGUERITE), tie('tree')),
    ) as fc.Arbitrary<JsonValue>,
  }));

  it('is gone from any record, and what does not speak of them is the same object', () => {
    fc.assert(
      fc.property(tree, (content) => {
        const record = { id: 'record', version: 1, content };
        const rest = forget(record, 'reports', mentions);
        if (!JSON.stringify(record).includes(MARGUERITE)) expect(rest).toBe(record);
        expect(JSON.stringify(rest ?? null)).not.toContain(MARGUERITE);
      }),
    );
  });

  it('takes a number for theirs only where a target was told of a manager', () => {
    const others = {
      id: 'bob',
      version: 1,
      assertions: { lucca: { attributes: { title: '4711', manager: { value: '4711' } } } },
      links: { travel: { sent: { title: '4711', manager: { value: 'account-bob' } } } },
    };
    expect(forget(others, 'people', mentions)).toBe(others);
  });

  it('does not take an account of the same id on another target for theirs', () => {
    const record = {
      id: 'plan',
      version: 1,
      target: 'expenses',
      operations: [{ targetId: 'account-marguerite' }],
    };
    expect(forget(record, 'reports', mentions)).toBe(record);
    expect(forget({ ...record, target: 'travel' }, 'reports', mentions)).toMatchObject({ operations: [] });
  });
});
