/** What every store does, whichever implementation it is. */
import { describe, expect, it } from 'vitest';
import type { Change, Collection, Store } from '../../src/store/store.js';

export interface Card {
  id: string;
  version: number;
  name: string;
  mails: readonly string[];
}

export const cardIndexes = (card: Card) => ({ name: [card.name], mail: card.mails });

export function card(id: string, name = id, mails: readonly string[] = []): Card {
  return { id, version: 0, name, mails };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** @param open Gives an empty store; `describeStore` closes it. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  const cards = (store: Store, tenant = 'acme'): Collection<Card> =>
    store.collection(tenant, 'cards', cardIndexes);

  const example = (title: string, run: (store: Store) => Promise<void>): void => {
    it(title, async () => {
      const store = await open();
      try {
        await run(store);
      } finally {
        await store.close();
      }
    });
  };

  describe(`${name}: writing and reading`, () => {
    example('a record comes back as it was written, one version up', async (store) => {
      const [stored] = await cards(store).put([card('a', 'Zoé', ['zoe@acme.example'])]);
      expect(stored).toEqual({ id: 'a', version: 1, name: 'Zoé', mails: ['zoe@acme.example'] });
      expect(await cards(store).get('a')).toEqual(stored);
    });

    example('an unknown id gives nothing', async (store) => {
      expect(await cards(store).get('nobody')).toBeUndefined();
    });

    example('several records are read in one go, as far as they are there', async (store) => {
      const ids = Array.from({ length: 1_100 }, (_, at) => `id ${at}`);
      await cards(store).put(ids.map((id) => card(id)));
      const found = await cards(store).getMany([...ids, 'nobody']);
      expect(found.map(({ id }) => id).sort()).toEqual(ids.toSorted());
      expect(() => Object.assign(found[0] ?? {}, { name: 'changed' })).toThrow(TypeError);
      expect(await cards(store).getMany([])).toEqual([]);
    });

    example('ids and values may be any text', async (store) => {
      const ids = ['__proto__', 'constructor', 'é', '𝄞', ' ', 'a/b', '..', '\u2028', '"\\\n'];
      await cards(store).put(ids.map((id) => card(id, id)));
      for (const id of ids) {
        expect(await cards(store).get(id)).toMatchObject({ id, name: id });
        expect(await cards(store).find('name', id)).toHaveLength(1);
      }
    });

    example('no text is too odd for an id, a key or a value', async (store) => {
      const odd = [
        '\u0000',
        'a\u0000b',
        '\u0001',
        '\ud800',
        'x\udfff',
        '\ue000',
        '\ue001',
        '\ufffe',
        '\uffff',
        '𐀀',
      ];
      await cards(store).put(odd.map((id) => card(id, id, [id])));
      for (const id of odd) {
        expect(await cards(store).get(id)).toMatchObject({ id, name: id, mails: [id] });
        expect((await cards(store).find('mail', id)).map((found) => found.id)).toEqual([id]);
      }
      // By UTF-16 units, as JavaScript compares.
      expect((await all(cards(store).list())).map(({ id }) => id)).toEqual([...odd].sort());
      await cards(store).delete(odd);
      expect(await cards(store).count()).toBe(0);
    });

    example('a key may be long, and a long one answers for itself only', async (store) => {
      const long = (end: string): string => 'é'.repeat(5_000) + end;
      await cards(store).put([card('a', long('a')), card('b', long('b'))]);
      expect((await cards(store).find('name', long('b'))).map(({ id }) => id)).toEqual(['b']);
    });

    example('members keep their names, their order and their numbers', async (store) => {
      const text =
        '{"id":"a","version":0,"z":1,"__proto__":{"x":1},"a":[1e21,0.1,-1,9007199254740991,null,{"":""}],"10":true}';
      const odd = store.collection<Card>('acme', 'odd');
      await odd.put([JSON.parse(text) as Card]);
      const [again] = await all(odd.list());
      expect(JSON.stringify(again)).toBe(
        JSON.stringify(JSON.parse(text.replace('"version":0', '"version":1'))),
      );
      expect(Object.hasOwn(again ?? {}, '__proto__')).toBe(true);
    });

    example('many records are written and read in one go', async (store) => {
      const ids = Array.from({ length: 1_201 }, (_, at) => `id ${String(at).padStart(5, '0')}`);
      await cards(store).put(ids.toReversed().map((id) => card(id, 'same')));
      expect((await all(cards(store).list())).map(({ id }) => id)).toEqual(ids);
      expect((await cards(store).find('name', 'same')).map(({ id }) => id)).toEqual(ids);
    });

    example('of many records in one call none is written when one is too late', async (store) => {
      await cards(store).put([card('x')]);
      const ids = Array.from({ length: 1_200 }, (_, at) => `id ${at}`);
      const refused = cards(store).put([...ids.map((id) => card(id)), card('x', 'late')]);
      await expect(refused).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      expect(await cards(store).count()).toBe(1);
    });

    example('a list that is left early leaves nothing behind', async (store) => {
      await cards(store).put([card('a'), card('b')]);
      for (let time = 0; time < 20; time += 1) {
        for await (const each of cards(store).list()) {
          expect(each.id).toBe('a');
          break;
        }
      }
      expect(await cards(store).count()).toBe(2);
    });

    example('list gives every record in ascending id order', async (store) => {
      const ids = async (): Promise<string[]> => (await all(cards(store).list())).map(({ id }) => id);
      await cards(store).put(['m', 'b', 'z', 'a'].map((id) => card(id)));
      expect(await ids()).toEqual(['a', 'b', 'm', 'z']);
      await cards(store).delete(['z']);
      expect(await ids()).toEqual(['a', 'b', 'm']);
      await cards(store).put([card('c')]);
      expect(await ids()).toEqual(['a', 'b', 'c', 'm']);
      expect(await cards(store).count()).toBe(4);
    });

    example('list shows one moment: later writes do not reach a list that has begun', async (store) => {
      await cards(store).put([card('a'), card('b')]);
      const names: string[] = [];
      for await (const each of cards(store).list()) {
        names.push(`${each.id}=${each.name}`);
        if (each.id === 'a') await cards(store).put([{ ...card('b', 'changed'), version: 1 }, card('c')]);
      }
      expect(names).toEqual(['a=a', 'b=b']);
    });

    example('deleting is final, and an unknown id is no error', async (store) => {
      await cards(store).put([card('a', 'Ada', ['ada@acme.example'])]);
      await cards(store).delete(['a', 'nobody']);
      expect(await cards(store).get('a')).toBeUndefined();
      expect(await cards(store).find('mail', 'ada@acme.example')).toEqual([]);
      expect(await cards(store).count()).toBe(0);
    });

    example('what is stored cannot be changed through an object handed in or out', async (store) => {
      const given = card('a', 'Ada', ['ada@acme.example']);
      const [stored] = await cards(store).put([given]);
      given.name = 'changed';
      expect(() => (given.mails as string[]).push('x')).toThrow(TypeError);
      expect(() => Object.assign(stored ?? {}, { name: 'changed' })).toThrow(TypeError);
      expect(await cards(store).get('a')).toMatchObject({ name: 'Ada', mails: ['ada@acme.example'] });
    });
  });

  describe(`${name}: versions`, () => {
    example('a write on the current version succeeds again and again', async (store) => {
      let [current] = await cards(store).put([card('a')]);
      for (const name of ['b', 'c', 'd']) {
        [current] = await cards(store).put([{ ...card('a', name), version: current?.version ?? 0 }]);
      }
      expect(current).toMatchObject({ version: 4, name: 'd' });
    });

    example(
      'a write on an old version is refused and changes nothing, not even its other records',
      async (store) => {
        await cards(store).put([card('a')]);
        const refused = cards(store).put([card('b'), card('a', 'late')]);
        await expect(refused).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
        expect(await cards(store).get('b')).toBeUndefined();
        expect(await cards(store).get('a')).toMatchObject({ name: 'a', version: 1 });
      },
    );

    example('a version from nowhere is refused', async (store) => {
      await expect(cards(store).put([{ ...card('a'), version: 7 }])).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
      });
    });

    example('the same id twice in one call is refused', async (store) => {
      await expect(cards(store).put([card('a'), card('a')])).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
      });
    });

    example(
      'the same id twice in one call is refused even when the versions follow each other',
      async (store) => {
        const twice = cards(store).put([card('a'), { ...card('a', 'next'), version: 1 }]);
        await expect(twice).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
        expect(await cards(store).get('a')).toBeUndefined();
      },
    );

    example('writers of overlapping records in any order never hold each other up', async (store) => {
      const ids = Array.from({ length: 12 }, (_, at) => `id ${at}`);
      const writeAll = async (writer: number): Promise<void> => {
        for (;;) {
          const order = writer % 2 === 0 ? ids : ids.toReversed();
          const current = await Promise.all(order.map((id) => cards(store).get(id)));
          const next = order.map((id, at) => ({
            ...card(id, `by ${writer}`),
            version: current[at]?.version ?? 0,
          }));
          try {
            await cards(store).put(next);
            return;
          } catch (error) {
            expect(error).toMatchObject({ code: 'STORE_CONFLICT' });
          }
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, writer) => writeAll(writer)));
      const stored = await all(cards(store).list());
      expect(stored.map(({ version }) => version)).toEqual(ids.map(() => 8));
      expect(new Set(stored.map(({ name }) => name)).size).toBe(1);
    });

    example('of several writers who start from the same version exactly one wins', async (store) => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, (_, writer) => cards(store).put([card('a', `writer ${writer}`)])),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await cards(store).get('a')).toMatchObject({ version: 1 });
    });

    example('writers who read again after a conflict lose no change', async (store) => {
      await cards(store).put([card('tally', '0')]);
      const increment = async (): Promise<void> => {
        for (;;) {
          const current = await cards(store).get('tally');
          try {
            await cards(store).put([
              { ...card('tally', String(Number(current?.name) + 1)), version: current?.version ?? 0 },
            ]);
            return;
          } catch (error) {
            expect(error).toMatchObject({ code: 'STORE_CONFLICT' });
          }
        }
      };
      await Promise.all(Array.from({ length: 20 }, increment));
      expect(await cards(store).get('tally')).toMatchObject({ name: '20', version: 21 });
    });

    example('one write puts records and removes others, all together', async (store) => {
      const [a, b] = await cards(store).put([card('a'), card('b')]);
      if (a === undefined || b === undefined) throw new Error('nothing was stored');
      const changes: Change[] = [];
      const stop = store.watch('acme', (told) => changes.push(...told));
      expect(await cards(store).put([{ ...a, name: 'both' }], [b])).toMatchObject([{ id: 'a', version: 2 }]);
      stop();
      expect((await all(cards(store).list())).map(({ id, name }) => [id, name])).toEqual([['a', 'both']]);
      expect(await cards(store).find('name', 'b')).toEqual([]);
      expect(changes.filter(({ id }) => id === 'b')).toEqual([
        { collection: 'cards', id: 'b', kind: 'delete' },
      ]);
    });

    example(
      'a record that was written meanwhile is not removed, and nothing else is written',
      async (store) => {
        const [a, b] = await cards(store).put([card('a'), card('b')]);
        if (a === undefined || b === undefined) throw new Error('nothing was stored');
        await cards(store).put([{ ...b, name: 'later' }]);
        const refused = cards(store).put([{ ...a, name: 'both' }], [b]);
        await expect(refused).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
        expect((await all(cards(store).list())).map(({ name }) => name)).toEqual(['a', 'later']);
      },
    );

    example('a write that was decided on who holds a key is refused once others hold it', async (store) => {
      const nobody = { index: 'name', key: 'Ada', ids: [] };
      const [a] = await cards(store).put([card('a', 'Ada')], [], [nobody]);
      if (a === undefined) throw new Error('nothing was stored');
      const late = cards(store).put([card('x'), card('b', 'Ada')], [], [nobody]);
      await expect(late).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      expect(await cards(store).count()).toBe(1);

      const alone = { ...nobody, ids: ['a', 'a'] };
      await cards(store).put([card('b', 'Ada')], [], [alone]);
      await expect(cards(store).put([{ ...a, name: 'Eve' }], [], [alone])).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
      });
      await cards(store).put([{ ...a, name: 'Eve' }], [], [{ ...alone, ids: ['b', 'a'] }]);
      await cards(store).delete(['b']);
      expect(await cards(store).put([card('c', 'Ada')], [], [nobody])).toHaveLength(1);
    });

    example('of several writers who all found that nobody holds a key, one takes it', async (store) => {
      const long = 'é'.repeat(5_000);
      for (const key of ['Ada', '\u0000', long]) {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 24 }, (_, at) =>
            cards(store).put([card(`${key.slice(0, 5)} ${at}`, key)], [], [{ index: 'name', key, ids: [] }]),
          ),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await cards(store).find('name', key)).toHaveLength(1);
      }
    });

    example('of writes made at the same moment each is answered for itself', async (store) => {
      await cards(store).put(Array.from({ length: 40 }, (_, at) => card(`c${at}`)));
      const changes: Change[] = [];
      const stop = store.watch('acme', (told) => changes.push(...told));
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, at) =>
          cards(store).put([{ ...card(`c${at}`, 'changed'), version: at % 2 }, card(`new ${at}`)]),
        ),
      );
      stop();
      const done = outcomes.map(({ status }) => status === 'fulfilled');
      expect(done).toEqual(outcomes.map((_, at) => at % 2 === 1));
      expect(await cards(store).find('name', 'changed')).toHaveLength(20);
      expect(await cards(store).count()).toBe(60);
      expect(changes).toHaveLength(40);
    });

    example('after a delete the record begins at version 0 again', async (store) => {
      await cards(store).put([card('a')]);
      await cards(store).delete(['a']);
      expect(await cards(store).put([card('a', 'again')])).toMatchObject([{ version: 1, name: 'again' }]);
    });
  });

  describe(`${name}: indexes`, () => {
    example('find answers by any key of the record, in ascending id order', async (store) => {
      await cards(store).put([
        card('b', 'Ada', ['x', 'y']),
        card('a', 'Ada', ['z']),
        card('c', 'Bob', ['y']),
      ]);
      expect((await cards(store).find('name', 'Ada')).map(({ id }) => id)).toEqual(['a', 'b']);
      expect((await cards(store).find('mail', 'y')).map(({ id }) => id)).toEqual(['b', 'c']);
      expect(await cards(store).find('mail', 'nowhere')).toEqual([]);
      expect(await cards(store).find('no such index', 'y')).toEqual([]);
    });

    example('a changed key answers under its new value only', async (store) => {
      const [stored] = await cards(store).put([card('a', 'Ada', ['old', 'kept'])]);
      await cards(store).put([{ ...card('a', 'Ada', ['new', 'kept']), version: stored?.version ?? 0 }]);
      expect(await cards(store).find('mail', 'old')).toEqual([]);
      expect(await cards(store).find('mail', 'new')).toHaveLength(1);
      expect(await cards(store).find('mail', 'kept')).toHaveLength(1);
    });

    example('a key that the record gives twice counts once', async (store) => {
      await cards(store).put([card('a', 'Ada', ['x', 'x'])]);
      expect(await cards(store).find('mail', 'x')).toHaveLength(1);
      await cards(store).delete(['a']);
      expect(await cards(store).find('mail', 'x')).toEqual([]);
    });

    example(
      'the first caller that brings indexes defines them, also over what is stored already',
      async (store) => {
        const bare: Collection<Card> = store.collection('acme', 'cards');
        await bare.put([card('a', 'Ada')]);
        expect(await cards(store).find('name', 'Ada')).toHaveLength(1);
        expect(await bare.find('name', 'Ada')).toHaveLength(1);
      },
    );
  });

  describe(`${name}: tenants, changes, closing`, () => {
    example('tenants and collections see nothing of each other', async (store) => {
      await cards(store).put([card('a')]);
      expect(await cards(store, 'globex').get('a')).toBeUndefined();
      expect(await store.collection<Card>('acme', 'groups').get('a')).toBeUndefined();
      expect(cards(store)).toBe(cards(store));
    });

    example('names that could not be folders are refused', async (store) => {
      for (const name of ['', '..', 'a/b', 'A', '.a', 'é', 'x'.repeat(65)]) {
        expect(() => store.collection(name, 'cards')).toThrow(
          expect.objectContaining({ code: 'STORE_NAME_INVALID' }),
        );
        expect(() => store.collection('acme', name)).toThrow(
          expect.objectContaining({ code: 'STORE_NAME_INVALID' }),
        );
      }
    });

    example('watchers hear of a change of their tenant before the writer is answered', async (store) => {
      const heard: Change[] = [];
      const stop = store.watch('acme', (changes) => heard.push(...changes));
      await cards(store, 'globex').put([card('x')]);
      await cards(store).put([card('a'), card('b')]);
      expect(heard).toEqual([
        { collection: 'cards', id: 'a', kind: 'put' },
        { collection: 'cards', id: 'b', kind: 'put' },
      ]);
      await cards(store).delete(['a', 'nobody']);
      expect(heard.slice(2)).toEqual([{ collection: 'cards', id: 'a', kind: 'delete' }]);
      stop();
      await cards(store).delete(['b']);
      expect(heard).toHaveLength(3);
    });

    example('a watcher already sees the change that it is told about', async (store) => {
      const seen: Promise<Card | undefined>[] = [];
      store.watch('acme', ([change]) => seen.push(cards(store).get(change?.id ?? '')));
      await cards(store).put([card('a', 'Ada')]);
      expect(await Promise.all(seen)).toMatchObject([{ name: 'Ada' }]);
    });

    example('the only process on a store leads, and writes as the leader', async (store) => {
      const term = await store.lead('acme');
      await term?.confirm();
      const led = term?.store.collection<Card>('acme', 'cards', cardIndexes);
      await led?.put([card('a', 'Ada')]);
      expect(await cards(store).find('name', 'Ada')).toHaveLength(1);
      expect(await led?.get('a')).toMatchObject({ version: 1 });
      expect(term?.signal.aborted).toBe(false);
      await term?.end();
    });

    example('a closed store refuses every call', async (store) => {
      const collection = cards(store);
      await store.close();
      await store.close();
      const closed = { code: 'STORE_CLOSED' };
      await expect(collection.get('a')).rejects.toMatchObject(closed);
      await expect(collection.find('name', 'a')).rejects.toMatchObject(closed);
      await expect(collection.put([card('a')])).rejects.toMatchObject(closed);
      await expect(collection.delete(['a'])).rejects.toMatchObject(closed);
      await expect(collection.count()).rejects.toMatchObject(closed);
      await expect(all(collection.list())).rejects.toMatchObject(closed);
    });

    example('closing waits for the writes that are on their way', async (store) => {
      const writes = Array.from({ length: 20 }, (_, at) => cards(store).put([card(`c${at}`)]));
      await store.close();
      const outcomes = await Promise.all(writes);
      expect(outcomes.flat()).toHaveLength(20);
    });
  });

  describe(`${name}: as a whole`, () => {
    const place = (tenant: string, collection: string, record: Card) => ({ tenant, collection, record });

    example('says which collections hold how much, in ascending order', async (store) => {
      expect(await store.holdings()).toEqual([]);
      await cards(store, 'globex').put([card('a')]);
      await cards(store).put([card('a'), card('b')]);
      await store.collection<Card>('acme', 'boxes').put([card('c')]);
      await store.collection<Card>('acme', 'boxes').delete(['c']);
      expect(await store.holdings()).toEqual([
        { tenant: 'acme', collection: 'cards', count: 2 },
        { tenant: 'globex', collection: 'cards', count: 1 },
      ]);
    });

    example('gives way to other records, whose versions stay as they are', async (store) => {
      const [kept] = await cards(store).put([card('kept', 'before'), card('gone')]);
      await cards(store, 'globex').put([card('gone')]);
      await store.replaceAll([
        place('acme', 'cards', { ...card('kept', 'after'), version: 7 }),
        place('initech', 'cards', { ...card('new'), version: 3 }),
      ]);
      expect(await store.holdings()).toEqual([
        { tenant: 'acme', collection: 'cards', count: 1 },
        { tenant: 'initech', collection: 'cards', count: 1 },
      ]);
      expect(await cards(store).get('kept')).toEqual({ ...card('kept', 'after'), version: 7 });
      expect(await cards(store).find('name', 'after')).toHaveLength(1);
      expect(await cards(store).find('name', 'before')).toEqual([]);
      expect(await cards(store).put([{ ...card('kept'), version: 7 }])).toMatchObject([{ version: 8 }]);
      expect(kept).toMatchObject({ version: 1, name: 'before' });
    });

    example('stays as it is when the records that should replace it break off', async (store) => {
      await cards(store).put([card('a')]);
      async function* broken() {
        yield place('acme', 'cards', card('b'));
        throw new RangeError('broken off');
      }
      await expect(store.replaceAll(broken())).rejects.toThrow('broken off');
      expect((await all(cards(store).list())).map(({ id }) => id)).toEqual(['a']);
    });

    example('housekeeping changes nothing that is stored', async (store) => {
      await cards(store).put([card('a'), card('b')]);
      await cards(store).delete(['b']);
      await store.compact();
      await store.compact({ forget: true });
      expect((await all(cards(store).list())).map(({ id }) => id)).toEqual(['a']);
    });
  });
}
