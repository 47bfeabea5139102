/** Whom an IdP means, when several could be meant. */
import request from 'supertest';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { linkConflict } from '../../../src/identity/conflicts.js';
import { linkSource } from '../../../src/identity/links.js';
import { PATCH_OP } from '../../../src/scim/patch.js';
import { openServedState } from '../../../src/server/bridge/collections.js';
import { type BridgeEndpoint, readLucca, startBridgeEndpoint, TENANT } from './bridge-endpoint.js';

const AT = '2026-11-20T12:00:00.000Z';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

let endpoint: BridgeEndpoint;

beforeEach(async () => {
  endpoint = await startBridgeEndpoint();
  const shared = { userName: 'shared@acme.example', active: true };
  await readLucca(endpoint.store, { 'p-1': shared, 'p-2': shared });
});

afterEach(() => endpoint.close());

function create(attributes: object) {
  return request(endpoint.server)
    .post('/scim/v2/Users')
    .set('Authorization', 'Bearer okta')
    .send({ schemas: [USER], userName: 'shared@acme.example', ...attributes });
}

async function conflicts() {
  const found = [];
  for await (const conflict of openServedState(endpoint.store, TENANT).conflicts.list()) found.push(conflict);
  return found;
}

it('The question is put into the conflict queue once, with ids only', async () => {
  expect((await create({ externalId: '00u1' })).status).toBe(409);
  expect((await create({ externalId: '00u1' })).status).toBe(409);
  expect(await conflicts()).toMatchObject([
    {
      kind: 'ambiguous-match',
      source: 'idp:okta',
      sourceId: '00u1',
      on: 'userName',
      people: ['p-1', 'p-2'],
      state: 'open',
    },
  ]);
});

it('The answer of an admin decides the next attempt, where the IdP names the user by an externalId of its own', async () => {
  await create({ externalId: '00u1' });
  const { people } = openServedState(endpoint.store, TENANT);
  const person = await people.get('p-2');
  if (person === undefined) throw new Error('p-2 is gone');
  await people.put([linkSource(person, 'idp:okta', '00u1', AT)]);
  const { status, body } = await create({ externalId: '00u1', userName: 'second@acme.example' });
  expect([status, body.id]).toEqual([201, 'p-2']);
});

it('The answer of an admin decides the next attempt, where it does not', async () => {
  await create({});
  const { conflicts: queue } = openServedState(endpoint.store, TENANT);
  const [conflict] = await conflicts();
  if (conflict === undefined) throw new Error('nothing is in the queue');
  await queue.put([linkConflict(conflict, 'p-1', 'admin', AT)]);
  const { status, body } = await create({});
  expect([status, body.id]).toEqual([201, 'p-1']);
});

it('Two IdPs that keep saying different things about one value are brought before an admin, once', async () => {
  const { body } = await create({ userName: 'leo@acme.example' }).expect(201);
  const say = (client: string, title: string) =>
    request(endpoint.server)
      .patch(`/scim/v2/Users/${body.id}`)
      .set('Authorization', `Bearer ${client}`)
      .send({ schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'title', value: title }] })
      .expect(200);
  for (let round = 0; round < 5; round += 1) {
    await say('okta', 'Head');
    await say('entra', 'Chief');
  }
  expect(await conflicts()).toMatchObject([
    { kind: 'fight', source: null, on: 'title', people: [body.id], state: 'open' },
  ]);
});
