import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { compileFilter } from '../../src/scim/filter/index.js';
import { defaultRegistry } from '../../src/scim/registry.js';
import { createOrdering } from '../../src/scim/sort.js';
import type { Page, ResourcePage, ResourceQuery } from '../../src/server/backend.js';
import { plainSight, type Row, Table } from '../../src/server/table.js';
import { createTurns } from '../../src/server/turns.js';

const type = (() => {
  const found = defaultRegistry.resourceType('User');
  if (found === undefined) throw new Error('no User type');
  return found;
})();

class TestRow implements Row {
  readonly id: string;
  readonly sequence: number;
  attributes: JsonObject;

  constructor(sequence: number, attributes: JsonObject) {
    this.id = `r${sequence}`;
    this.sequence = sequence;
    this.attributes = attributes;
  }

  get stored() {
    return { id: this.id, version: 'W/"1"', resource: { id: this.id, ...this.attributes } };
  }
}

const INDEXED = ['userName', 'externalId', 'emails.value'];
const ALL: Page = { startIndex: 1, count: 1_000 };
const filter = (text: string) => compileFilter(text, type);
const ids = (page: ResourcePage): string[] => page.resources.map(({ id }) => id);

/** Little alphabets, so that values collide. */
const userName = fc.constantFrom('Ana', 'ana', 'BOB', 'bob', 'é');
const attributes = fc.record(
  {
    userName,
    externalId: fc.constantFrom('X', 'x', 'Y'),
    emails: fc.array(fc.record({ value: userName }), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['userName'] },
);
const command = fc.oneof(
  attributes.map((value) => ({ kind: 'insert' as const, value })),
  fc.record({ kind: fc.constant('change' as const), place: fc.nat(20), value: attributes }),
  fc.record({ kind: fc.constant('remove' as const), place: fc.nat(20) }),
  // An index is made by the first question, and kept in step from then on.
  attributes.map((value) => ({ kind: 'ask' as const, value })),
);

describe('a table', () => {
  it('answers from its indexes exactly what a scan would find, whatever happened to its rows', async () => {
    const filters = [
      'userName eq "ana"',
      'externalId eq "X"',
      'emails.value eq "BOB"',
      'emails[value eq "bob"]',
      'userName eq "bob" and externalId eq "x"',
      'userName eq "bob" or emails.value eq "ana"',
      'id eq "r3" or id eq "r1"',
      'userName eq "nobody"',
      'not (userName eq "bob")',
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
        const indexed = new Table<TestRow>(type, INDEXED, createTurns());
        const rows: TestRow[] = [];
        for (const each of commands) {
          const row = 'place' in each ? rows[each.place % Math.max(1, rows.length)] : undefined;
          if (each.kind === 'ask') {
            for (const path of INDEXED) indexed.holders(path, each.value as JsonObject);
          } else if (each.kind === 'insert') {
            const added = new TestRow(
              rows.length === 0 ? 1 : (rows.at(-1)?.sequence ?? 0) + 1,
              each.value as JsonObject,
            );
            rows.push(added);
            indexed.insert(added);
          } else if (row !== undefined && each.kind === 'change') {
            const before = row.attributes;
            row.attributes = each.value as JsonObject;
            indexed.reindex(row, before, row.attributes);
          } else if (row !== undefined) {
            rows.splice(rows.indexOf(row), 1);
            indexed.remove(row);
          }
        }
        expect(indexed.size).toBe(rows.length);
        for (const text of filters) {
          const found = await indexed.query(
            { filter: filter(text), ordering: undefined, page: ALL },
            plainSight(indexed),
          );
          const expected = rows
            .filter((row) => filter(text).matches(row.stored.resource))
            .map(({ id }) => id);
          expect(ids(found), text).toEqual(expected);
          expect(found.total).toBe(expected.length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('walked by cursor gives every row once, in order, however long the pages are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(attributes, { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(undefined, 'userName', 'externalId'),
        async (resources, count, sortBy) => {
          const table = new Table<TestRow>(type, [], createTurns());
          for (const [index, each] of resources.entries()) {
            const row = new TestRow(index + 1, each as JsonObject);
            table.insert(row);
          }
          const ordering = sortBy === undefined ? undefined : createOrdering(type, sortBy, 'descending');
          const sight = plainSight(table);
          const whole = ids(await table.query({ filter: undefined, ordering, page: ALL }, sight));
          const walked: string[] = [];
          let after: string | null | undefined = null;
          while (after !== undefined) {
            const query: ResourceQuery = { filter: undefined, ordering, page: { after, count } };
            const page: ResourcePage = await table.query(query, sight);
            walked.push(...ids(page));
            after = page.next;
          }
          expect(walked).toEqual(whole);
        },
      ),
    );
  });

  it('finds the rows that hold a value, for uniqueness', () => {
    const table = new Table<TestRow>(type, ['userName'], createTurns());
    const row = new TestRow(1, { userName: 'Inès' });
    table.insert(row);
    expect(table.holders('userName', { userName: 'INÈS' })).toEqual([row]);
    expect(table.holders('userName', { userName: 'leo' })).toEqual([]);
    expect(table.holders('nickName', { nickName: 'x' })).toEqual([]);
  });
});
