import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { applyPatch } from '../../src/scim/patch.js';
import { defaultRegistry, type ResourceType } from '../../src/scim/registry.js';
import { splitMembership } from '../../src/server/membership.js';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const typeOf = (name: string): ResourceType => {
  const type = defaultRegistry.resourceType(name);
  if (type === undefined) throw new Error(`no resource type ${name}`);
  return type;
};
const group = typeOf('Group');
const body = (...operations: JsonObject[]): JsonObject => ({ schemas: [PATCH_OP], Operations: operations });

describe('a PATCH of a group is split', () => {
  it('into membership changes, in the order of the client', () => {
    expect(
      splitMembership(
        body(
          {
            op: 'Add',
            path: 'members',
            value: [
              { value: 'a', display: 'A' },
              { value: 'b', type: 'Group' },
            ],
          },
          { op: 'remove', path: 'members[value eq "c"]' },
          { op: 'Remove', path: 'Members', value: [{ $ref: null, value: 'd' }] },
          { op: 'add', path: 'members', value: { value: 'e' } },
        ),
        group,
      ),
    ).toEqual({
      members: [
        { kind: 'add', value: 'a' },
        { kind: 'add', value: 'b', type: 'Group' },
        { kind: 'remove', value: 'c' },
        { kind: 'remove', value: 'd' },
        { kind: 'add', value: 'e' },
      ],
      rest: undefined,
    });
  });

  it('leaving the other operations', () => {
    const rename = { op: 'replace', value: { id: 'g', displayName: 'New' } };
    const add = { op: 'add', path: 'members', value: [{ value: 'a' }] };
    expect(splitMembership(body(rename, add), group)).toEqual({
      members: [{ kind: 'add', value: 'a' }],
      rest: body(rename),
    });
  });

  it.each<[string, JsonObject]>([
    ['all members are removed', { op: 'remove', path: 'members' }],
    ['the list is empty', { op: 'remove', path: 'members', value: [] }],
    ['the members are replaced', { op: 'replace', path: 'members', value: [{ value: 'a' }] }],
    ['another filter names the members', { op: 'remove', path: 'members[display sw "a"]' }],
    ['a sub-attribute is named', { op: 'replace', path: 'members[value eq "a"].type', value: 'User' }],
    ['members come without a path', { op: 'add', value: { members: [{ value: 'a' }] } }],
    [
      'members come under the URN',
      { op: 'add', path: `${group.schema.id}:members`, value: [{ value: 'a' }] },
    ],
    ['a member has no value', { op: 'add', path: 'members', value: [{ display: 'a' }] }],
    ['a member is a text', { op: 'add', path: 'members', value: ['a'] }],
    [
      'a value path comes with a value',
      { op: 'remove', path: 'members[value eq "a"]', value: [{ value: 'b' }] },
    ],
    ['a value path is broken', { op: 'remove', path: 'members[value eq "\\x"]' }],
  ])('not at all when %s', (_, operation) => {
    const whole = body({ op: 'add', path: 'members', value: [{ value: 'z' }] }, operation);
    expect(splitMembership(whole, group)).toEqual({ members: undefined, rest: whole });
  });

  it('not at all when it is no PatchOp, or no group', () => {
    const add = { op: 'add', path: 'members', value: [{ value: 'a' }] };
    for (const whole of [{ Operations: [add] }, { schemas: [PATCH_OP], Operations: add }, {}]) {
      expect(splitMembership(whole, group)).toEqual({ members: undefined, rest: whole });
    }
    expect(splitMembership(body(add), typeOf('User')).members).toBeUndefined();
  });

  it('so that the result is that of the general way', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd "e"');
    const elements = fc.array(
      id.map((value) => ({ value })),
      { minLength: 1, maxLength: 3 },
    );
    const operation = fc.oneof(
      elements.map((value) => ({ op: 'add', path: 'members', value })),
      elements.map((value) => ({ op: 'remove', path: 'members', value })),
      id.map((value) => ({ op: 'remove', path: `members[value eq ${JSON.stringify(value)}]` })),
      fc.constantFrom('X', 'Y').map((displayName) => ({ op: 'replace', value: { displayName } })),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(id),
        fc.array(operation, { minLength: 1, maxLength: 6 }),
        (present, operations) => {
          const before = {
            displayName: 'X',
            ...(present.length > 0 && { members: present.map((value) => ({ value })) }),
          };
          const expected = applyPatch(before, body(...operations), group).resource;
          const { members = [], rest } = splitMembership(body(...operations), group);
          const changed = rest === undefined ? before : applyPatch(before, rest, group).resource;
          const set = new Set<string>(present);
          for (const { kind, value } of members) set[kind === 'add' ? 'add' : 'delete'](value);
          const values = Array.isArray(expected.members)
            ? expected.members.map((each) => (each as JsonObject).value)
            : [];
          expect(new Set(values)).toEqual(set);
          expect(changed.displayName).toBe(expected.displayName);
        },
      ),
    );
  });
});
