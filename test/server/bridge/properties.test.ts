/** What holds whatever IdPs write and Lucca says, in whatever order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newPerson, putAssertion } from '../../../src/identity/assertion.js';
import { splitCells } from '../../../src/identity/cells.js';
import { explainUser } from '../../../src/identity/explain.js';
import { matchLucca } from '../../../src/identity/match-lucca.js';
import { compileRules } from '../../../src/identity/rules.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/json.js';
import { applyPatch, PATCH_OP } from '../../../src/scim/patch.js';
import { mergeReplacement } from '../../../src/scim/replace.js';
import { ENTERPRISE_USER, USER } from '../../../src/scim/schema.js';
import { normaliseResource } from '../../../src/scim/validate.js';
import type { Client } from '../../../src/server/backend.js';
import { type BridgeBackend, createBridgeBackend } from '../../../src/server/bridge/backend.js';
import { openServedState, type ServedState } from '../../../src/server/bridge/collections.js';
import { bridgeRegistry, servedTypes } from '../../../src/server/bridge/registry.js';
import { createMemoryStore } from '../../../src/store/memory.js';
import { TENANT } from './bridge-endpoint.js';

const { user: type } = servedTypes(bridgeRegistry);
const rules = compileRules();
const AT = '2026-11-20T12:00:00.000Z';

const READER: Client = { name: 'tool', role: 'reader' };
const idp = (name: string): Client => ({ name, role: 'idp' });

async function openBackend(): Promise<{ backend: BridgeBackend; state: ServedState }> {
  const store = createMemoryStore();
  const backend = await createBridgeBackend({ store, tenant: TENANT, rules });
  return { backend, state: openServedState(store, TENANT) };
}

/** A word of one source about the person with a number; later words of the same source replace earlier ones. */
interface Word {
  source: 'lucca' | 'okta' | 'entra';
  person: number;
  attributes: JsonObject;
}

/** What anybody may say of person `n`: names differ from person to person, so that nobody is in anybody's way. */
const words: fc.Arbitrary<Word> = fc.nat(2).chain((person) =>
  fc.record({
    source: fc.constantFrom('lucca', 'okta', 'entra'),
    person: fc.constant(person),
    attributes: fc
      .record(
        {
          displayName: fc.constantFrom('A', 'B', 'C'),
          name: fc.record(
            { givenName: fc.constantFrom('A', 'B'), familyName: fc.constantFrom('C', 'D') },
            { requiredKeys: [] },
          ),
          title: fc.constantFrom('Buyer', 'Designer'),
          active: fc.boolean(),
          emails: fc.subarray([
            { value: `w${person}@acme.example`, type: 'work', primary: true },
            { value: `h${person}@home.example`, type: 'home' },
          ]),
          roles: fc.subarray([{ value: 'x' }, { value: 'y' }]),
        },
        { requiredKeys: [] },
      )
      .chain((said) =>
        fc.constantFrom('a', 'b').map(
          (variant): JsonObject => ({
            ...said,
            userName: `user-${person}-${variant}`,
            [ENTERPRISE_USER]: { employeeNumber: `E${person}` },
          }),
        ),
      ),
  }),
) as fc.Arbitrary<Word>;

/** The same words, each source's in its own order, but the sources in another order to each other. */
function shuffleSources(said: readonly Word[], turns: readonly number[]): Word[] {
  const queues = ['lucca', 'okta', 'entra'].map((source) => said.filter((word) => word.source === source));
  const shuffled: Word[] = [];
  for (let at = 0; shuffled.length < said.length; at += 1) {
    const waiting = queues.filter((queue) => queue.length > 0);
    const next = waiting[(turns[at % turns.length] ?? 0) % waiting.length]?.shift();
    if (next !== undefined) shuffled.push(next);
  }
  return shuffled;
}

/** Lets the sources speak, IdPs by creating and replacing, Lucca by readings; gives what readers see at the end. */
async function play(said: readonly Word[]): Promise<JsonObject[]> {
  const { backend, state } = await openBackend();
  const ids = new Map<string, string>();
  for (const { source, person, attributes } of said) {
    if (source === 'lucca') {
      await readLucca(state, String(person), attributes);
      continue;
    }
    const context = { client: idp(source) };
    const body = normaliseResource({ schemas: [USER], ...attributes }, type);
    const known = ids.get(`${source} ${person}`);
    const build = (current: JsonObject): JsonObject => mergeReplacement(current, body, type);
    const { id } =
      known === undefined
        ? await backend.create(type, body, context)
        : await backend.replace(type, known, { guard() {}, build }, context);
    ids.set(`${source} ${person}`, id);
  }
  const page = { startIndex: 1, count: 100 };
  const query = { filter: undefined, ordering: undefined, page };
  const { resources } = await backend.query(type, query, { client: READER });
  return resources
    .map(({ resource: { id: _, meta: __, ...rest } }): JsonObject => rest)
    .sort((one, other) => numberOf(one).localeCompare(numberOf(other)));
}

function numberOf({ [ENTERPRISE_USER]: enterprise }: JsonObject): string {
  return isJsonObject(enterprise) ? String(enterprise.employeeNumber) : '';
}

/** One person of a reading, joined as a run joins them. */
async function readLucca({ people }: ServedState, luccaId: string, attributes: JsonObject): Promise<void> {
  const stored = [];
  for await (const record of people.list()) stored.push(record);
  const said = { ...attributes, externalId: luccaId };
  const match = matchLucca([{ luccaId, id: `derived-${luccaId}`, attributes: said }], stored).get(luccaId);
  const known = match?.kind === 'match' ? match.person : newPerson(`derived-${luccaId}`, AT);
  const next = putAssertion(known, 'lucca', { sourceId: luccaId, attributes: said }, AT);
  if (next !== known) await people.put([next]);
}

const texts = fc.constantFrom('A', 'B', 'C d');

/** Operations as clients send them, on attributes of every kind. */
const operations: fc.Arbitrary<JsonObject[]> = fc.array(
  fc.oneof(
    fc.record({
      op: fc.constantFrom('add', 'replace'),
      path: fc.constantFrom(
        'displayName',
        'title',
        'nickName',
        'name.givenName',
        'name.familyName',
        `${ENTERPRISE_USER}:department`,
      ),
      value: texts,
    }),
    fc.record({
      op: fc.constant('remove'),
      path: fc.constantFrom(
        'displayName',
        'title',
        'name.givenName',
        'emails[type eq "work"]',
        'roles',
        `${ENTERPRISE_USER}:department`,
      ),
    }),
    fc.record({
      op: fc.constantFrom('Add', 'Replace'),
      path: fc.constantFrom(
        'emails[type eq "work"].value',
        'emails[type eq "home"].value',
        'phoneNumbers[type eq "mobile"].value',
      ),
      value: texts,
    }),
    fc.record({
      op: fc.constantFrom('add', 'replace'),
      path: fc.constant('roles'),
      value: fc.subarray([{ value: 'x' }, { value: 'y' }], { minLength: 1 }),
    }),
    fc.record({ op: fc.constant('replace'), value: fc.record({ active: fc.boolean(), title: texts }) }),
  ) as fc.Arbitrary<JsonObject>,
  { minLength: 1, maxLength: 5 },
);

/** The values of a resource by the path under which precedence decides them, without what is settled across values. */
function cellsOf(resource: JsonObject): Map<string, JsonValue> {
  const cells = splitCells(resource).map(({ path, value }) => [path, withoutPrimary(value)] as const);
  return new Map(cells);
}

function withoutPrimary(value: JsonValue): JsonValue {
  if (!Array.isArray(value)) return value;
  return value.map((element) => {
    if (!isJsonObject(element)) return element;
    const { primary: _, ...rest } = element;
    return rest;
  });
}

describe('The served users', () => {
  it('are the same in whatever order IdPs write and Lucca is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(words, { maxLength: 14 }),
        fc.array(fc.nat(2), { minLength: 1, maxLength: 14 }),
        async (said, turns) => {
          expect(await play(shuffleSources(said, turns))).toEqual(await play(shuffleSources(said, [0])));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('after a PATCH are the PATCH of what was read before, wherever the IdP wins', async () => {
    const person = fc.option(words.map(({ attributes }) => attributes));
    await fc.assert(
      fc.asyncProperty(person, operations, operations, async (lucca, ...patches) => {
        const { backend, state } = await openBackend();
        if (lucca !== null) await readLucca(state, '1', { ...lucca, userName: 'user-1' });
        const context = { client: idp('okta') };
        const created = normaliseResource({ schemas: [USER], userName: 'user-1', title: 'Old' }, type);
        const { id } = await backend.create(type, created, context);
        for (const Operations of patches) {
          const before = (await backend.get(type, id, context))?.resource ?? {};
          const body = { schemas: [PATCH_OP], Operations };
          const expected = cellsOf(applyPatch(before, body, type).resource);
          const apply = (current: JsonObject) => applyPatch(current, body, type);
          await backend.patch(type, id, { guard() {}, apply, members: undefined }, context);
          const actual = cellsOf((await backend.get(type, id, context))?.resource ?? {});
          const record = await state.people.get(id);
          if (record === undefined) throw new Error('the person is gone');
          for (const { path, source, rule } of explainUser(record, rules, AT)) {
            const isDerived = rule.includes('rebuilt');
            if (source === 'idp:okta' && !isDerived)
              expect([path, actual.get(path)]).toEqual([path, expected.get(path)]);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
