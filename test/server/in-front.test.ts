/** The endpoint in front of an Express application, as `lucca-scim serve` has it. */
import { createServer, type RequestListener } from 'node:http';
import express from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../src/scim/registry.js';
import { USER } from '../../src/scim/schema.js';
import { inFrontOf } from '../../src/server/in-front.js';
import { scimRouter } from '../../src/server/router.js';
import { MemoryBackend } from '../../src/testing/target/memory-backend.js';
import { authenticator, TOKENS } from './endpoint.js';

const registry = createRegistry();

function listener(basePath = '/scim/v2'): RequestListener {
  const endpoint = scimRouter({ registry, backend: new MemoryBackend({ registry }), authenticator });
  const app = express().use(basePath, endpoint);
  app.use((asked, response) => {
    response.json({ application: asked.originalUrl });
  });
  return inFrontOf(app, basePath, endpoint);
}

const get = (server: RequestListener, path: string): request.Test =>
  request(createServer(server)).get(path).set('Authorization', `Bearer ${TOKENS.idp}`);

const post = (server: RequestListener, path: string): request.Test =>
  request(createServer(server))
    .post(path)
    .set('Authorization', `Bearer ${TOKENS.idp}`)
    .set('Content-Type', 'application/scim+json')
    .send(JSON.stringify({ schemas: [USER], userName: 'ines' }));

describe('the endpoint in front of an application', () => {
  it('answers below its base path, by the address that the client used', async () => {
    const server = listener();
    const created = await post(server, '/scim/v2/Users').expect(201);
    expect(created.headers.location).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/scim\/v2\/Users\/[\w-]+$/);
    for (const path of ['/scim/v2/Users', '/scim/v2/Users/', '/scim/v2/Users?count=1', '/scim/v2?count=1']) {
      const list = await get(server, path).expect(200);
      expect(list.body.totalResults).toBe(1);
    }
  });

  it('leaves everything else to the application, with its whole address', async () => {
    for (const path of ['/', '/health?deep=1', '/scim', '/scim/v2x/Users', '/admin/scim/v2/Users']) {
      const answer = await get(listener(), path).expect(200);
      expect(answer.body).toEqual({ application: path });
    }
  });

  it('answers through the application where the base path comes in other letters', async () => {
    const answer = await get(listener(), '/SCIM/V2/Users').expect(200);
    expect(answer.body.totalResults).toBe(0);
  });

  it('takes a base path with a final slash, and the root', async () => {
    for (const [basePath, path] of [
      ['/scim/v2/', '/scim/v2/Users'],
      ['/', '/Users'],
    ] as const) {
      const answer = await get(listener(basePath), path).expect(200);
      expect(answer.body.totalResults).toBe(0);
    }
  });

  it('does not believe forwarded headers', async () => {
    const created = await post(listener(), '/scim/v2/Users')
      .set('X-Forwarded-Proto', 'https')
      .set('X-Forwarded-Host', 'evil.example')
      .expect(201);
    expect(created.headers.location).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  it('hands a request back to the application, as it came, when the endpoint cannot take it', async () => {
    const app = express().use((asked, response) => {
      response.status(503).json({ url: asked.url });
    });
    const closed = inFrontOf(app, '/scim/v2', (_request, _response, next) => next(new Error('not open')));
    const answer = await get(closed, '/scim/v2/Users?count=1').expect(503);
    expect(answer.body).toEqual({ url: '/scim/v2/Users?count=1' });
  });
});
