/** The router inside other people's applications. */
import { createRequire } from 'node:module';
import express, { type Application } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../src/scim/registry.js';
import { USER } from '../../src/scim/schema.js';
import { scimRouter } from '../../src/server/router.js';
import type { ScimRouterOptions } from '../../src/server/service.js';
import { MemoryBackend } from '../../src/testing/target/memory-backend.js';
import { authenticator, TOKENS } from './endpoint.js';

/** The same package in its former version, which has no types under this name. */
const express4: typeof express = createRequire(import.meta.url)('express4');

const registry = createRegistry();
const router = (options: Partial<ScimRouterOptions> = {}): ReturnType<typeof scimRouter> =>
  scimRouter({ registry, backend: new MemoryBackend({ registry }), authenticator, ...options });

function post(app: Application, path: string, userName = 'ines'): request.Test {
  return request(app)
    .post(path)
    .set('Authorization', `Bearer ${TOKENS.idp}`)
    .set('Content-Type', 'application/scim+json')
    .send(JSON.stringify({ schemas: [USER], userName }));
}

const locationOf = (response: request.Response): string => response.headers.location ?? '';

describe('the router', () => {
  it('answers under any base path, several times in one application', async () => {
    const app = express();
    app.use('/scim/v2', router());
    app.use('/tenants/:tenant/scim', router());
    const first = await post(app, '/scim/v2/Users').expect(201);
    const second = await post(app, '/tenants/acme/scim/Users').expect(201);
    expect(locationOf(first)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/scim\/v2\/Users\/[\w-]+$/);
    expect(locationOf(second)).toMatch(/\/tenants\/acme\/scim\/Users\/[\w-]+$/);
  });

  it('answers at the root of an application', async () => {
    const app = express().use(router());
    expect(locationOf(await post(app, '/Users').expect(201))).toMatch(/:\d+\/Users\/[\w-]+$/);
  });

  it('shows the address by which it was reached, even when two are used in turn', async () => {
    const app = express().use('/scim/v2', router());
    const id = (await post(app, '/scim/v2/Users').expect(201)).headers.location?.split('/').at(-1);
    for (const host of ['a.example', 'b.example', 'a.example']) {
      const response = await request(app)
        .get(`/scim/v2/Users/${id}`)
        .set('Host', host)
        .set('Authorization', `Bearer ${TOKENS.idp}`);
      expect(response.body.meta.location).toBe(`http://${host}/scim/v2/Users/${id}`);
    }
  });

  it('believes forwarded headers only where the application trusts its proxy', async () => {
    for (const [trust, origin] of [
      [true, 'https://scim.acme.example'],
      [false, 'http://127.0.0.1'],
    ] as const) {
      const app = express().set('trust proxy', trust).use('/scim/v2', router());
      const response = await post(app, '/scim/v2/Users')
        .set('X-Forwarded-Proto', 'https')
        .set('X-Forwarded-Host', 'scim.acme.example');
      expect(locationOf(response).startsWith(origin)).toBe(true);
    }
  });

  it.each([
    ['Express 4', express4],
    ['Express 5', express],
  ])(
    'keeps the port by which it was reached through a proxy, in an application of %s',
    async (_, framework) => {
      const app = framework().set('trust proxy', true).use('/scim/v2', router());
      const https = await post(app, '/scim/v2/Users', 'a')
        .set('X-Forwarded-Proto', 'https')
        .set('Host', 'in.example:8443');
      expect(locationOf(https)).toMatch(/^https:\/\/in\.example:8443\/scim\/v2\/Users\//);
      const chained = await post(app, '/scim/v2/Users', 'b')
        .set('X-Forwarded-Proto', 'https')
        .set('X-Forwarded-Host', 'out.example:444, middle.example');
      expect(locationOf(chained)).toMatch(/^https:\/\/out\.example:444\/scim\/v2\/Users\//);
    },
  );

  it('shows the configured address whatever the request says', async () => {
    const app = express().use('/scim/v2', router({ publicUrl: 'https://people.acme.example/scim/v2/' }));
    expect(locationOf(await post(app, '/scim/v2/Users').set('Host', 'inside'))).toMatch(
      /^https:\/\/people\.acme\.example\/scim\/v2\/Users\/[\w-]+$/,
    );
  });

  it('refuses a Host that could not be part of an address', async () => {
    const app = express().use('/scim/v2', router());
    await post(app, '/scim/v2/Users').set('Host', 'evil"><script>').expect(400);
  });

  it('reads the body itself, or takes what a parser before it has read', async () => {
    const parsers = [
      express.json({ type: ['application/json', 'application/scim+json'] }),
      express.raw({ type: () => true }),
      express.text({ type: () => true }),
      express.json(),
      express4.json(),
      express.urlencoded(),
    ];
    for (const parser of parsers) {
      const app = express().use(parser).use('/scim/v2', router());
      await post(app, '/scim/v2/Users').expect(201);
    }
  });

  it('refuses what another parser made of the body when it is no object', async () => {
    const app = express()
      .use(express.json({ strict: false, type: () => true }))
      .use('/scim/v2', router());
    await request(app)
      .post('/scim/v2/Users')
      .set('Authorization', `Bearer ${TOKENS.idp}`)
      .set('Content-Type', 'application/json')
      .send('[1]')
      .expect(400);
  });

  it('works in an Express 4 application', async () => {
    const app = express4();
    app.use('/scim/v2', router());
    const created = await post(app, '/scim/v2/Users').expect(201);
    expect(locationOf(created)).toMatch(/\/scim\/v2\/Users\/[\w-]+$/);
    const list = await request(app)
      .get('/scim/v2/Users?count=1')
      .set('Authorization', `Bearer ${TOKENS.idp}`)
      .expect(200);
    expect(list.body).toMatchObject({ totalResults: 1, itemsPerPage: 1 });
  });
});
