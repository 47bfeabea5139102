/** What several processes on one database can rely on, and what happens when the database goes away. */
import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BridgeError } from '../../src/errors.js';
import { Database } from '../../src/store/postgres/database.js';
import { Feed } from '../../src/store/postgres/feed.js';
import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import type { Change, Collection, Store } from '../../src/store/store.js';
import { usePostgres } from '../support/postgres.js';
import { all, type Card, card, cardIndexes } from './contract.js';

const postgres = usePostgres();

async function open(url: string, onProblem?: (problem: BridgeError) => void): Promise<Store> {
  const store = await openPostgresStore({ url, ...(onProblem && { onProblem }) });
  onTestFinished(() => store.close());
  return store;
}

async function openTwo(): Promise<{ url: string; one: Store; other: Store }> {
  const url = await postgres.createDatabase();
  const [one, other] = await Promise.all([open(url), open(url)]);
  return { url, one, other };
}

const cards = (store: Pick<Store, 'collection'>): Collection<Card> =>
  store.collection('acme', 'cards', cardIndexes);

function hearing(store: Store): Change[] {
  const heard: Change[] = [];
  store.watch('acme', (changes) => heard.push(...changes));
  return heard;
}

/** Ends every connection of the bridge to a database, as a restart of the server or a cut line does. */
function cut(url: string): Promise<unknown[]> {
  return postgres.query(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'lucca-scim-bridge'`,
  );
}

const put = (id: string): Change => ({ collection: 'cards', id, kind: 'put' });

describe('two processes on one database', () => {
  it('start together on an empty database, and see the same state', async () => {
    const url = await postgres.createDatabase();
    const stores = await Promise.all([open(url), open(url), open(url), open(url)]);
    await Promise.all(stores.map((store, at) => cards(store).put([card(`c${at}`, 'same')])));
    for (const store of stores) expect(await cards(store).find('name', 'same')).toHaveLength(4);
  });

  it('hear of each other, once and in order, whoever wrote', async () => {
    const { one, other } = await openTwo();
    const [heard, there] = [hearing(one), hearing(other)];
    await cards(one).put([card('a'), card('\u0000b')]);
    await vi.waitFor(() => expect(there).toEqual([put('a'), put('\u0000b')]));
    await cards(other).delete(['a']);
    const expected = [put('a'), put('\u0000b'), { collection: 'cards', id: 'a', kind: 'delete' }];
    await vi.waitFor(() => expect(heard).toEqual(expected));
    expect(there).toEqual(expected);
  });

  it('hear of every change of many writers exactly once', async () => {
    const { one, other } = await openTwo();
    const [heard, there] = [hearing(one), hearing(other)];
    const ids = Array.from({ length: 200 }, (_, at) => `id ${at}`);
    await Promise.all(ids.map((id, at) => cards(at % 2 === 0 ? one : other).put([card(id)])));
    const sorted = (changes: Change[]): string[] => changes.map(({ id }) => id).sort();
    await vi.waitFor(() => expect(sorted(heard)).toEqual(ids.toSorted()));
    await vi.waitFor(() => expect(sorted(there)).toEqual(ids.toSorted()));
  });

  it('miss nothing that commits late: numbers are given out before', async () => {
    const { url, one, other } = await openTwo();
    const heard = hearing(other);
    const slow = new pg.Client({ connectionString: url });
    await slow.connect();
    onTestFinished(() => slow.end());
    await slow.query('begin');
    await slow.query(
      `select lucca_scim.write_records(
         'acme', 'cards', null, true, '{0}', '{late}', '{0}', $1, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`,
      [[JSON.stringify({ ...card('late'), version: 1 })]],
    );
    await cards(one).put([card('early')]);
    await vi.waitFor(() => expect(heard).toEqual([put('early')]));
    await slow.query('commit');
    await vi.waitFor(() => expect(heard).toEqual([put('early'), put('late')]), { timeout: 5_000 });
  });

  it('never lose a change of one another', async () => {
    const { one, other } = await openTwo();
    await cards(one).put([card('tally', '0')]);
    const increment = async (store: Store): Promise<void> => {
      for (;;) {
        const current = await cards(store).get('tally');
        const next = { ...card('tally', String(Number(current?.name) + 1)), version: current?.version ?? 0 };
        const isInTime = await cards(store)
          .put([next])
          .then(() => true)
          .catch(({ code }) => code !== 'STORE_CONFLICT');
        if (isInTime) return;
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, at) => increment(at % 2 === 0 ? one : other)));
    expect(await cards(one).get('tally')).toMatchObject({ name: '20', version: 21 });
  });

  it('find what was written by one that did not know the keys', async () => {
    const { one, other } = await openTwo();
    const bare = one.collection<Card>('acme', 'cards');
    await bare.put([card('a', 'Ada'), card('b', 'Bob')]);
    expect((await cards(other).find('name', 'Ada')).map(({ id }) => id)).toEqual(['a']);
    await bare.put([{ ...card('a', 'Eve'), version: 1 }]);
    expect(await cards(other).find('name', 'Ada')).toEqual([]);
    expect(await cards(other).find('name', 'Eve')).toHaveLength(1);
  });
});

describe('what a write or a look-up costs', () => {
  it('is the records that it is about, however many there are and however new the tables', async () => {
    const url = await postgres.createDatabase();
    const store = await openPostgresStore({ url });
    const ids = Array.from({ length: 3_000 }, (_, at) => `id ${at}`);
    await cards(store).put(ids.map((id) => card(id)));
    for (const id of ids.slice(0, 200)) {
      const [found] = await cards(store).find('name', id);
      await cards(store).put([{ ...card(id, `${id} again`), version: found?.version ?? 0 }]);
      await cards(store).get(id);
    }
    await store.close();
    const read = await postgres.query<{ scanned: string; fetched: string }>(
      url,
      `select sum(seq_tup_read) as scanned, sum(idx_tup_fetch) as fetched from pg_stat_user_tables
       where schemaname = 'lucca_scim' and relname in ('records', 'keys')`,
    );
    expect(Number(read[0]?.scanned)).toBe(0);
    expect(Number(read[0]?.fetched)).toBeGreaterThan(600);
    expect(Number(read[0]?.fetched)).toBeLessThan(30_000);
  });
});

describe('a database that goes away', () => {
  it('is heard of again once it is back, with what happened meanwhile', async () => {
    const { url, one, other } = await openTwo();
    const heard = hearing(other);
    await cut(url);
    await vi.waitFor(async () => expect(await cards(one).put([card('a')])).toHaveLength(1));
    await vi.waitFor(() => expect(heard).toEqual([put('a')]), { timeout: 5_000 });
  });

  it('fails the calls under way with a code, and the next ones work', async () => {
    const { url, one } = await openTwo();
    await cards(one).put([card('a')]);
    const lock = new pg.Client({ connectionString: url });
    await lock.connect();
    onTestFinished(() => lock.end());
    await lock.query('begin');
    await lock.query('select from lucca_scim.records for update');
    const waiting = cards(one).put([{ ...card('a', 'late'), version: 1 }]);
    const failed = expect(waiting).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await vi.waitFor(async () => {
      const waits = await postgres.query(url, "select from pg_stat_activity where wait_event_type = 'Lock'");
      expect(waits).toHaveLength(1);
    });
    await cut(url);
    await failed;
    await lock.query('rollback');
    expect(await cards(one).get('a')).toMatchObject({ name: 'a', version: 1 });
  });

  it('between two pages of a long read fails that read with a code, and nothing else', async () => {
    const { url, one } = await openTwo();
    await cards(one).put(Array.from({ length: 3_000 }, (_, at) => card(`c${at}`)));
    const reading = cards(one).list()[Symbol.asyncIterator]();
    await reading.next();
    await cut(url);
    // Until the news of it has come, while no statement is under way.
    await vi.waitFor(async () => expect(await cards(one).get('c1')).toBeDefined());
    const rest = async () => {
      while ((await reading.next()).done !== true);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('says who is to look, and keeps what was acknowledged, when the server dies', async () => {
    const url = await postgres.createDatabase();
    const problems: BridgeError[] = [];
    const store = await open(url, (problem) => problems.push(problem));
    const stored = Array.from({ length: 20 }, (_, at) => card(`c${at}`));
    await Promise.all(stored.map((each) => cards(store).put([each])));
    await postgres.kill();
    await expect(cards(store).get('c1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(all(cards(store).list())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.lead('acme')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await vi.waitFor(() => expect(problems.map(({ code }) => code)).toEqual(['STORE_UNAVAILABLE']));
    await postgres.start();
    await vi.waitFor(async () => expect(await cards(store).count()).toBe(20), { timeout: 5_000 });
  });

  it('for longer than changes are remembered makes a process stop, rather than go on with what it knows', async () => {
    const url = await postgres.createDatabase();
    const store = await open(url);
    const database = new Database(url);
    onTestFinished(() => database.close());
    const feed = await Feed.start(database, () => {}, 0);
    onTestFinished(() => feed.close());
    feed.assertUpToDate();
    await feed.look();
    expect(() => feed.assertUpToDate()).toThrow(expect.objectContaining({ code: 'STORE_BEHIND' }));
    expect(await cards(store).count()).toBe(0);
  });

  it('that was never there is told apart from a state that is empty, without its password', async () => {
    const wrong = 'postgres://bridge:swordfish@127.0.0.1:1/nowhere';
    const refused = await openPostgresStore({ url: wrong }).catch((error: BridgeError) => error);
    expect(refused).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(String(refused)).not.toContain('swordfish');
    const url = await postgres.createDatabase();
    for (const [address, message] of [
      [url.replace(/[^/]*$/, 'nowhere'), 'does not exist'],
      [url.replace('bridge@', 'ghost@'), 'refused the user'],
    ] as const) {
      await expect(openPostgresStore({ url: address })).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringContaining(message),
      });
    }
    await expect(openPostgresStore({ url: 'https://acme.example' })).rejects.toMatchObject({
      code: 'STORE_ADDRESS_INVALID',
      exitCode: 2,
    });
  });
});

describe('a database that may only be read', () => {
  const asItIs = async (url: string) => {
    await postgres.query(
      url,
      `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`,
    );
    return url;
  };
  const asObserver = async (url: string) => {
    await postgres.query(url, 'create role observer login');
    await postgres.query(url, 'grant usage on schema lucca_scim to observer');
    await postgres.query(url, 'grant select on all tables in schema lucca_scim to observer');
    return url.replace('bridge@', 'observer@');
  };

  it.each([
    ['to everybody', asItIs],
    ['to this user', asObserver],
  ])('%s is left without a connection that would keep the process alive', async (_who, addressOf) => {
    const url = await postgres.createDatabase();
    await (await openPostgresStore({ url })).close();
    const address = await addressOf(url);
    await expect(openPostgresStore({ url: address })).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
    const connections = () =>
      postgres.query(
        url,
        "select from pg_stat_activity where datname = current_database() and application_name = 'lucca-scim-bridge'",
      );
    await expect.poll(connections, { timeout: 5_000 }).toEqual([]);
  });
});
