/** The bridge's endpoint inside somebody else's application: every address in every answer leads back to where it is mounted. */
import { createRequire } from 'node:module';
import express from 'express';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bridge, createBridge } from '../../src/bridge.js';
import { isJsonObject, type JsonValue } from '../../src/json.js';
import { ENTERPRISE_USER, GROUP, USER } from '../../src/scim/schema.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';

/** The same package in its former version, which has no types under this name. */
const express4: typeof express = createRequire(import.meta.url)('express4');

const TOKEN = 'an-idp-token-0123456789';
const PROXY = 'https://people.acme.example';

let lucca: LuccaSimulator;
beforeAll(async () => {
  lucca = await startLuccaSimulator({ quota: { enforced: false } });
});
afterAll(() => lucca.close());

/** Every address that an answer holds, wherever it stands. */
function addressesIn(value: JsonValue | undefined, key = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => addressesIn(item, key));
  if (isJsonObject(value)) return Object.entries(value).flatMap(([name, inner]) => addressesIn(inner, name));
  return typeof value === 'string' && (key === '$ref' || key === 'location') ? [value] : [];
}

describe.each([
  ['Express 4', express4],
  ['Express 5', express],
])('in an application of %s', (_, framework) => {
  describe.each([
    ['reached through a proxy that it trusts', undefined, `${PROXY}/a/b/scim`],
    ['with a public address of its own', 'https://scim.acme.example/v2', 'https://scim.acme.example/v2'],
  ])('%s', (_, publicUrl, root) => {
    let bridge: Bridge;
    let app: ReturnType<typeof express>;

    beforeAll(async () => {
      bridge = await createBridge(
        {
          tenant: 'acme',
          lucca: lucca.config('api-key'),
          server: {
            clients: [{ name: 'okta', role: 'idp', tokens: [TOKEN] }],
            ...(publicUrl && { publicUrl }),
          },
        },
        { store: createMemoryStore() },
      );
      await bridge.sync();
      app = framework();
      app.set('trust proxy', true);
      app.use(framework.json());
      app.use('/a/b/scim', bridge.scimRouter());
    });
    afterAll(() => bridge.close());

    const send = (method: 'get' | 'post', path: string) =>
      request(app)
        [method](`/a/b/scim${path}`)
        .set('Authorization', `Bearer ${TOKEN}`)
        .set('X-Forwarded-Proto', 'https')
        .set('X-Forwarded-Host', 'people.acme.example');
    /** By the way that an address shows, which the client's proxy would send on to the application. */
    const follow = (address: string) => send('get', address.slice(root.length)).expect(200);

    it.each(['application/json', 'application/scim+json'])(
      'a resource made with %s says where it is, in headers, meta and references',
      async (type) => {
        const manager = await send('get', '/Users?count=1').expect(200);
        const boss: string = manager.body.Resources[0].id;
        const userName = `${type.length}@acme.example`;
        const user = {
          schemas: [USER, ENTERPRISE_USER],
          userName,
          [ENTERPRISE_USER]: { manager: { value: boss } },
        };
        const made = await send('post', '/Users')
          .set('Content-Type', type)
          .send(JSON.stringify(user))
          .expect(201);
        const here = `${root}/Users/${made.body.id}`;
        expect([made.headers.location, made.headers['content-location'], made.body.meta.location]).toEqual([
          here,
          here,
          here,
        ]);
        const group = { schemas: [GROUP], displayName: userName, members: [{ value: made.body.id }] };
        const listed = await send('post', '/Groups')
          .set('Content-Type', type)
          .send(JSON.stringify(group))
          .expect(201);
        expect(listed.headers.location).toBe(`${root}/Groups/${listed.body.id}`);
        expect(listed.body.members[0].$ref).toBe(here);
        const again = await follow(here);
        expect(again.body.groups[0].$ref).toBe(listed.headers.location);
        expect(again.body[ENTERPRISE_USER].manager.$ref).toBe(`${root}/Users/${boss}`);
      },
    );

    it.each(['/Users', '/Groups', '/Schemas', '/ResourceTypes', '/ServiceProviderConfig'])(
      'all addresses of %s begin there, and lead somewhere',
      async (path) => {
        const { body } = await send('get', path).expect(200);
        const addresses = addressesIn(body);
        expect(addresses.length).toBeGreaterThan(0);
        expect(addresses.filter((address) => !address.startsWith(`${root}/`))).toEqual([]);
        for (const address of new Set([addresses[0], addresses.at(-1)])) if (address) await follow(address);
      },
    );

    it('what a search finds and what bulk makes is there too', async () => {
      const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], count: 2 };
      const found = await send('post', '/Users/.search').send(search).expect(200);
      for (const { meta } of found.body.Resources) await follow(meta.location);
      const user = { schemas: [USER], userName: 'bulk@acme.example' };
      const bulk = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [{ method: 'POST', path: '/Users', bulkId: 'one', data: user }],
      };
      const { body } = await send('post', '/Bulk').send(bulk).expect(200);
      const [{ status, location }] = body.Operations;
      expect([status, location.startsWith(`${root}/Users/`)]).toEqual(['201', true]);
      await follow(location);
    });
  });
});
