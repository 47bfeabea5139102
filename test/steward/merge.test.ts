/** Two records that an admin makes one, while IdPs go on writing about both: nothing that was acknowledged is lost. */
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newPerson, overrideValues, putAssertion } from '../../src/identity/assertion.js';
import { type Conflict, fileConflict } from '../../src/identity/conflicts.js';
import type { PersonRecord } from '../../src/identity/person.js';
import { precedenceSchema } from '../../src/identity/precedence-config.js';
import { compileRules } from '../../src/identity/rules.js';
import type { JsonObject } from '../../src/json.js';
import { PATCH_OP } from '../../src/scim/patch.js';
import { USER } from '../../src/scim/schema.js';
import { openServedState } from '../../src/server/bridge/collections.js';
import { createSteward, type Steward } from '../../src/steward/steward.js';
import type { Collection } from '../../src/store/store.js';
import {
  type BridgeEndpoint,
  readLucca,
  startBridgeEndpoint,
  TENANT,
} from '../server/bridge/bridge-endpoint.js';

const AT = '2026-11-20T12:00:00.000Z';
const LATER = '2026-11-20T13:00:00.000Z';
const PRESENT = 'p-1';

let endpoint: BridgeEndpoint;
let people: Collection<PersonRecord>;
let conflicts: Collection<Conflict>;

beforeEach(async () => {
  endpoint = await startBridgeEndpoint();
  ({ people, conflicts } = openServedState(endpoint.store, TENANT));
});
afterEach(() => endpoint.close());

/** @param collection what the steward writes through */
function stewardOver(collection: Collection<PersonRecord> = people): Steward {
  return createSteward({
    people: collection,
    conflicts,
    rules: compileRules(precedenceSchema.parse({})),
    silent: () => new Map(),
    now: () => LATER,
    newId: () => 'not asked for',
  });
}

async function collide(...ids: string[]): Promise<string> {
  const finding = { kind: 'same-email', source: null, sourceId: null, on: 'workEmail', people: ids } as const;
  const [conflict] = await conflicts.put([fileConflict(finding, undefined, AT)]);
  if (conflict === undefined) throw new Error('the conflict was not stored');
  return conflict.id;
}

const said = (id: string, source: string, sourceId: string | null, attributes: JsonObject) =>
  putAssertion(newPerson(id, AT), source, { sourceId, attributes }, AT);

/** The collection, with something that happens right before each of the steward's first writes. */
function interrupted(...interruptions: (() => Promise<unknown>)[]): Collection<PersonRecord> {
  return {
    get: (id) => people.get(id),
    getMany: (ids) => people.getMany(ids),
    find: (index, key) => people.find(index, key),
    delete: (ids) => people.delete(ids),
    list: () => people.list(),
    count: () => people.count(),
    async put(records, gone) {
      await interruptions.shift()?.();
      return people.put(records, gone);
    },
  };
}

describe('Making two records one', () => {
  beforeEach(async () => {
    await people.put([
      said('p-1', 'lucca', '1', { displayName: 'Ines' }),
      said('p-2', 'idp:okta', '00u1', { displayName: 'Agnes' }),
    ]);
  });

  const rewrite = async (id: string, source: string, attributes: JsonObject) => {
    const person = await people.get(id);
    if (person === undefined) throw new Error(`${id} is gone`);
    const sourceId = person.assertions[source]?.sourceId ?? null;
    await people.put([putAssertion(person, source, { sourceId, attributes }, LATER)]);
  };

  it('takes in what is written about either of them at the same moment', async () => {
    const steward = stewardOver(
      interrupted(
        () => rewrite('p-2', 'idp:okta', { displayName: 'Agnes', title: 'Buyer' }),
        () => rewrite('p-1', 'lucca', { displayName: 'Ines', nickName: 'Nes' }),
      ),
    );
    await steward.link(await collide('p-1', 'p-2'), { person: 'p-1', by: 'admin' });
    expect(await people.get('p-2')).toBeUndefined();
    expect((await people.get('p-1'))?.assertions).toMatchObject({
      lucca: { attributes: { nickName: 'Nes' } },
      'idp:okta': { attributes: { title: 'Buyer' } },
    });
  });

  it('leaves both as they were when the write does not come through, and the question open', async () => {
    const before = [await people.get('p-1'), await people.get('p-2')];
    const killed = stewardOver(interrupted(() => Promise.reject(new Error('the process was killed'))));
    const id = await collide('p-1', 'p-2');
    await expect(killed.link(id, { person: 'p-1', by: 'admin' })).rejects.toThrow('killed');
    expect([await people.get('p-1'), await people.get('p-2')]).toEqual(before);
    expect(await conflicts.get(id)).toMatchObject({ state: 'open' });
  });

  it('is completed by asking again when it was done and the question not closed', async () => {
    const id = await collide('p-1', 'p-2');
    const open = await conflicts.get(id);
    await stewardOver().link(id, { person: 'p-1', by: 'admin' });
    const closed = await conflicts.get(id);
    if (open === undefined || closed === undefined) throw new Error('the conflict is gone');
    await conflicts.put([{ ...open, version: closed.version }]);
    const again = await stewardOver().link(id, { person: 'p-1', by: 'admin' });
    expect(again).toMatchObject({ state: 'linked' });
    expect((await people.get('p-1'))?.aliases).toEqual(['p-2']);
  });

  it('joins more than two in one write', async () => {
    await people.put([said('p-3', 'idp:entra', 'e1', { title: 'Chief' })]);
    await stewardOver().link(await collide('p-1', 'p-2', 'p-3'), { person: 'p-2', by: 'admin' });
    expect(await people.count()).toBe(1);
    expect(await people.get('p-2')).toMatchObject({ version: 2, aliases: ['p-1', 'p-3'] });
  });

  it('keeps what an IdP says of one of them, though it deleted the other', async () => {
    const live = said('p-3', 'idp:entra', 'e2', { title: 'Chief' });
    const gone = said('p-4', 'idp:entra', 'e1', {});
    const deleted = { ...gone.assertions['idp:entra'], deletedAt: AT } as PersonRecord['assertions'][string];
    await people.put([live, { ...gone, assertions: { 'idp:entra': deleted } }]);
    await stewardOver().link(await collide('p-3', 'p-4'), { person: 'p-4', by: 'admin' });
    const entra = (await people.get('p-4'))?.assertions['idp:entra'];
    expect(entra).toMatchObject({ sourceId: 'e2', attributes: { title: 'Chief' } });
    expect(entra).not.toHaveProperty('deletedAt');
  });

  it('is refused where one IdP has two users, also where it gave them no ids', async () => {
    await people.put([
      said('p-3', 'idp:entra', null, { title: 'a' }),
      said('p-4', 'idp:entra', null, { title: 'b' }),
    ]);
    const asked = stewardOver().link(await collide('p-3', 'p-4'), { person: 'p-4', by: 'admin' });
    await expect(asked).rejects.toMatchObject({ code: 'LINK_TAKEN' });
    expect(await people.count()).toBe(4);
  });

  it('keeps what was set by hand for either, and that of the one who goes on where both have it', async () => {
    const [one, other] = [await people.get('p-1'), await people.get('p-2')];
    if (one === undefined || other === undefined) throw new Error('somebody is missing');
    const by = (author: string) => ({ author, expiresAt: null });
    await people.put([
      overrideValues(one, { title: 'one' }, by('first'), AT),
      overrideValues(other, { title: 'other', nickName: 'other' }, by('second'), AT),
    ]);
    await stewardOver().link(await collide('p-1', 'p-2'), { person: 'p-1', by: 'admin' });
    expect((await people.get('p-1'))?.assertions.manual).toMatchObject({
      attributes: { title: 'one', nickName: 'other' },
      overrides: { title: { author: 'first' }, nickName: { author: 'second' } },
    });
  });
});

it('Every write that the endpoint acknowledged while two records became one is found afterwards', async () => {
  await readLucca(endpoint.store, { [PRESENT]: { userName: 'ines@acme.example' } });
  const okta = () => request(endpoint.server);
  const created = await okta()
    .post('/scim/v2/Users')
    .set('Authorization', 'Bearer okta')
    .send({ schemas: [USER], userName: 'agnes@acme.example', externalId: '00u1' })
    .expect(201);
  const former: string = created.body.id;
  const id = await collide(PRESENT, former);
  const write = (number: number) =>
    okta()
      .patch(`/scim/v2/Users/${former}`)
      .set('Authorization', 'Bearer okta')
      .send({
        schemas: [PATCH_OP],
        Operations: [{ op: 'add', path: 'ims', value: [{ value: `im-${number}` }] }],
      });
  const writes = Array.from({ length: 30 }, (_, number) => number);
  const answers = await Promise.all([
    ...writes.slice(0, 15).map(write),
    stewardOver()
      .link(id, { person: PRESENT, by: 'admin' })
      .then(() => undefined),
    ...writes.slice(15).map(write),
  ]);
  expect(answers.filter((answer) => answer !== undefined).map(({ status }) => status)).toEqual(
    writes.map(() => 200),
  );
  const { body } = await okta()
    .get(`/scim/v2/Users/${former}`)
    .set('Authorization', 'Bearer okta')
    .expect(200);
  expect(body.id).toBe(PRESENT);
  const ims = (body.ims as { value: string }[]).map(({ value }) => value);
  expect(ims.sort()).toEqual(writes.map((number) => `im-${number}`).sort());
  expect(await people.count()).toBe(1);
});
