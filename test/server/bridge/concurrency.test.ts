/** Several clients, and runs, writing at once into a store on disk. */
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { putAssertion } from '../../../src/identity/assertion.js';
import type { JsonObject } from '../../../src/json.js';
import { openServedState } from '../../../src/server/bridge/collections.js';
import { listIdpGroups } from '../../../src/server/bridge/idp-groups.js';
import { openLowdbStore } from '../../../src/store/lowdb.js';
import type { Store } from '../../../src/store/store.js';
import { temporaryFolder } from '../../store/folders.js';
import { type BridgeEndpoint, readLucca, startBridgeEndpoint, TENANT } from './bridge-endpoint.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let store: Store;
let endpoint: BridgeEndpoint;

beforeEach(async () => {
  store = await openLowdbStore({ folder: await temporaryFolder() });
  endpoint = await startBridgeEndpoint({ store });
});

afterEach(async () => {
  await endpoint.close();
  await store.close();
});

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete';

async function send(
  verb: Verb,
  path: string,
  body?: JsonObject,
  client = 'okta',
): Promise<{ status: number; body: JsonObject }> {
  const response = await request(endpoint.server)
    [verb](`/scim/v2${path}`)
    .set('Authorization', `Bearer ${client}`)
    .send(body);
  return { status: response.status, body: response.body };
}

function patch(...operations: JsonObject[]): JsonObject {
  return { schemas: [PATCH_OP], Operations: operations };
}

/** How often each status came. */
function tally(answers: readonly { status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe('Writes at the same time', () => {
  it('let one of many creates of one userName through, whatever its letter case', async () => {
    const names = ['ines@acme.example', 'INES@acme.example', 'Ines@Acme.example', 'ines@acme.example'];
    const answers = await Promise.all(
      names.map((userName) => send('post', '/Users', { schemas: [USER], userName })),
    );
    expect(tally(answers)).toEqual({ 201: 1, 409: 3 });
    expect((await send('get', '/Users')).body.totalResults).toBe(1);
  });

  it('of two IdPs that bring the same person make one person', async () => {
    const body = { schemas: [USER], userName: 'ines@acme.example' };
    const answers = await Promise.all([
      send('post', '/Users', { ...body, externalId: '00u1' }, 'okta'),
      send('post', '/Users', { ...body, externalId: 'ines' }, 'entra'),
    ]);
    expect(tally(answers)).toEqual({ 201: 2 });
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    const [okta, entra] = answers;
    expect(okta?.body.externalId).toBe('00u1');
    expect(entra?.body.externalId).toBe('ines');
  });

  it('recognise each other by the e-mail, where the names differ', async () => {
    const emails = [{ value: 'ines@acme.example', type: 'work' }];
    const answers = await Promise.all([
      send('post', '/Users', { schemas: [USER], userName: 'ines', emails }, 'okta'),
      send('post', '/Users', { schemas: [USER], userName: 'i.petit', emails }, 'entra'),
    ]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('give a name that two users want to one of them', async () => {
    const users = await Promise.all(
      ['a', 'b', 'c'].map((userName) => send('post', '/Users', { schemas: [USER], userName })),
    );
    const answers = await Promise.all(
      users.map(({ body }) =>
        send('patch', `/Users/${body.id}`, patch({ op: 'replace', path: 'userName', value: 'wanted' })),
      ),
    );
    expect(tally(answers)).toEqual({ 200: 1, 409: 2 });
  });

  it('to one user all count, each on what the one before left', async () => {
    const { body: user } = await send('post', '/Users', { schemas: [USER], userName: 'ines' });
    const types = ['home', 'other', 'work'];
    const answers = await Promise.all(
      types.map((type) =>
        send(
          'patch',
          `/Users/${user.id}`,
          patch({ op: 'add', path: 'emails', value: [{ value: `${type}@acme.example`, type }] }),
        ),
      ),
    );
    expect(tally(answers)).toEqual({ 200: 3 });
    const { body } = await send('get', `/Users/${user.id}`);
    expect((body.emails as JsonObject[]).map(({ type }) => type).sort()).toEqual(types);
  });

  it('under the condition of a version let one through', async () => {
    const { body: user } = await send('post', '/Users', { schemas: [USER], userName: 'ines' });
    const answers = await Promise.all(
      ['Ms', 'Dr'].map((value) =>
        request(endpoint.server)
          .patch(`/scim/v2/Users/${user.id}`)
          .set({ Authorization: 'Bearer okta', 'If-Match': String((user.meta as JsonObject).version) })
          .send(patch({ op: 'replace', path: 'name.honorificPrefix', value })),
      ),
    );
    expect(tally(answers)).toEqual({ 200: 1, 412: 1 });
  });

  it('to one group lose no member', async () => {
    const users = await Promise.all(
      Array.from({ length: 12 }, (_, n) => send('post', '/Users', { schemas: [USER], userName: `u${n}` })),
    );
    const { body: group } = await send('post', '/Groups', { schemas: [GROUP], displayName: 'All' });
    const answers = await Promise.all(
      users.map(({ body }) =>
        send(
          'patch',
          `/Groups/${group.id}`,
          patch({ op: 'add', path: 'members', value: [{ value: body.id }] }),
        ),
      ),
    );
    expect(tally(answers)).toEqual({ 200: 12 });
    const [stored] = await listIdpGroups(openServedState(store, TENANT).idpGroups);
    expect(new Set(stored?.members)).toEqual(new Set(users.map(({ body }) => body.id)));
  });

  it('of an IdP and of a run both stand', async () => {
    await readLucca(store, { 'p-1': { userName: 'ines@acme.example', displayName: 'Inès Petit' } });
    const { people } = openServedState(store, TENANT);
    const reading = async (title: string): Promise<void> => {
      // As a run does: read, decide, write; and again when somebody else was faster.
      for (;;) {
        const known = await people.get('p-1');
        if (known === undefined) throw new Error('p-1 is gone');
        const attributes = { externalId: 'L-p-1', userName: 'ines@acme.example', title };
        const next = putAssertion(known, 'lucca', { sourceId: 'L-p-1', attributes }, '2026-11-21T00:00:00Z');
        try {
          await people.put([next]);
          return;
        } catch (error) {
          expect(error).toMatchObject({ code: 'STORE_CONFLICT' });
        }
      }
    };
    const write = (displayName: string) =>
      send('patch', '/Users/p-1', patch({ op: 'replace', path: 'displayName', value: displayName }));
    const [, answer] = await Promise.all([
      Promise.all(['Buyer', 'Senior Buyer'].map(reading)),
      write('Inès Moreau'),
    ]);
    expect(answer.status).toBe(200);
    expect((await send('get', '/Users/p-1')).body).toMatchObject({
      displayName: 'Inès Moreau',
      title: expect.stringContaining('Buyer'),
    });
  });
});
