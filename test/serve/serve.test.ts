import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServerProcess, serve } from '../../src/serve/serve.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { type BegunSync, noteBegun } from '../../src/sync/begun.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { CLIENTS, tokenOf } from './served-company.js';

let lucca: LuccaSimulator;
let served: ServerProcess | undefined;
beforeEach(async () => {
  lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
});
afterEach(async () => {
  await served?.close();
  served = undefined;
  await lucca.close();
});

const clock = () => ({
  now: () => lucca.clock.now(),
  sleep: async (milliseconds: number) => lucca.clock.advance(milliseconds),
  random: () => 0.5,
});

async function start(server: object = {}, store = createMemoryStore()): Promise<ServerProcess> {
  served = await serve(
    { lucca: lucca.config('api-key'), server: { port: 0, clients: CLIENTS, ...server } },
    { store, clock: clock() },
  );
  return served;
}

const get = (url: string, client?: string) =>
  fetch(url, client === undefined ? {} : { headers: { Authorization: `Bearer ${tokenOf(client)}` } });

describe('one process', () => {
  it('serves the endpoint, the admin API and health, and knows its next run', async () => {
    const { addresses, bridge, nextRun } = await start();
    await bridge.sync();
    expect((await get(`${addresses.scim}/Users?count=1`, 'travel-tool')).status).toBe(200);
    expect((await get(`${addresses.admin}/runs`, 'operator')).status).toBe(200);
    expect(addresses.sso).toBeNull();
    const health = await get(addresses.health);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ status: 'ok', schedule: 'on', lastRun: { code: null } });
    expect(nextRun()).toMatch(/T0[34]:00:00.000Z$/);
  });

  it('answers 503 on health when success is overdue, and stays alive', async () => {
    const { addresses } = await start();
    lucca.clock.advance({ days: 4 });
    expect((await get(addresses.health)).status).toBe(503);
    expect((await get(`${addresses.health}/live`)).status).toBe(200);
  });

  it('may be mounted elsewhere', async () => {
    const { addresses } = await start({ basePath: '/t/acme/scim', adminPath: '/ops' });
    expect(addresses.scim).toMatch(/\/t\/acme\/scim$/);
    expect((await get(`${addresses.scim}/Schemas`)).status).toBe(200);
    expect((await get(`${addresses.admin}/conflicts`, 'operator')).status).toBe(200);
  });

  it('goes on at its start with the scheduled run that was broken off last', async () => {
    const store = createMemoryStore();
    const lastYear = `${new Date().getUTCFullYear() - 1}-01-01T00:00:00.000Z`;
    const thisYear = `${new Date().getUTCFullYear()}-01-01T00:00:00.000Z`;
    const begun = store.collection<BegunSync>('acme', 'scheduled-syncs');
    const startYearly = () =>
      serve(
        {
          tenant: 'acme',
          lucca: lucca.config('api-key'),
          server: { port: 0, clients: CLIENTS },
          schedule: { cron: '0 0 1 1 *', timeZone: 'UTC' },
        },
        { store, clock: clock() },
      );
    await noteBegun(begun, lastYear);
    await (await startYearly()).close();
    expect(await store.collection('acme', 'syncs').count()).toBe(0);
    await noteBegun(begun, thisYear);
    served = await startYearly();
    const { bridge } = served;
    await expect.poll(() => bridge.runs(), { timeout: 30_000 }).toMatchObject([{ trigger: 'schedule' }]);
  });

  it('sends security headers with everything', async () => {
    const { addresses } = await start();
    for (const url of [`${addresses.scim}/Schemas`, `${addresses.admin}/runs`, addresses.health]) {
      const { headers } = await get(url);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('counts for its own figures without taking the word from who observes besides', async () => {
    const ended: unknown[] = [];
    const observer = { exchanged: () => {}, synchronised: (result: unknown) => void ended.push(result) };
    served = await serve(
      { lucca: lucca.config('api-key'), server: { port: 0, clients: CLIENTS }, metrics: {} },
      { store: createMemoryStore(), clock: clock(), observer },
    );
    await served.bridge.sync();
    expect(ended).toMatchObject([{ outcome: 'with-failures' }]);
    expect(await (await get(`${served.url}/metrics`)).text()).toMatch(
      /_runs_total\{[^}]*outcome="with-failures"\} 1/,
    );
  });

  it('refuses to start on a port that is taken, and lets go of the state', async () => {
    const store = createMemoryStore();
    const { url } = await start({}, store);
    const port = Number(new URL(url).port);
    await expect(
      serve(
        { lucca: lucca.config('api-key'), server: { port, clients: CLIENTS } },
        { store: createMemoryStore() },
      ),
    ).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE', exitCode: 2 });
  });

  it('needs a server block', async () => {
    await expect(
      serve({ lucca: lucca.config('api-key') }, { store: createMemoryStore() }),
    ).rejects.toMatchObject({
      code: 'SERVER_NOT_CONFIGURED',
    });
  });
});

describe('stopping', () => {
  it('lets a request in flight end, a run come to a safe point, and takes no new connection', async () => {
    const store = createMemoryStore();
    const { addresses, url, bridge } = await start({}, store);
    const run = bridge.sync();
    run.catch(() => {});
    const inFlight = get(`${addresses.scim}/Users?count=1`, 'travel-tool');
    await (await get(`${addresses.health}/live`)).text();
    const closing = served?.close();
    served = undefined;
    expect((await inFlight).status).toBe(200);
    await closing;

    await expect(run).rejects.toThrow();
    const { hostname, port } = new URL(url);
    await expect(
      new Promise((resolve, reject) =>
        connect(Number(port), hostname).once('connect', resolve).once('error', reject),
      ),
    ).rejects.toThrow('ECONNREFUSED');
    const again = await start({}, store);
    await again.bridge.sync();
    expect((await again.bridge.runs()).map(({ outcome }) => outcome).sort()).toEqual([
      'interrupted',
      'with-failures',
    ]);
  });
});
