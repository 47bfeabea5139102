/** Two records that turned out to be one person: clients that know the person by the former id find everything by it. */
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergePeople } from '../../../src/identity/links.js';
import type { JsonObject } from '../../../src/json.js';
import { PATCH_OP } from '../../../src/scim/patch.js';
import { ENTERPRISE_USER, GROUP, USER } from '../../../src/scim/schema.js';
import { openServedState } from '../../../src/server/bridge/collections.js';
import {
  type BridgeEndpoint,
  readLucca,
  readLuccaGroups,
  startBridgeEndpoint,
  TENANT,
} from './bridge-endpoint.js';

const AT = '2026-11-20T12:00:00.000Z';

let endpoint: BridgeEndpoint;
/** Of the person as Okta knew her, of the one who reports to her, and of the group that lists her. */
let former: string;
let report: string;
let group: string;
const present = 'p-1';

function send(method: 'get' | 'put' | 'patch' | 'post' | 'delete', path: string, body?: JsonObject) {
  const test = request(endpoint.server)[method](`/scim/v2${path}`).set('Authorization', 'Bearer okta');
  return body === undefined ? test : test.send(body);
}

async function find(endpointPath: string, filter: string): Promise<string[]> {
  const { body } = await send('get', `${endpointPath}?filter=${encodeURIComponent(filter)}`).expect(200);
  expect(body.totalResults).toBe(body.Resources.length);
  return body.Resources.map(({ id }: { id: string }) => id);
}

beforeEach(async () => {
  endpoint = await startBridgeEndpoint();
  await readLucca(endpoint.store, {
    [present]: { userName: 'ines@acme.example', displayName: 'Ines' },
  });
  const user = (userName: string, more: JsonObject = {}) => ({ schemas: [USER], userName, ...more });
  former = (await send('post', '/Users', user('agnes@acme.example', { externalId: '00u1' })).expect(201)).body
    .id;
  const managed = { [ENTERPRISE_USER]: { manager: { value: former } } };
  report = (await send('post', '/Users', user('leo@acme.example', managed)).expect(201)).body.id;
  const members = [{ value: former }, { value: report }];
  group = (await send('post', '/Groups', { schemas: [GROUP], displayName: 'Buyers', members }).expect(201))
    .body.id;
  const head = { manager: { value: former } };
  const unit = 'urn:ietf:params:scim:schemas:extension:lucca:2.0:Group';
  await readLuccaGroups(endpoint.store, {
    unit: { attributes: { displayName: 'Buying', [unit]: head }, members: [present] },
  });
  const { people } = openServedState(endpoint.store, TENANT);
  const [from, to] = [await people.get(former), await people.get(present)];
  if (from === undefined || to === undefined) throw new Error('somebody is missing');
  await people.put([mergePeople(from, to, AT)]);
  await people.delete([former]);
});

afterEach(() => endpoint.close());

describe('A former id', () => {
  it('is answered by the person under the present one', async () => {
    const { body, headers } = await send('get', `/Users/${former}`).expect(200);
    expect(body).toMatchObject({ id: present, externalId: '00u1', userName: 'agnes@acme.example' });
    expect(headers.location).toMatch(/\/Users\/p-1$/);
  });

  it('is found by filters, alone and with other terms', async () => {
    expect(await find('/Users', `id eq "${former}"`)).toEqual([present]);
    expect(await find('/Users', `id eq "${former}" and userName eq "agnes@acme.example"`)).toEqual([present]);
    expect(
      await find('/Users', `id eq "${report}" and ${ENTERPRISE_USER}:manager.value eq "${former}"`),
    ).toEqual([report]);
    expect(await find('/Users', `not (id eq "${former}")`)).toEqual([report]);
  });

  it.each([
    ['former', () => former],
    ['present', () => present],
  ])('of a manager, a member or a head is one with the other: by the %s', async (_, id) => {
    expect(await find('/Users', `${ENTERPRISE_USER}:manager.value eq "${id()}"`)).toEqual([report]);
    expect(await find('/Users', `manager eq "${id()}"`)).toEqual([report]);
    expect(await find('/Groups', `members.value eq "${id()}" and displayName eq "Buyers"`)).toEqual([group]);
    expect(await find('/Groups', `members[value eq "${id()}"]`)).toEqual([group, 'unit']);
    const unit = 'urn:ietf:params:scim:schemas:extension:lucca:2.0:Group';
    expect(await find('/Groups', `${unit}:manager.value eq "${id()}"`)).toEqual(['unit']);
    await send('patch', `/Groups/${group}`, {
      schemas: [PATCH_OP],
      Operations: [{ op: 'remove', path: `members[value eq "${id()}"]` }],
    }).expect(200);
    expect(await find('/Groups', `members eq "${id()}"`)).toEqual(['unit']);
  });

  it('is shown nowhere any more', async () => {
    const shown = [
      `/Users/${former}`,
      `/Users/${report}`,
      `/Groups/${group}`,
      '/Groups/unit',
      '/Users',
      '/Groups',
    ];
    for (const path of shown) {
      const { text } = await send('get', path).expect(200);
      expect(text).not.toContain(former);
    }
  });

  it('may be written to, and named as member and manager', async () => {
    const replace = (path: string, value: string | JsonObject) => ({
      schemas: [PATCH_OP],
      Operations: [{ op: 'replace', path, value }],
    });
    await send('patch', `/Users/${former}`, replace('displayName', 'Agnes')).expect(200);
    expect((await send('get', `/Users/${present}`)).body.displayName).toBe('Agnes');
    const put = { schemas: [GROUP], displayName: 'Buyers', members: [{ value: former }] };
    const { body } = await send('put', `/Groups/${group}`, put).expect(200);
    expect(body.members.map(({ value }: { value: string }) => value)).toEqual([present]);
    const manager = `${ENTERPRISE_USER}:manager`;
    const moved = await send('patch', `/Users/${report}`, replace(manager, { value: former })).expect(200);
    expect(moved.body[ENTERPRISE_USER].manager).toMatchObject({ value: present });
    await send('delete', `/Users/${former}`).expect(204);
    await send('get', `/Users/${present}`).expect(404);
    expect((await send('get', `/Groups/${group}`)).body.members).toBeUndefined();
  });
});
