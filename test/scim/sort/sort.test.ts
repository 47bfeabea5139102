/** Resources and sortBy → order: `fixtures/cases/sort/`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { createOrdering } from '../../../src/scim/sort.js';
import { readCases } from '../../cases.js';
import { resourceType } from '../probe.js';

interface SortCase {
  why: string;
  type?: string;
  by: string;
  resources: JsonObject[];
  ascending: string[];
  descending: string[];
}

const user = resourceType('User');

describe.each(readCases<SortCase[]>('sort/orders.yaml'))('sorting by $by: $why', (each) => {
  it.each(['ascending', 'descending'] as const)('%s', (order) => {
    const ordering = createOrdering(resourceType(each.type ?? 'User'), each.by, order);
    const before = JSON.stringify(each.resources);
    expect(ordering?.sort(each.resources).map(({ id }) => id)).toEqual(each[order]);
    expect(JSON.stringify(each.resources)).toBe(before);
  });
});

describe('an ordering', () => {
  it('is ascending unless told otherwise', () => {
    const resources = [{ userName: 'b' }, { userName: 'a' }];
    expect(createOrdering(user, 'userName')?.sort(resources)).toEqual([{ userName: 'a' }, { userName: 'b' }]);
  });

  it.each([
    'noSuchAttribute',
    'name',
    'addresses',
    'password',
    'name.',
    '__proto__',
    '',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  ])('does not exist by "%s"', (sortBy) => {
    expect(createOrdering(user, sortBy)).toBeUndefined();
  });

  it.each([
    ['userName', 'userName'],
    ['emails', 'emails.value'],
    ['name.familyName', 'name'],
  ])('does not exist by %s when %s is hidden', (sortBy, hidden) => {
    expect(
      createOrdering(user, sortBy, 'ascending', { visible: ({ text }) => text !== hidden }),
    ).toBeUndefined();
  });

  it('sorts as it compares', () => {
    const word = fc.option(fc.constantFrom('a', 'A', 'é', 'e', 'f', 'É', '', '1', '10', '9'), {
      nil: undefined,
    });
    const resource = fc.record({
      userName: word,
      active: fc.option(fc.boolean(), { nil: undefined }),
    }) as fc.Arbitrary<JsonObject>;
    const order = fc.constantFrom('ascending' as const, 'descending' as const);
    fc.assert(
      fc.property(
        fc.array(resource),
        fc.constantFrom('userName', 'active'),
        order,
        (resources, by, sortOrder) => {
          const ordering = createOrdering(user, by, sortOrder);
          expect(ordering?.sort(resources)).toEqual([...resources].sort(ordering?.compare));
        },
      ),
    );
  });
});
