/** PATCH bodies that are meant to harm, and very large ones. */
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/json.js';
import { applyPatch, PATCH_OP, type PatchResult } from '../../../src/scim/patch.js';
import { GROUP, USER } from '../../../src/scim/schema.js';
import { resourceType } from '../probe.js';

const user = resourceType('User');
const group = resourceType('Group');
const ada: JsonObject = { schemas: [USER], id: 'u1', userName: 'ada' };

function patchUser(operation: string): PatchResult {
  return applyPatch(ada, JSON.parse(`{"schemas":["${PATCH_OP}"],"Operations":[${operation}]}`), user);
}

describe('a key or path that reaches for the prototype', () => {
  afterEach(() => {
    expect(({} as JsonObject).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each([
    '{"op":"add","value":{"__proto__":{"polluted":true},"title":"x"}}',
    '{"op":"replace","value":{"constructor":{"prototype":{"polluted":true}},"title":"x"}}',
    '{"op":"add","value":{"name":{"__proto__":{"polluted":true}},"title":"x"}}',
    '{"op":"add","value":{"emails":[{"value":"a@x.test","__proto__":{"polluted":true}}],"title":"x"}}',
    '{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"__proto__":{"polluted":true}},"title":"x"}}',
    '{"op":"add","value":{"__proto__.polluted":true,"constructor.prototype.polluted":true,"title":"x"}}',
  ])('does nothing in %s', (operation) => {
    const { resource } = patchUser(operation);
    expect(resource.title).toBe('x');
    expect(Object.getPrototypeOf(resource)).toBe(Object.prototype);
    expect(JSON.stringify(resource)).not.toContain('polluted');
  });

  it.each([
    '__proto__',
    '__proto__.polluted',
    'name.__proto__',
    'emails[type eq \\"a\\"].__proto__.polluted',
    'constructor.prototype.polluted',
  ])('is refused or passed over as path %s', (path) => {
    const operation = `{"op":"add","path":"${path}","value":{"polluted":true}}`;
    try {
      expect(patchUser(operation).changed).toBe(false);
    } catch (error) {
      expect(error).toMatchObject({ status: 400, scimType: 'invalidPath' });
    }
  });
});

describe('a deep value', () => {
  it.each([
    ['under an unknown name', (inner: string) => `{"noSuchAttribute":${inner}}`],
    ['under the core URN', (inner: string) => `{"${USER}":${inner}}`],
    ['under a known part', (inner: string) => `{"name":{"noSuchPart":${inner}}}`],
  ])('%s is passed over', (_, wrap) => {
    const deep = `${`{"${USER}":`.repeat(20_000)}1${'}'.repeat(20_000)}`;
    expect(patchUser(`{"op":"add","value":${wrap(deep)}}`).changed).toBe(false);
  });
});

describe('a group of 100,000 members', () => {
  const SIZE = 100_000;
  const ids = Array.from({ length: SIZE }, (_, index) => `id${index}`);
  const members: JsonValue[] = ids.map((value) => ({ value, type: 'User' }));
  const before: JsonObject = { schemas: [GROUP], id: 'g1', displayName: 'All', members };
  const empty: JsonObject = { schemas: [GROUP], id: 'g1', displayName: 'All' };

  function patchGroup(resource: JsonObject, operations: JsonValue[]): PatchResult {
    return applyPatch(resource, { schemas: [PATCH_OP], Operations: operations }, group);
  }

  it('comes in one operation', () => {
    const { resource } = patchGroup(empty, [{ op: 'add', path: 'members', value: members }]);
    expect(resource.members).toHaveLength(SIZE);
  });

  it('comes in as many operations', () => {
    const operations = ids.map((value) => ({ op: 'add', path: 'members', value: [{ value }] }));
    expect(patchGroup(empty, operations).resource.members).toHaveLength(SIZE);
  });

  it('goes in one operation', () => {
    const { resource } = patchGroup(before, [{ op: 'remove', path: 'members', value: members }]);
    expect(resource.members).toBeUndefined();
  });

  it('goes in as many operations', () => {
    const operations = ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` }));
    expect(patchGroup(before, operations).resource.members).toBeUndefined();
  });

  it('gets one more member and shares all others', () => {
    const { resource } = patchGroup(before, [{ op: 'add', path: 'members', value: [{ value: 'new' }] }]);
    const after = resource.members as JsonValue[];
    expect(after).toHaveLength(SIZE + 1);
    expect(members.every((member, index) => after[index] === member)).toBe(true);
    expect(members).toHaveLength(SIZE);
  });

  it('is the same resource when a member is added who is in it already', () => {
    const result = patchGroup(before, [{ op: 'add', path: 'members', value: [{ value: 'id99999' }] }]);
    expect(result).toMatchObject({ changed: false, touched: ['members'], withdrawn: [] });
    expect(result.resource).toBe(before);
  });

  it.each([
    ['searches by other parts', { op: 'remove', path: 'members[type eq "Device"]' }],
    ['writes a part of every member', { op: 'replace', path: 'members.noSuchPart', value: 'x' }],
  ])('is not walked without end by a body that often %s', (_, operation) => {
    const operations = Array.from({ length: 20_000 }, () => operation);
    const outcome = (): boolean => patchGroup(before, operations).changed;
    if (operation.op === 'remove') expect(outcome).toThrow(expect.objectContaining({ status: 413 }));
    else expect(outcome()).toBe(false);
  });
});
