import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deleteAssertion,
  newPerson,
  overrideValues,
  patchAssertion,
  putAssertion,
  withdraw,
} from '../../src/identity/assertion.js';
import { settleOwner } from '../../src/identity/owners.js';
import type { PersonRecord } from '../../src/identity/person.js';
import { precedenceSchema } from '../../src/identity/precedence-config.js';
import { resolveUser } from '../../src/identity/resolve.js';
import { reviseUser } from '../../src/identity/revise.js';
import { compileRules } from '../../src/identity/rules.js';
import type { JsonObject } from '../../src/json.js';
import { ENTERPRISE_USER } from '../../src/scim/schema.js';
import { deepFreeze } from '../../src/store/tables.js';
import { attributes, precedence } from './arbitrary.js';

const START = Date.parse('2026-02-01T00:00:00Z');
const MINUTE = 60_000;
const rules = compileRules();

const source = fc.constantFrom('lucca', 'idp:okta', 'idp:entra', 'target:travelperk');

/** What can happen to a person; `seen` is the effective user at that moment. */
type Deed = (person: PersonRecord, seen: JsonObject, at: string) => PersonRecord;

const put: fc.Arbitrary<Deed> = fc.tuple(source, attributes).map(
  ([by, said]): Deed =>
    (person, _, at) =>
      putAssertion(person, by, { sourceId: by, attributes: said }, at),
);

const patch: fc.Arbitrary<Deed> = fc.tuple(source, attributes).map(
  ([by, said]): Deed =>
    (person, seen, at) => {
      const touched = Object.keys(said).flatMap((name) =>
        name === ENTERPRISE_USER ? [`${name}:department`, `${name}:manager`] : [name],
      );
      return patchAssertion(person, by, { sourceId: by, seen, result: { ...seen, ...said }, touched }, at);
    },
);

const anything: fc.Arbitrary<Deed> = fc.oneof(
  put,
  patch,
  source.map(
    (by): Deed =>
      (person, _, at) =>
        deleteAssertion(person, by, at),
  ),
  fc.tuple(source, fc.constantFrom('title', 'name.givenName', 'emails[work]', 'displayName')).map(
    ([by, path]): Deed =>
      (person, _, at) =>
        withdraw(person, by, [path], at),
  ),
  attributes.map(
    (values): Deed =>
      (person, _, at) =>
        overrideValues(
          person,
          values,
          { author: 'ada', expiresAt: new Date(Date.parse(at) + 2 * MINUTE).toISOString() },
          at,
        ),
  ),
  fc.tuple(source, fc.constantFrom('title', 'name.familyName', 'emails[work]')).map(
    ([by, cell]): Deed =>
      (person, _, at) =>
        settleOwner(person, cell, { source: by, by: 'ada' }, at),
  ),
);

describe('the effective user after another word', () => {
  it('is what deciding everything again gives, whatever was said before and whatever the rules are', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 12 }), precedence, (words, config) => {
        const chosen = compileRules(precedenceSchema.parse(config));
        let record = newPerson('p1', new Date(START).toISOString());
        let known = resolveUser(record, chosen, new Date(START).toISOString());
        for (const [turn, deed] of words.entries()) {
          const at = new Date(START + turn * MINUTE).toISOString();
          const next = deepFreeze(deed(record, known, at));
          const revised = reviseUser({ record, attributes: deepFreeze(known) }, next, chosen, at);
          const decided = resolveUser(next, chosen, at);
          expect(revised).toEqual(decided);
          [record, known] = [next, decided];
        }
      }),
      { numRuns: 500 },
    );
  });

  it('stays found step by step, without ever deciding everything', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(put, patch)), (words) => {
        let record = ['lucca', 'idp:okta', 'idp:entra', 'target:travelperk'].reduce(
          (person, by) => putAssertion(person, by, { sourceId: by, attributes: { title: by } }, '2026-01-01'),
          newPerson('p1', '2026-01-01'),
        );
        let known = resolveUser(record, rules, '2026-01-01');
        for (const deed of words) {
          const next = deed(record, known, '2026-01-02');
          known = reviseUser({ record, attributes: known }, next, rules, '2026-01-02');
          record = next;
        }
        expect(known).toEqual(resolveUser(record, rules, '2026-01-02'));
      }),
    );
  });

  it('is the very same object when the words do not count', () => {
    const said = (person: PersonRecord, by: string, attributes: JsonObject): PersonRecord =>
      putAssertion(person, by, { sourceId: by, attributes }, '2026-01-01');
    const person = said(said(newPerson('p1', '2026-01-01'), 'lucca', { title: 'Buyer' }), 'idp:okta', {
      title: 'Clerk',
    });
    const known = resolveUser(person, rules, '2026-01-01');
    const next = said(person, 'idp:okta', { title: 'Chief' });
    expect(reviseUser({ record: person, attributes: known }, next, rules, '2026-01-01')).toBe(known);
  });
});
