/** Random people for property tests. */
import fc from 'fast-check';
import type { JsonObject } from '../../src/json.js';
import { ENTERPRISE_USER } from '../../src/scim/schema.js';

const text = fc.constantFrom('a', 'b', 'É', '', ' ');

/** At most one element is primary, as the schema layer guarantees. */
const emails = fc
  .tuple(
    fc.array(
      fc.record({ value: text, type: fc.constantFrom('work', 'home', 'other') }, { requiredKeys: ['value'] }),
      {
        maxLength: 3,
      },
    ),
    fc.option(fc.nat(2)),
  )
  .map(([list, primary]): JsonObject[] =>
    list.map((email, at) => (at === primary ? { ...email, primary: true } : email)),
  );

/** What any source may say. */
export const attributes: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      userName: text,
      displayName: text,
      name: fc.record({ givenName: text, familyName: text, formatted: text }, { requiredKeys: [] }),
      emails,
      roles: fc.uniqueArray(fc.record({ value: text }), { maxLength: 3, selector: ({ value }) => value }),
      title: text,
      active: fc.boolean(),
      [ENTERPRISE_USER]: fc.record(
        { department: text, manager: fc.record({ value: text }) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  )
  .map((said) => ({ ...said }));

const sourceNames = ['lucca', 'idp:okta', 'idp:entra', 'target:travelperk', 'manual'] as const;

/** What each of some sources says, in a random order of arrival. */
export const statements: fc.Arbitrary<[string, JsonObject][]> = fc
  .dictionary(fc.constantFrom(...sourceNames), attributes)
  .chain((said) => fc.shuffledSubarray(Object.entries(said), { minLength: Object.keys(said).length }));

/** Rules of all kinds, not only the default ones. */
export const precedence = fc.record(
  {
    attributes: fc.dictionary(
      fc.constantFrom(
        'userName',
        'name',
        'name.givenName',
        'displayName',
        'emails',
        'emails[home]',
        'title',
        '*',
      ),
      fc.record({
        sources: fc.shuffledSubarray(['lucca', 'idp:*', 'target:*', 'manual', 'idp:okta'], { minLength: 1 }),
        authoritative: fc.boolean(),
      }),
    ),
    idps: fc.shuffledSubarray(['idp:okta', 'idp:entra']),
    active: fc.oneof(
      fc.constant('either' as const),
      fc.shuffledSubarray(['lucca', 'idp:*'], { minLength: 1 }),
    ),
    onIdpDelete: fc.constantFrom('deactivate' as const, 'ignore' as const),
  },
  { requiredKeys: [] },
);
