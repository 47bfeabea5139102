/** Two bridges on one database: who gets a name that both are asked for, and what each does while the database is away. */
import express, { type Express } from 'express';
import request from 'supertest';
import { expect, it, onTestFinished } from 'vitest';
import { type Bridge, createBridge } from '../../src/bridge.js';
import { systemClock } from '../../src/clock.js';
import type { JsonObject } from '../../src/json.js';
import { ERROR_MESSAGE } from '../../src/scim/errors.js';
import { createListener } from '../../src/serve/app.js';
import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import { startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { startTargetSimulator } from '../../src/testing/target/index.js';
import { usePostgres } from '../support/postgres.js';
import { CLIENTS, oktaUser, replacing, tokenOf } from './served-company.js';

const postgres = usePostgres();

interface Served {
  bridge: Bridge;
  app: Express;
}

async function serveTwice(): Promise<[Served, Served]> {
  const lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
  const target = await startTargetSimulator();
  const url = await postgres.createDatabase();
  const clock = { ...systemClock, now: () => lucca.clock.now(), sleep: async () => {} };
  const open = async (): Promise<Served> => {
    const store = await openPostgresStore({ url });
    const config = {
      tenant: 'acme',
      lucca: lucca.config('api-key'),
      targets: { travel: { url: target.url, token: 'target-token' } },
      server: { clients: CLIENTS },
    };
    const bridge = await createBridge(config, { store, clock });
    const app = express();
    app.use(createListener(bridge, { scim: '/scim/v2', admin: '/admin', sso: null, health: '/health' }));
    onTestFinished(async () => {
      await bridge.close();
      await store.close();
    });
    // Mounted is not yet open.
    await send(app, 'get', '/Users').expect(200);
    return { bridge, app };
  };
  onTestFinished(async () => {
    await Promise.all([lucca.close(), target.close()]);
  });
  return Promise.all([open(), open()]);
}

function send(app: Express, method: 'get' | 'post' | 'patch', path: string, body?: JsonObject) {
  const sent = request(app)
    [method](`/scim/v2${path}`)
    .set('Authorization', `Bearer ${tokenOf('okta')}`);
  return body === undefined
    ? sent
    : sent.set('Content-Type', 'application/scim+json').send(JSON.stringify(body));
}

it('a name that is asked for in both at the same moment is given once', async () => {
  const apps = (await serveTwice()).map(({ app }) => app);
  for (let name = 0; name < 20; name += 1) {
    const answers = await Promise.all(
      apps.map((app, at) =>
        send(app, 'post', '/Users', { ...oktaUser(`u${name}@acme.example`), externalId: `${name} ${at}` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ scimType: 'uniqueness' });
  }
});

it('two people who are renamed alike at the same moment do not become namesakes', async () => {
  const apps = (await serveTwice()).map(({ app }) => app);
  const made = await Promise.all(
    apps.map((app, at) => send(app, 'post', '/Users', oktaUser(`before-${at}@acme.example`)).expect(201)),
  );
  const renamed = await Promise.all(
    apps.map((app, at) =>
      send(app, 'patch', `/Users/${made[at]?.body.id}`, replacing({ userName: 'after@acme.example' })),
    ),
  );
  expect(renamed.map(({ status }) => status).sort()).toEqual([200, 409]);
});

it('while the database is away reads are answered, writes are put off, and all is well once it is back', async () => {
  const [{ app }, { app: idle }] = await serveTwice();
  const { body: user } = await send(app, 'post', '/Users', oktaUser('ada@acme.example')).expect(201);
  const rename = replacing({ displayName: 'Ada L.' });
  // Also once it has been told how the last runs ended.
  await request(app).get('/health').expect(200);
  await postgres.kill();
  try {
    for (const answer of [
      await send(app, 'patch', `/Users/${user.id}`, rename),
      await send(app, 'post', '/Users', oktaUser('eve@acme.example')),
    ]) {
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toMatch(/^\d+$/);
      expect(answer.body).toMatchObject({ schemas: [ERROR_MESSAGE], status: '503' });
    }
    const { body: still } = await send(app, 'get', `/Users/${user.id}`).expect(200);
    expect(still.displayName).toBe(user.displayName);
    await send(app, 'get', '/Users?filter=userName eq "ada@acme.example"').expect(200);
    await request(app).get('/health/live').expect(200);
    // Also where nobody has read or written since.
    for (const each of [app, idle]) {
      const { body: health } = await request(each).get('/health').expect(503);
      expect(health).toMatchObject({ status: 'alarm', storeFault: { code: 'STORE_UNAVAILABLE' } });
    }
  } finally {
    await postgres.start();
  }
  await expect.poll(async () => (await send(app, 'patch', `/Users/${user.id}`, rename)).status).toBe(200);
  const { body: again } = await send(app, 'get', `/Users/${user.id}`).expect(200);
  expect(again.displayName).toBe('Ada L.');
});

it('a run that loses the database ends with a code, and the next one does the rest', async () => {
  const [{ bridge }] = await serveTwice();
  const running = bridge.sync().then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
  await expect.poll(async () => (await bridge.health()).running).toBe(true);
  await postgres.kill();
  const outcome = await running;
  await postgres.start();
  expect(outcome).toMatch(/^STORE_(UNAVAILABLE|FENCED)$/);
  await expect
    .poll(
      () =>
        bridge.sync().then(
          ({ targets }) => targets.length,
          () => 0,
        ),
      { timeout: 10_000 },
    )
    .toBe(1);
});
