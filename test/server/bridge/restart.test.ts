/** What was acknowledged is served again by the next process, byte for byte. */
import request from 'supertest';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { openLowdbStore } from '../../../src/store/lowdb.js';
import { temporaryFolder } from '../../store/folders.js';
import { replay, type Step } from '../session.js';
import {
  type BridgeEndpoint,
  readLucca,
  readLuccaGroups,
  setByHand,
  startBridgeEndpoint,
} from './bridge-endpoint.js';

const PUBLIC_URL = 'https://bridge.example/scim/v2';

const SESSION: readonly Step[] = [
  {
    send: 'POST /Users',
    body: {
      schemas: ['{{User}}'],
      externalId: '00u1',
      userName: 'ines.moreau@acme.example',
      displayName: 'Inès Moreau',
      emails: [{ value: 'ines@acme.example', type: 'work' }],
    },
    status: 201,
  },
  {
    send: 'POST /Users',
    body: { schemas: ['{{User}}'], externalId: '00u2', userName: 'mia@acme.example', password: 'se-cret' },
    status: 201,
    save: { mia: 'id' },
  },
  {
    send: 'PATCH /Users/{{mia}}',
    body: {
      schemas: ['{{PatchOp}}'],
      Operations: [{ op: 'replace', value: { active: false, 'name.givenName': 'Mia' } }],
    },
    status: 200,
  },
  {
    send: 'POST /Groups',
    body: {
      schemas: ['{{Group}}'],
      externalId: 'g-okta',
      displayName: 'Travellers',
      members: [{ value: '{{mia}}' }, { value: 'p-1' }],
    },
    status: 201,
    save: { group: 'id' },
  },
  {
    send: 'PATCH /Groups/{{group}}',
    body: {
      schemas: ['{{PatchOp}}'],
      Operations: [
        { op: 'remove', path: 'members[value eq "{{mia}}"]' },
        { op: 'add', path: 'members', value: [{ value: 'p-2' }, { value: '{{mia}}' }] },
      ],
    },
    status: 200,
  },
  {
    send: 'PUT /Users/p-3',
    body: { schemas: ['{{User}}'], userName: 'zoe@acme.example', nickName: 'Zoé' },
    status: 200,
  },
  { send: 'DELETE /Users/p-2', status: 204 },
];

const QUESTIONS = [
  '/Users',
  '/Groups',
  '/Users/p-1',
  '/Users?filter=externalId eq "00u1"',
  '/Users?filter=groups.value eq "g-1"',
  '/Users?sortBy=displayName&sortOrder=descending',
  '/Users?attributes=urn:ietf:params:scim:schemas:extension:lucca-bridge:2.0:Provenance:values',
  '/Users?startIndex=2&count=1',
  '/?filter=displayName pr',
];

it('A restart changes no answer, neither to IdPs nor to readers', async () => {
  const folder = await temporaryFolder();
  const clients = ['okta', 'entra', 'tool'];

  const firstStore = await openLowdbStore({ folder });
  await readLucca(firstStore, {
    'p-1': {
      userName: 'ines.petit@acme.example',
      displayName: 'Inès Petit',
      active: true,
      emails: [{ value: 'ines@acme.example', type: 'work' }],
    },
    'p-2': { userName: 'leo@acme.example', displayName: 'Léo Roy', active: true },
    'p-3': { userName: 'zoe.b@acme.example', displayName: 'Zoé Blanc', title: 'Buyer', active: true },
  });
  await readLuccaGroups(firstStore, {
    'g-1': { attributes: { displayName: 'Buying' }, members: ['p-1', 'p-2', 'p-3'] },
  });
  const first = await startBridgeEndpoint({ store: firstStore, publicUrl: PUBLIC_URL });
  await replay(first, SESSION);
  await setByHand(firstStore, {
    person: 'p-3',
    values: { title: 'Head' },
    expiresAt: '2099-01-01T00:00:00.000Z',
  });
  const before = await ask(first, clients);
  await first.close();
  await firstStore.close();

  const secondStore = await openLowdbStore({ folder });
  const second = await startBridgeEndpoint({ store: secondStore, publicUrl: PUBLIC_URL });
  expect(await ask(second, clients)).toEqual(before);
  await second.close();
  await secondStore.close();
  expect(Object.values(before).every(({ status }) => status === 200 || status === 404)).toBe(true);
});

async function ask(
  { server }: BridgeEndpoint,
  clients: readonly string[],
): Promise<Record<string, { status: number; body: JsonObject }>> {
  const answers: Record<string, { status: number; body: JsonObject }> = {};
  for (const client of clients) {
    for (const question of QUESTIONS) {
      const { status, body } = await request(server)
        .get(`/scim/v2${question}`)
        .set('Authorization', `Bearer ${client}`);
      answers[`${client} ${question}`] = { status, body };
    }
  }
  return answers;
}
