import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { entityTag, Sum } from '../../../src/server/bridge/entity-tag.js';

const resources = fc.dictionary(
  fc.string(),
  fc.oneof(fc.string(), fc.boolean(), fc.array(fc.string()), fc.dictionary(fc.string(), fc.string())),
) as fc.Arbitrary<JsonObject>;

describe('An entity tag', () => {
  it('is weak, and short enough for a header', () => {
    expect(entityTag({ id: 'x' })).toMatch(/^W\/"[\w-]{3,15}"$/);
  });

  it('does not depend on the order of attributes', () => {
    fc.assert(
      fc.property(resources, (resource) => {
        const reversed = Object.fromEntries(Object.entries(resource).reverse());
        expect(entityTag(reversed)).toBe(entityTag(resource));
      }),
    );
  });

  it('differs for resources that differ', () => {
    fc.assert(
      fc.property(resources, resources, (one, other) => {
        const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(entityTag(one) === entityTag(other)).toBe(isSame);
      }),
    );
    expect(entityTag({ a: ['b', 'c'] })).not.toBe(entityTag({ a: ['b,c'] }));
    expect(entityTag({ a: '1' })).not.toBe(entityTag({ a: 1 }));
    expect(entityTag({ a: undefined })).toBe(entityTag({}));
    expect(entityTag({ a: { b: 'c' } })).not.toBe(entityTag({ b: { a: 'c' } }));
    expect(entityTag({ a: 'x', b: 'y' })).not.toBe(entityTag({ a: 'y', b: 'x' }));
    expect(entityTag({ a: ['x', 'y'] })).not.toBe(entityTag({ a: ['y', 'x'] }));
  });
});

describe('A sum', () => {
  it('depends on who is in it, not on the order in which they came and went', () => {
    const ids = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(ids, ids, (staying, leaving) => {
        const direct = new Sum();
        for (const id of staying) direct.add(id);
        const roundabout = new Sum();
        for (const id of leaving) roundabout.add(`left ${id}`);
        for (const id of [...staying].reverse()) roundabout.add(id);
        for (const id of leaving) roundabout.remove(`left ${id}`);
        expect(String(roundabout)).toBe(String(direct));
      }),
    );
  });

  it('changes with every letter', () => {
    const [one, other] = [new Sum(), new Sum()];
    one.add('p-1 Inès');
    other.add('p-1 Inés');
    expect(String(one)).not.toBe(String(other));
  });
});

function sorted(value: JsonObject): unknown {
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, each]) => [
      key,
      typeof each === 'object' && each !== null && !Array.isArray(each) ? sorted(each) : each,
    ]);
}
