/** Groups of a hundred thousand: what one member costs, counted in what is written and sent, not in time. */
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { newPerson, putAssertion } from '../../../src/identity/assertion.js';
import { openServedState } from '../../../src/server/bridge/collections.js';
import { editChunks, type IdpGroupRecord, listIdpGroups } from '../../../src/server/bridge/idp-groups.js';
import { createMemoryStore } from '../../../src/store/memory.js';
import type { Store } from '../../../src/store/store.js';
import { type BridgeEndpoint, startBridgeEndpoint, TENANT } from './bridge-endpoint.js';

const AT = '2026-11-20T12:00:00.000Z';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const NOBODY = { lists: 0, list: () => undefined, numberOf: () => undefined };

const idOf = (number: number): string => `p-${String(number).padStart(6, '0')}`;

async function withPeople(count: number): Promise<Store> {
  const store = createMemoryStore();
  const records = Array.from({ length: count }, (_, number) => {
    const attributes = { userName: `user-${number}`, displayName: `User ${number}`, active: true };
    return putAssertion(newPerson(idOf(number), AT), 'lucca', { sourceId: String(number), attributes }, AT);
  });
  await openServedState(store, TENANT).people.put(records);
  return store;
}

/** A group of okta with the first people as members. */
async function addGroup(store: Store, id: string, count: number): Promise<void> {
  const added = Array.from({ length: count }, (_, number) => idOf(number));
  await openServedState(store, TENANT).idpGroups.put([
    {
      id,
      version: 0,
      kind: 'group',
      source: 'idp:okta',
      externalId: null,
      attributes: { displayName: id },
      createdAt: AT,
      updatedAt: AT,
    },
    ...editChunks(id, NOBODY, { added, removed: [] }),
  ]);
}

/** What is written into the store while something happens. */
async function writtenDuring(store: Store, action: () => Promise<unknown>): Promise<IdpGroupRecord[]> {
  const { idpGroups } = openServedState(store, TENANT);
  const ids: string[] = [];
  const stop = store.watch(TENANT, (changes) => {
    for (const { collection, id } of changes) if (collection === 'idp-groups') ids.push(id);
  });
  await action();
  stop();
  const records = await Promise.all(ids.map((id) => idpGroups.get(id)));
  return records.filter((record) => record !== undefined);
}

function patch(endpoint: BridgeEndpoint, group: string, operation: object) {
  return request(endpoint.server)
    .patch(`/scim/v2/Groups/${group}`)
    .set({ Authorization: 'Bearer okta', Prefer: 'return=minimal' })
    .send({ schemas: [PATCH_OP], Operations: [operation] });
}

describe('One member of a large group', () => {
  it('costs no more to add and to remove than one of a small group', async () => {
    const store = await withPeople(20_001);
    await addGroup(store, 'small', 100);
    await addGroup(store, 'large', 20_000);
    const endpoint = await startBridgeEndpoint({ store });
    try {
      const member = idOf(20_000);
      const operations = [
        { op: 'add', path: 'members', value: [{ value: member }] },
        { op: 'remove', path: `members[value eq "${member}"]` },
        { op: 'remove', path: 'members', value: [{ value: idOf(7) }] },
      ];
      for (const operation of operations) {
        const sizes = [];
        for (const group of ['small', 'large']) {
          const written = await writtenDuring(store, async () => {
            expect((await patch(endpoint, group, operation)).status).toBe(204);
          });
          expect(written.map(({ kind }) => kind)).toEqual(['group', 'members']);
          sizes.push(JSON.stringify(written).length);
        }
        const [small = 0, large = 0] = sizes;
        expect(large).toBeLessThan(small * 2);
      }
    } finally {
      await endpoint.close();
    }
  });

  it('counts in the version of the group, whichever way it came', async () => {
    const store = await withPeople(3_000);
    await addGroup(store, 'large', 2_500);
    const endpoint = await startBridgeEndpoint({ store });
    try {
      const versionOf = async (): Promise<string> =>
        String(
          (
            await request(endpoint.server)
              .get('/scim/v2/Groups/large?excludedAttributes=members')
              .set('Authorization', 'Bearer tool')
          ).headers.etag,
        );
      const first = await versionOf();
      const added = await patch(endpoint, 'large', {
        op: 'add',
        path: 'members',
        value: [{ value: idOf(2_999) }],
      });
      expect(added.status).toBe(204);
      const second = await versionOf();
      expect(second).not.toBe(first);
      await patch(endpoint, 'large', { op: 'add', path: 'members', value: [{ value: idOf(2_999) }] });
      expect(await versionOf()).toBe(second);
    } finally {
      await endpoint.close();
    }
  });
});

describe('The chunks of a group', () => {
  it('hold every member once, whatever comes and goes, and newcomers at the end', async () => {
    const { idpGroups } = openServedState(createMemoryStore(), TENANT);
    const first = Array.from({ length: 300 }, (_, number) => idOf(number));
    const head: IdpGroupRecord = {
      id: 'g',
      version: 0,
      kind: 'group',
      source: 'idp:okta',
      externalId: null,
      attributes: { displayName: 'G' },
      createdAt: AT,
      updatedAt: AT,
    };
    const chunks = await idpGroups.put([head, ...editChunks('g', NOBODY, { added: first, removed: [] })]);
    const lists = chunks.flatMap((record) => (record.kind === 'members' ? [record] : []));
    expect(lists.map(({ id, members }) => [id, members.length])).toEqual([
      ['g/000000', 128],
      ['g/000001', 128],
      ['g/000002', 44],
    ]);
    const stored = {
      lists: lists.length,
      list: (number: number) => lists[number],
      numberOf: (member: string) => lists.findIndex(({ members }) => members.includes(member)),
    };
    await idpGroups.put(editChunks('g', stored, { added: ['new'], removed: [idOf(5), idOf(200)] }));
    const [group] = await listIdpGroups(idpGroups);
    expect(group?.members).toEqual([...first.filter((id) => id !== idOf(5) && id !== idOf(200)), 'new']);
  });
});
