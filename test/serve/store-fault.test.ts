/** What cannot be stored cannot leave a record: then health says so, until it can. */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BridgeError } from '../../src/errors.js';
import { type ServerProcess, serve } from '../../src/serve/serve.js';
import { watchStore } from '../../src/store/fault-watch.js';
import { openLowdbStore } from '../../src/store/lowdb.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { readAll } from '../../src/store/read-all.js';
import type { Collection, Store, StoredRecord } from '../../src/store/store.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { describeStore } from '../store/contract.js';
import { failingDisk } from '../store/failing-disk.js';
import { CLIENTS } from './served-company.js';

describeStore('a store that is watched', async () => watchStore(createMemoryStore(), () => 'now').store);

describe('a store that is watched', () => {
  it('takes no note of what it rightly refuses', async () => {
    const { store: watched, fault } = watchStore(createMemoryStore(), () => 'now');
    await expect(watched.collection('acme', 'cards').put([{ id: 'a', version: 7 }])).rejects.toThrow();
    expect(fault()).toBeNull();
  });

  it.each<[string, (cards: Collection<StoredRecord>) => Promise<unknown>]>([
    ['get', (cards) => cards.get('a')],
    ['getMany', (cards) => cards.getMany(['a'])],
    ['find', (cards) => cards.find('colour', 'red')],
    ['list', (cards) => readAll(cards)],
    ['count', (cards) => cards.count()],
  ])('notes a read that fails (%s), until a write succeeds', async (_, read) => {
    const away = new BridgeError('STORE_UNAVAILABLE', 'No answer.', { remedy: 'Start it.' });
    const fail = () => Promise.reject(away);
    const cards = {
      get: fail,
      getMany: fail,
      find: fail,
      count: fail,
      // biome-ignore lint/correctness/useYield: it fails before the first.
      async *list(): AsyncGenerator<never> {
        throw away;
      },
      put: async (records: readonly StoredRecord[]) => [...records],
    } as unknown as Collection<StoredRecord>;
    const opened = { ...createMemoryStore(), collection: () => cards } as unknown as Store;
    const { store: watched, fault } = watchStore(opened, () => 'now');
    const collection = watched.collection('acme', 'cards');
    await expect(read(collection)).rejects.toBe(away);
    expect(fault()).toEqual({ code: 'STORE_UNAVAILABLE', remedy: 'Start it.', since: 'now' });
    await collection.put([{ id: 'a', version: 0 }]);
    expect(fault()).toBeNull();
  });
});

describe('health', () => {
  /** The code with which every call that writes fails. */
  let fault: string | undefined;
  let folder: string;
  let store: Store;
  let lucca: LuccaSimulator;
  let served: ServerProcess;

  beforeEach(async () => {
    fault = undefined;
    lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'bridge-fault-'));
    const { files } = failingDisk((_, name) => (/appendFile|writeFile/.test(name) ? fault : undefined));
    store = await openLowdbStore({ folder, files });
    const clock = { now: () => lucca.clock.now(), sleep: async () => {}, random: () => 0.5 };
    const config = {
      tenant: 'acme',
      lucca: lucca.config('api-key'),
      server: { port: 0, clients: CLIENTS },
      metrics: {},
    };
    served = await serve(config, { store, clock });
  });
  afterEach(async () => {
    fault = undefined;
    await served.close();
    await Promise.all([store.close(), lucca.close()]);
    await fs.rm(folder, { recursive: true, force: true });
  });

  const health = async () => {
    const response = await fetch(served.addresses.health);
    return { status: response.status, body: await response.json() };
  };
  const figure = async () => {
    const text = await (await fetch(`${served.url}/metrics`)).text();
    return /^lucca_scim_store_failing\{tenant="acme"\} (\d)$/m.exec(text)?.[1];
  };

  it.each([
    ['ENOSPC', 'STORE_DISK_FULL'],
    ['EROFS', 'STORE_READ_ONLY'],
    ['EIO', 'STORE_IO'],
  ])(
    'alarms while a synchronisation can store nothing (%s), and recovers by itself',
    async (system, code) => {
      await served.bridge.sync();
      expect(await health()).toMatchObject({ status: 200, body: { status: 'ok', storeFault: null } });

      fault = system;
      const since = new Date(lucca.clock.now()).toISOString();
      await expect(served.bridge.sync()).rejects.toMatchObject({ code });
      expect(await health()).toMatchObject({
        status: 503,
        body: { status: 'alarm', storeFault: { code, since, remedy: expect.any(String) } },
      });
      lucca.clock.advance(60_000);
      expect(await health()).toMatchObject({ status: 503, body: { storeFault: { code, since } } });
      expect(await figure()).toBe('1');

      fault = undefined;
      lucca.clock.advance(60_000);
      expect(await health()).toMatchObject({ status: 200, body: { status: 'ok', storeFault: null } });
      expect(await figure()).toBe('0');
    },
  );
});
