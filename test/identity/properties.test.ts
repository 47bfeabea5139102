import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deleteAssertion,
  newPerson,
  patchAssertion,
  putAssertion,
  withdraw,
} from '../../src/identity/assertion.js';
import { splitCells } from '../../src/identity/cells.js';
import { decide } from '../../src/identity/decide.js';
import { explainUser } from '../../src/identity/explain.js';
import type { PersonRecord } from '../../src/identity/person.js';
import { precedenceSchema } from '../../src/identity/precedence-config.js';
import { joinWinners, resolveUser } from '../../src/identity/resolve.js';
import { type CompiledRules, compileRules } from '../../src/identity/rules.js';
import type { JsonObject } from '../../src/json.js';
import { deepFreeze } from '../../src/store/tables.js';
import { attributes, precedence, statements } from './arbitrary.js';

const NOW = '2026-02-01T00:00:00Z';

function tell(said: readonly [string, JsonObject][]): PersonRecord {
  return said.reduce(
    (person, [source, each], day) =>
      putAssertion(person, source, { sourceId: source, attributes: each }, `2026-01-0${day + 1}T00:00:00Z`),
    newPerson('p1', NOW),
  );
}

const rulesFrom = (config: unknown): CompiledRules => compileRules(precedenceSchema.parse(config));
const cellsOf = (user: JsonObject): Map<string, unknown> =>
  new Map(splitCells(user).map(({ path, value }) => [path, value]));

describe('the effective user, whatever sources say and rules there are', () => {
  it('does not depend on the order in which the sources spoke, to the byte', () => {
    fc.assert(
      fc.property(statements, precedence, fc.infiniteStream(fc.nat()), (said, config, picks) => {
        const rules = rulesFrom(config);
        const shuffled = [...said].sort(() => (picks.next().value % 2 === 0 ? 1 : -1));
        const one = resolveUser(tell(said), rules, NOW);
        const other = resolveUser(tell(shuffled), rules, NOW);
        expect(JSON.stringify(other)).toBe(JSON.stringify(one));
      }),
    );
  });

  it('does not depend on what a source said before its last word', () => {
    fc.assert(
      fc.property(statements, statements, precedence, (earlier, said, config) => {
        const rules = rulesFrom(config);
        const heard = new Set(said.map(([source]) => source));
        const before = earlier.filter(([source]) => heard.has(source));
        expect(resolveUser(tell([...before, ...said]), rules, NOW)).toEqual(
          resolveUser(tell(said), rules, NOW),
        );
      }),
    );
  });

  it('is computed without touching the record, and comes out the same each time', () => {
    fc.assert(
      fc.property(statements, precedence, (said, config) => {
        const rules = rulesFrom(config);
        const person = deepFreeze(tell(said));
        expect(resolveUser(person, rules, NOW)).toEqual(resolveUser(person, rules, NOW));
      }),
    );
  });

  it('is the same by the short way and by the long way', () => {
    fc.assert(
      fc.property(attributes, precedence, (said, config) => {
        const rules = rulesFrom(config);
        const person = tell([['lucca', said]]);
        expect(cellsOf(resolveUser(person, rules, NOW))).toEqual(
          cellsOf(joinWinners(decide(person, rules, NOW))),
        );
      }),
    );
  });

  it('is exactly what the explanation says', () => {
    fc.assert(
      fc.property(statements, precedence, (said, config) => {
        const rules = rulesFrom(config);
        const person = tell(said);
        const explained = explainUser(person, rules, NOW).flatMap(({ path, value }) =>
          value === undefined ? [] : [[path, value] as const],
        );
        expect(new Map(explained)).toEqual(cellsOf(resolveUser(person, rules, NOW)));
      }),
    );
  });

  it('holds only values that some source says, or that are built from such', () => {
    fc.assert(
      fc.property(statements, precedence, (said, config) => {
        for (const { path, value, source, losing, rule } of explainUser(tell(said), rulesFrom(config), NOW)) {
          if (value === undefined || rule.includes('rebuilt') || Array.isArray(value)) continue;
          const own = cellsOf(said.find(([name]) => name === source)?.[1] ?? {});
          expect([path, own.get(path)]).toEqual([path, value]);
          expect(losing.map((voice) => voice.source)).not.toContain(source);
        }
      }),
    );
  });

  it('has one primary e-mail at most', () => {
    fc.assert(
      fc.property(statements, precedence, (said, config) => {
        const { emails } = resolveUser(tell(said), rulesFrom(config), NOW);
        const primaries = (Array.isArray(emails) ? emails : []).filter(
          (email) => Object(email).primary === true,
        );
        expect(primaries.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is as if an IdP had never spoken once its values are handed back', () => {
    fc.assert(
      fc.property(statements, (said) => {
        const rules = rulesFrom({});
        const others = said.filter(([source]) => source !== 'idp:okta');
        const handedBack = withdraw(tell(said), 'idp:okta', 'all', NOW);
        expect(resolveUser(handedBack, rules, NOW)).toEqual(resolveUser(tell(others), rules, NOW));
      }),
    );
  });

  it('is as if an IdP had never spoken, but for active, once it deleted its resource', () => {
    fc.assert(
      fc.property(statements, (said) => {
        const rules = rulesFrom({});
        const others = said.filter(([source]) => source !== 'idp:okta');
        const { active: _, ...left } = resolveUser(deleteAssertion(tell(said), 'idp:okta', NOW), rules, NOW);
        const { active: __, ...never } = resolveUser(tell(others), rules, NOW);
        expect(left).toEqual(never);
      }),
    );
  });
});

describe('assertions, whatever is said', () => {
  it('the same word again changes nothing, so that nothing is written', () => {
    fc.assert(
      fc.property(statements, (said) => {
        const person = tell(said);
        for (const [source, each] of said) {
          const copy = structuredClone(each);
          expect(putAssertion(person, source, { sourceId: source, attributes: copy }, NOW)).toBe(person);
        }
      }),
    );
  });

  it('a PATCH shows in what the client reads next, wherever its word wins', () => {
    fc.assert(
      fc.property(statements, attributes, (said, patch) => {
        const rules = rulesFrom({});
        const person = tell(said.filter(([source]) => source !== 'manual' && source !== 'idp:entra'));
        const seen = resolveUser(person, rules, NOW);
        const result = { ...seen, ...patch };
        const touched = Object.keys(patch);
        const patched = patchAssertion(person, 'idp:okta', { sourceId: null, seen, result, touched }, NOW);
        const read = cellsOf(resolveUser(patched, rules, NOW));
        const asked = cellsOf(
          putAssertion(newPerson('x', NOW), 'x', { sourceId: null, attributes: result }, NOW).assertions.x
            ?.attributes ?? {},
        );
        for (const path of ['userName', 'name.givenName', 'name.familyName']) {
          const isTouched = touched.includes(path.split('.')[0] ?? '');
          if (isTouched && asked.has(path)) expect([path, read.get(path)]).toEqual([path, asked.get(path)]);
        }
      }),
    );
  });

  it('keep no note of list values that are gone', () => {
    fc.assert(
      fc.property(fc.array(attributes, { minLength: 1, maxLength: 20 }), (words) => {
        const said = tell(words.map((each) => ['idp:okta', each])).assertions['idp:okta'];
        const roles = Object.keys(said?.since ?? {}).filter((path) => path.startsWith('roles['));
        const present = cellsOf(said?.attributes ?? {});
        expect(roles.filter((path) => !present.has(path))).toEqual([]);
      }),
    );
  });
});
