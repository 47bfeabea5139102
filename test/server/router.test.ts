/** What the router does around the exchanges: logging, limits, `/Me`, errors of its own, further resource types. */
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { createRegistry } from '../../src/scim/registry.js';
import { USER } from '../../src/scim/schema.js';
import type { Backend } from '../../src/server/backend.js';
import type { RequestLogEntry } from '../../src/server/service.js';
import { type EndpointOptions, startEndpoint, TOKENS } from './endpoint.js';
import { type Endpoint, replay } from './session.js';

let endpoint: (Endpoint & { basePath: string }) | undefined;

afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
});

async function start(options: EndpointOptions): Promise<Endpoint> {
  endpoint = await startEndpoint(options);
  return endpoint;
}

describe('the request log', () => {
  it('says who asked for which route with which outcome, and nothing personal', async () => {
    const entries: RequestLogEntry[] = [];
    const { id } = await replay(await start({ log: (entry) => entries.push(entry) }), [
      {
        send: 'POST /Users',
        body: { schemas: [USER], userName: 'ines@example.com' },
        status: 201,
        save: { id: 'id' },
      },
      { send: 'GET /Users?filter=userName eq "ines@example.com"', status: 200 },
      { send: 'GET /Users/{{id}}', status: 200 },
      { send: 'GET /Users/{{id}}', status: 401, with: { Authorization: 'Bearer wrong' } },
      { send: 'DELETE /Groups', status: 405 },
      { send: 'GET /ines@example.com', status: 404 },
    ]);
    expect(
      entries.map(({ client, method, route, id, status }) => [client, method, route, id, status]),
    ).toEqual([
      ['okta', 'POST', '/Users', undefined, 201],
      ['okta', 'GET', '/Users', undefined, 200],
      ['okta', 'GET', '/Users/{id}', id, 200],
      [undefined, 'GET', '/Users/{id}', id, 401],
      ['okta', 'DELETE', '/Groups', undefined, 405],
      ['okta', 'GET', undefined, undefined, 404],
    ]);
    expect(entries.map(({ error }) => error?.code)).toEqual([
      undefined,
      undefined,
      undefined,
      'SCIM_UNAUTHORIZED',
      'SCIM_METHOD_NOT_ALLOWED',
      'SCIM_NOT_FOUND',
    ]);
    expect(JSON.stringify(entries)).not.toContain('ines');
  });
});

describe('the rate limit', () => {
  it('refuses one client with 429 and Retry-After while another goes on', async () => {
    await replay(await start({ rateLimit: { requests: 2, seconds: 60 } }), [
      { send: 'GET /Users', status: 200 },
      { send: 'GET /Users', status: 200, with: { Authorization: `Bearer ${TOKENS.idpNext}` } },
      {
        send: 'GET /Users',
        status: 429,
        headers: { 'Retry-After': '60', 'Content-Type': 'application/scim+json' },
        expect: { schemas: ['{{Error}}'], status: '429' },
      },
      { send: 'GET /Users', status: 200, with: { Authorization: `Bearer ${TOKENS.reader}` } },
    ]);
  });
});

describe('/Me', () => {
  const me = (subject: string | undefined): EndpointOptions => ({
    newId: () => 'u1',
    authenticator: {
      challenge: 'Bearer',
      authenticate: () => ({ name: 'ines', role: 'idp', ...(subject === undefined ? {} : { subject }) }),
    },
  });

  it('is the user that the token stands for', async () => {
    await replay(await start(me('u1')), [
      { send: 'GET /Me', status: 404 },
      { send: 'POST /Users', body: { schemas: [USER], userName: 'ines' }, status: 201 },
      {
        send: 'GET /Me',
        status: 200,
        headers: { Location: '{{base}}/Users/u1' },
        expect: { userName: 'ines' },
      },
      { send: 'PUT /Me', body: { schemas: [USER], userName: 'ines', title: 'Head' }, status: 200 },
      {
        send: 'PATCH /Me',
        body: { schemas: ['{{PatchOp}}'], Operations: [{ op: 'add', path: 'nickName', value: 'Nini' }] },
        status: 200,
        expect: { title: 'Head', nickName: 'Nini' },
      },
      { send: 'POST /Me', body: { schemas: [USER], userName: 'leo' }, status: 501 },
      { send: 'DELETE /Me', status: 204 },
      { send: 'GET /Users/u1', status: 404 },
    ]);
  });

  it('is not implemented for a token that stands for nobody', async () => {
    await replay(await start(me(undefined)), [
      { send: 'GET /Me', status: 501, expect: { schemas: ['{{Error}}'], status: '501' } },
    ]);
  });
});

describe('a cursor', () => {
  it('expires', async () => {
    let now = 0;
    const server = await start({ now: () => now, limits: { cursorSeconds: 60 } });
    const { next } = await replay(server, [
      { send: 'POST /Users', body: { schemas: [USER], userName: 'a' }, status: 201 },
      { send: 'POST /Users', body: { schemas: [USER], userName: 'b' }, status: 201 },
      { send: 'GET /Users?cursor=&count=1', status: 200, save: { next: 'nextCursor' } },
    ]);
    now = 60_000;
    await replay(server, [{ send: `GET /Users?cursor=${next}&count=1`, status: 200 }]);
    now = 60_001;
    await replay(server, [
      { send: `GET /Users?cursor=${next}&count=1`, status: 400, expect: { scimType: 'expiredCursor' } },
    ]);
  });

  it('is good in every process that has the key', async () => {
    const cursorKey = new Uint8Array(32).fill(7);
    const users = ['a', 'b'].map((userName) => ({
      send: 'POST /Users',
      body: { schemas: [USER], userName },
      status: 201,
    }));
    const { next } = await replay(await start({ cursorKey }), [
      ...users,
      { send: 'GET /Users?cursor=&count=1', status: 200, save: { next: 'nextCursor' } },
    ]);
    await endpoint?.close();
    await replay(await start({ cursorKey }), [
      ...users,
      { send: `GET /Users?cursor=${next}&count=1`, status: 200, expect: { Resources: [{ userName: 'b' }] } },
    ]);
  });
});

describe('an error inside a backend', () => {
  it('is a 500 that tells the client nothing and the operator everything', async () => {
    const errors: unknown[] = [];
    const failure = new Error('password of the database is hunter2');
    const fail = (): never => {
      throw failure;
    };
    const backend: Backend = {
      get: fail,
      query: fail,
      create: fail,
      replace: fail,
      patch: fail,
      remove: fail,
    };
    const server = await start({ backend, onError: (error) => errors.push(error) });
    const response = await request(server.server)
      .get('/scim/v2/Users/1')
      .set('Authorization', server.authorization)
      .expect(500);
    expect(response.body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '500',
      detail: expect.not.stringContaining('hunter2'),
    });
    expect(errors).toEqual([failure]);
  });

  it('fails one bulk operation, not the others', async () => {
    const errors: unknown[] = [];
    const server = await startEndpoint({ onError: (error) => errors.push(error) });
    endpoint = server;
    server.backend.remove = () => {
      throw new Error('broken');
    };
    await replay(server, [
      {
        send: 'POST /Bulk',
        body: {
          schemas: ['{{BulkRequest}}'],
          Operations: [
            { method: 'DELETE', path: '/Users/a' },
            { method: 'POST', path: '/Users', bulkId: 'b', data: { schemas: [USER], userName: 'b' } },
          ],
        },
        status: 200,
        expect: { Operations: [{ status: '500' }, { status: '201' }] },
      },
    ]);
    expect(errors).toHaveLength(1);
  });
});

describe('a further resource type', () => {
  const SPACESHIP = 'urn:example:Spaceship';
  const simple = { description: '', multiValued: false, required: false, caseExact: false } as const;
  const registry = createRegistry({
    schemas: [
      {
        id: SPACESHIP,
        name: 'Spaceship',
        description: 'A ship',
        attributes: [
          {
            ...simple,
            name: 'callSign',
            type: 'string',
            required: true,
            mutability: 'readWrite',
            returned: 'default',
            uniqueness: 'server',
          },
          {
            ...simple,
            name: 'hull',
            type: 'string',
            mutability: 'immutable',
            returned: 'default',
            uniqueness: 'none',
          },
          {
            ...simple,
            name: 'secret',
            type: 'string',
            mutability: 'writeOnly',
            returned: 'never',
            uniqueness: 'none',
          },
          {
            ...simple,
            name: 'logbook',
            type: 'string',
            mutability: 'readWrite',
            returned: 'request',
            uniqueness: 'none',
          },
          {
            ...simple,
            name: 'crew',
            type: 'integer',
            mutability: 'readWrite',
            returned: 'default',
            uniqueness: 'none',
          },
        ],
      },
    ],
    resourceTypes: [
      {
        id: 'Spaceship',
        name: 'Spaceship',
        endpoint: '/Spaceships',
        description: '',
        schema: SPACESHIP,
        schemaExtensions: [],
      },
    ],
  });

  it('is served like the others, without code of its own', async () => {
    const ship = (attributes: JsonObject): JsonObject => ({ schemas: [SPACESHIP], ...attributes });
    await replay(await start({ registry }), [
      {
        send: 'POST /Spaceships',
        body: ship({ callSign: 'Nostromo', hull: 'N-1', secret: 'x', logbook: 'day 1', crew: 7 }),
        status: 201,
        headers: { Location: '<string>' },
        expect: {
          callSign: 'Nostromo',
          crew: 7,
          secret: '<absent>',
          logbook: '<absent>',
          meta: { resourceType: 'Spaceship' },
        },
        save: { id: 'id' },
      },
      { send: 'POST /Spaceships', body: ship({ callSign: 'NOSTROMO' }), status: 409 },
      { send: 'POST /Spaceships', body: ship({ callSign: 'Narcissus', crew: 1.5 }), status: 400 },
      {
        send: 'GET /Spaceships/{{id}}?attributes=logbook,secret',
        status: 200,
        expect: { logbook: 'day 1', secret: '<absent>' },
      },
      { send: 'GET /Spaceships?filter=crew ge 7', status: 200, expect: { totalResults: 1 } },
      {
        send: 'PUT /Spaceships/{{id}}',
        body: ship({ callSign: 'Nostromo', hull: 'N-2' }),
        status: 400,
        expect: { scimType: 'mutability' },
      },
      {
        send: 'PUT /Spaceships/{{id}}',
        body: ship({ callSign: 'Nostromo' }),
        status: 200,
        expect: { hull: 'N-1', crew: '<absent>' },
      },
      { send: 'GET /?filter=callSign pr', status: 200, expect: { totalResults: 1 } },
      { send: 'GET /ResourceTypes/Spaceship', status: 200 },
      { send: 'GET /Schemas/urn:example:Spaceship', status: 200 },
      { send: 'DELETE /Spaceships/{{id}}', status: 204 },
    ]);
  });
});
