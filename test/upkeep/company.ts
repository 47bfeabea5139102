/** A state as runs and IdPs leave it: two people and everything that speaks of them. */
import { gzipSync } from 'node:zlib';
import type { Link, PersonRecord } from '../../src/identity/person.js';
import type { JsonValue } from '../../src/json.js';
import { ENTERPRISE_USER } from '../../src/scim/schema.js';
import { openServedState } from '../../src/server/bridge/collections.js';
import type { Store, StoredRecord } from '../../src/store/store.js';
import { openState } from '../../src/sync/state.js';

export const TENANT = 'acme';
export const MARGUERITE = '11111111-aaaa-4aaa-8aaa-111111111111';
export const BOB = '22222222-bbbb-4bbb-8bbb-222222222222';
export const AT = '2026-11-20T10:00:00.000Z';
export const NOW = '2026-11-22T10:00:00.000Z';

/** Words by which Marguerite would be recognised, wherever they stood. */
export const TRACES = [MARGUERITE, 'Marguerite', '00u-marguerite', 'account-marguerite', '4711'];

export function person(id: string, name: string, luccaId: string): PersonRecord {
  return {
    id,
    version: 0,
    createdAt: AT,
    updatedAt: AT,
    lucca: { luccaId, contractStart: null, contractEnd: null, endedOn: null, missingSince: null },
    assertions: {
      lucca: {
        sourceId: luccaId,
        attributes: {
          userName: `${name}@acme.example`,
          name: { givenName: name },
          [ENTERPRISE_USER]: { employeeNumber: `E-${luccaId}` },
        },
        at: AT,
        since: { '*': AT },
      },
      'idp:okta': { sourceId: `00u-${name.toLowerCase()}`, attributes: {}, at: AT, since: { '*': AT } },
    },
    links: {
      travel: {
        state: 'linked',
        targetId: `account-${name.toLowerCase()}`,
        sent: { userName: name },
        at: AT,
      },
    },
  };
}

/** What a target was sent of somebody with a manager. */
function sentManager(manager: JsonValue): Link {
  return { state: 'linked', targetId: 'account-bob', at: AT, sent: { [ENTERPRISE_USER]: { manager } } };
}

/** Marguerite is Bob's manager, in each form that targets want, in his groups, in a conflict with him, and in a plan. */
export async function fillCompany(store: Store): Promise<void> {
  const { people, groups } = openState(store, TENANT);
  const { idpGroups, luccaGroups, conflicts } = openServedState(store, TENANT);
  const bob = person(BOB, 'Bob', '4712');
  const manager = { value: MARGUERITE, displayName: 'Marguerite' };
  await people.put([
    person(MARGUERITE, 'Marguerite', '4711'),
    {
      ...bob,
      strangers: ['idp:okta 00u-marguerite'],
      assertions: {
        ...bob.assertions,
        lucca: {
          ...bob.assertions.lucca,
          attributes: { title: 'Buyer', [ENTERPRISE_USER]: { department: 'Sales', manager } },
        } as PersonRecord['assertions'][string],
      },
      links: {
        travel: {
          state: 'linked',
          targetId: 'account-bob',
          at: AT,
          sent: {
            [ENTERPRISE_USER]: { manager: { value: 'account-marguerite', displayName: 'Marguerite' } },
          },
          drift: {
            [`${ENTERPRISE_USER}:manager`]: {
              verb: 'echo',
              shown: 'account-marguerite',
              was: { value: 'account-marguerite' },
              swings: 0,
              at: AT,
            },
          },
        },
        byMail: sentManager({ managerId: 'marguerite@ACME.example' }),
        byNumber: sentManager('E-4711'),
        byLuccaId: sentManager({ value: '4711' }),
      },
    },
  ]);
  const stamp = { version: 0, createdAt: AT, updatedAt: AT };
  await groups.put([
    {
      ...stamp,
      id: 'sales',
      luccaKey: 'department:1',
      idp: null,
      links: {
        travel: {
          state: 'linked',
          targetId: 'group-1',
          sent: { displayName: 'Sales' },
          at: AT,
          members: ['account-marguerite', 'account-bob'],
          doubts: {
            'account-marguerite': { verb: 'removed', times: 0, since: AT, at: AT },
            'account-bob': { verb: 'refused', times: 1, since: AT, at: AT },
          },
        },
      },
    },
  ]);
  await luccaGroups.put([
    {
      ...stamp,
      id: 'sales',
      key: 'department:1',
      kind: 'department',
      attributes: { displayName: 'Sales' },
      members: [MARGUERITE, BOB],
    },
  ]);
  await idpGroups.put([
    { ...stamp, id: 'admins', kind: 'group', source: 'idp:okta', externalId: null, attributes: {} },
    { id: 'admins/000000', version: 0, kind: 'members', group: 'admins', members: [BOB, MARGUERITE] },
  ]);
  await conflicts.put([
    {
      id: `same-email  workEmail ${MARGUERITE},${BOB}`,
      version: 0,
      kind: 'same-email',
      source: null,
      sourceId: null,
      on: 'workEmail',
      people: [MARGUERITE, BOB],
      state: 'open',
      openedAt: AT,
      resolution: null,
    },
  ]);
  const kept = (collection: string) => store.collection<StoredRecord>(TENANT, collection);
  await kept('runs').put([{ id: `${AT} travel`, version: 0, endedAt: AT } as StoredRecord]);
  const operations = [
    { kind: 'update', person: MARGUERITE, body: { name: 'Marguerite' } },
    { kind: 'update', person: BOB, body: { name: 'Bob' }, reason: 'title changed' },
    { kind: 'deactivate', subject: { kind: 'person', id: '4711' }, targetId: 'account-marguerite' },
  ];
  const plan = (id: string, document: object) => ({
    id,
    version: 0,
    target: 'travel',
    document: gzipSync(JSON.stringify(document)).toString('base64'),
  });
  await kept('plans').put([
    plan('travel 1', { plans: [{ plan: { target: 'travel', operations } }] }),
    plan('travel 2', { plans: [{ plan: { target: 'travel', operations: operations.slice(1, 2) } }] }),
  ]);
  // A kind of record that nobody here knows of.
  await kept('reports').put([
    {
      id: 'report-1',
      version: 0,
      target: 'travel',
      rows: operations,
      byPerson: { [MARGUERITE]: 'Marguerite', [BOB]: 'Bob' },
    } as StoredRecord,
  ]);
}
