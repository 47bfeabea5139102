/** Lists under many operations, where look-ups go through an index, and lists inside complex values. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/json.js';
import { readResourceType, readSchema } from '../../../src/scim/load.js';
import { applyPatch, PATCH_OP } from '../../../src/scim/patch.js';
import { createRegistry, type ResourceType } from '../../../src/scim/registry.js';
import { GROUP, USER } from '../../../src/scim/schema.js';
import { resourceType } from '../probe.js';

function patch(before: JsonObject, operations: JsonObject[], type: ResourceType): JsonObject {
  return applyPatch(before, { schemas: [PATCH_OP], Operations: operations }, type).resource;
}

describe('a list under many operations', () => {
  const word = fc.constantFrom('a', 'A', 'b', 'c', 'd', 'e');
  const kind = fc.constantFrom('work', 'home');
  const element = fc.record<JsonObject>(
    { value: word, type: kind, primary: fc.boolean() },
    { requiredKeys: ['value'] },
  );
  const selection = fc.oneof(
    { weight: 3, arbitrary: word.map((each) => `[value eq "${each}"]`) },
    kind.map((each) => `[type eq "${each}"]`),
    word.map((each) => `[value sw "${each}"]`),
    fc.constant('[primary eq true]'),
  );
  const operation = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.array(element, { maxLength: 3 }).map((value) => ({ op: 'add', path: 'emails', value })),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(element, { maxLength: 3 })
        .map((value) => ({ op: 'replace', path: 'emails', value })),
    },
    {
      weight: 2,
      arbitrary: fc
        .array(element, { minLength: 1, maxLength: 2 })
        .map((value) => ({ op: 'remove', path: 'emails', value })),
    },
    { weight: 2, arbitrary: selection.map((each) => ({ op: 'remove', path: `emails${each}` })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(kind, word)
        .map(([type, value]) => ({ op: 'add', path: `emails[type eq "${type}"].value`, value })),
    },
    { weight: 1, arbitrary: selection.map((each) => ({ op: 'remove', path: `emails${each}.primary` })) },
    { weight: 1, arbitrary: fc.boolean().map((value) => ({ op: 'replace', path: 'emails.primary', value })) },
    { weight: 1, arbitrary: kind.map((value) => ({ op: 'replace', path: 'emails.type', value })) },
  );

  it('ends as if each had come in a request of its own', () => {
    const user = resourceType('User');
    fc.assert(
      fc.property(fc.array(operation, { minLength: 10, maxLength: 40 }), (operations) => {
        const before: JsonObject = { schemas: [USER], userName: 'ada' };
        const oneByOne = operations.reduce((current, each) => patch(current, [each], user), before);
        expect(patch(before, operations, user)).toEqual(oneByOne);
      }),
      { numRuns: 1000 },
    );
  });

  it('holds the members that a set would hold', () => {
    const group = resourceType('Group');
    const change = fc.record({
      op: fc.constantFrom('add', 'remove'),
      id: fc.integer({ min: 0, max: 30 }).map(String),
      byFilter: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 20, maxLength: 80 }), (changes) => {
        const expected = new Set<string>();
        for (const { op, id } of changes) op === 'add' ? expected.add(id) : expected.delete(id);
        const operations = changes.map(({ op, id, byFilter }) =>
          op === 'remove' && byFilter
            ? { op, path: `members[value eq "${id}"]` }
            : { op, path: 'members', value: [{ value: id }] },
        );
        const { members = [] } = patch({ schemas: [GROUP], displayName: 'G' }, operations, group);
        expect(new Set((members as JsonObject[]).map(({ value }) => value))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a list inside a complex value', () => {
  const tags = { name: 'tags', type: 'string', multiValued: true };
  const registry = createRegistry({
    schemas: [
      readSchema({
        id: 'urn:example:scim:schemas:2.0:Box',
        name: 'Box',
        attributes: [
          { name: 'label', type: 'complex', subAttributes: [tags] },
          {
            name: 'labels',
            type: 'complex',
            multiValued: true,
            subAttributes: [{ name: 'value', type: 'string' }, tags],
          },
        ],
      }),
    ],
    resourceTypes: [
      readResourceType({ name: 'Box', endpoint: 'Boxes', schema: 'urn:example:scim:schemas:2.0:Box' }),
    ],
  });
  const box = resourceType('Box', registry);
  const before = { schemas: [box.schema.id], label: { tags: ['a'] }, labels: [{ value: 'x', tags: ['a'] }] };

  it.each<[string, JsonObject, JsonValue]>([
    ['gets more values', { op: 'add', path: 'label.tags', value: ['b', 'A'] }, { tags: ['a', 'b'] }],
    [
      'gets more values in an object',
      { op: 'add', path: 'label', value: { tags: ['b'] } },
      { tags: ['a', 'b'] },
    ],
    ['keeps its values when nothing is added', { op: 'add', path: 'label.tags', value: [] }, { tags: ['a'] }],
    ['is replaced', { op: 'replace', path: 'label.tags', value: ['b'] }, { tags: ['b'] }],
  ])('%s', (_, operation, expected) => {
    expect(patch(before, [operation], box).label).toEqual(expected);
  });

  it('gets more values where a filter selects it', () => {
    const operation = { op: 'add', path: 'labels[value eq "x"].tags', value: ['b'] };
    expect(patch(before, [operation], box).labels).toEqual([{ value: 'x', tags: ['a', 'b'] }]);
  });
});
