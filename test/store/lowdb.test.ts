import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LowdbOptions, openLowdbStore } from '../../src/store/lowdb.js';
import type { Collection, Store } from '../../src/store/store.js';
import { all, type Card, card, cardIndexes, describeStore } from './contract.js';
import { filesIn, temporaryFolder } from './folders.js';

describeStore('the lowdb store', async () => openLowdbStore({ folder: await temporaryFolder() }));

const cards = (store: Store): Collection<Card> => store.collection('acme', 'cards', cardIndexes);

async function within<T>(options: LowdbOptions, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openLowdbStore(options);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

describe('the lowdb store: what lasts', () => {
  it('has everything again after it was closed and opened', async () => {
    const folder = await temporaryFolder();
    await within({ folder }, async (store) => {
      await cards(store).put([card('a', 'Ada', ['ada@acme.example']), card('b')]);
      await cards(store).delete(['b']);
      await store.collection('globex', 'groups').put([card('g')]);
    });
    await within({ folder }, async (store) => {
      expect(await all(cards(store).list())).toEqual([
        { ...card('a', 'Ada', ['ada@acme.example']), version: 1 },
      ]);
      expect(await cards(store).find('mail', 'ada@acme.example')).toHaveLength(1);
      expect(await store.collection('globex', 'groups').count()).toBe(1);
    });
  });

  it('has everything again after its process was killed, without closing', async () => {
    const folder = await temporaryFolder();
    const store = await openLowdbStore({ folder });
    await cards(store).put([card('a')]);
    const copy = `${folder}-as-the-disk-had-it`;
    await fs.cp(folder, copy, { recursive: true });
    await store.close();
    await fs.rm(path.join(copy, 'lock'));
    await within({ folder: copy }, async (reopened) => expect(await cards(reopened).get('a')).toBeDefined());
  });

  it('keeps personal data away from other users of the machine', async () => {
    const folder = await temporaryFolder();
    await within({ folder }, async (store) => {
      await cards(store).put([card('a')]);
      await store.compact();
      await cards(store).put([card('b')]);
    });
    for (const name of await filesIn(folder)) {
      expect([name, (await fs.stat(path.join(folder, name))).mode & 0o777]).toEqual([name, 0o600]);
    }
    expect((await fs.stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('rewrites only the shards whose records changed', async () => {
    const folder = await temporaryFolder();
    const ids = Array.from({ length: 500 }, (_, at) => `person-${at}`);
    await within({ folder }, async (store) => {
      const stored = await cards(store).put(ids.map((id) => card(id)));
      await store.compact();
      const modified = async (): Promise<Map<string, number>> =>
        new Map(
          await Promise.all(
            (await filesIn(path.join(folder, 'data')))
              .filter((name) => name.endsWith('.json'))
              .map(
                async (name) =>
                  [name, (await fs.stat(path.join(folder, 'data', name))).ino] as [string, number],
              ),
          ),
        );
      const before = await modified();
      expect(before.size).toBeGreaterThan(150);
      await cards(store).put(stored.slice(0, 1));
      await store.compact();
      const after = await modified();
      expect([...after].filter(([name, inode]) => before.get(name) !== inode)).toHaveLength(1);
    });
  });

  it('brings the snapshot up to date by itself when the journal has grown, and goes on acknowledging', async () => {
    const folder = await temporaryFolder();
    await within({ folder, compactAfterBytes: 2_000 }, async (store) => {
      for (let at = 0; at < 300; at += 1) await cards(store).put([card(`c${at}`)]);
    });
    expect((await filesIn(folder)).some((name) => name.startsWith('data'))).toBe(true);
    await within({ folder }, async (store) => expect(await cards(store).count()).toBe(300));
  });

  it('loses nothing when it is closed while a snapshot is being written', async () => {
    const folder = await temporaryFolder();
    const store = await openLowdbStore({ folder });
    await cards(store).put(Array.from({ length: 500 }, (_, at) => card(`person-${at}`)));
    const snapshot = store.compact();
    await Promise.all([store.close(), expect(snapshot).rejects.toMatchObject({ code: 'STORE_CLOSED' })]);
    await within({ folder }, async (reopened) => expect(await cards(reopened).count()).toBe(500));
  });

  it('a deleted person leaves no trace after a snapshot that forgets', async () => {
    const folder = await temporaryFolder();
    await within({ folder }, async (store) => {
      await cards(store).put([card('a', 'Marguerite'), card('b', 'Bob')]);
      await store.compact();
      await cards(store).delete(['a']);
      await store.compact({ forget: true });
      for (const name of await filesIn(folder)) {
        expect(await fs.readFile(path.join(folder, name), 'utf8')).not.toContain('Marguerite');
      }
      expect(await cards(store).get('b')).toBeDefined();
    });
  });

  it('behaves like a map under any sequence of writes, deletes, snapshots and reopenings', async () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'é');
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), id, name: fc.string() }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), id }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), forget: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'bridge-store-'));
        let store = await openLowdbStore({ folder });
        const model = new Map<string, Card>();
        for (const each of steps) {
          if (each.do === 'put') {
            const version = model.get(each.id)?.version ?? 0;
            const [stored] = await cards(store).put([{ ...card(each.id, each.name), version }]);
            if (stored) model.set(each.id, stored);
          } else if (each.do === 'delete') {
            await cards(store).delete([each.id]);
            model.delete(each.id);
          } else if (each.do === 'compact') {
            await store.compact({ forget: each.forget });
          } else {
            await store.close();
            store = await openLowdbStore({ folder });
          }
        }
        expect(await all(cards(store).list())).toEqual(
          [...model.values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
        );
        await store.close();
        await fs.rm(folder, { recursive: true });
      }),
      { numRuns: 25 },
    );
  });
});
