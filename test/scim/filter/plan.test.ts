/** Which indexes could answer a filter. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { compileFilter, foldCase, planFilter } from '../../../src/scim/filter/index.js';
import { ENTERPRISE_USER } from '../../../src/scim/schema.js';
import { resourceType } from '../probe.js';

/** Most selective first. */
const INDEXED = new Set([
  'id',
  'externalId',
  'userName',
  'emails.value',
  'members.value',
  'displayName',
  `${ENTERPRISE_USER}:employeeNumber`,
  `${ENTERPRISE_USER}:manager.value`,
  `${ENTERPRISE_USER}:department`,
]);

/** The plan as `path=value` texts. */
function plan(filter: string, type = 'User'): string[] | undefined {
  return planFilter(compileFilter(filter, resourceType(type)), INDEXED)?.map(
    ({ path, value }) => `${path}=${value}`,
  );
}

describe('the plan of a filter', () => {
  it.each([
    ['userName eq "Ada"', ['userName=ada']],
    ['ID eq "7F1C"', ['id=7F1C']],
    ['externalId eq "A"', ['externalId=A']],
    ['emails.value eq "A@x"', ['emails.value=a@x']],
    ['emails eq "A@x"', ['emails.value=a@x']],
    ['emails[type eq "work" and value eq "a@x"]', ['emails.value=a@x']],
    ['emails[type eq "work"].value eq "a@x"', ['emails.value=a@x']],
    [`${ENTERPRISE_USER}:department eq "R&D"`, [`${ENTERPRISE_USER}:department=r&d`]],
    ['department eq "R&D"', [`${ENTERPRISE_USER}:department=r&d`]],
    ['id eq "1" and manager eq "2"', ['id=1']],
    ['manager eq "2"', [`${ENTERPRISE_USER}:manager.value=2`]],
    ['department eq "x" and active eq true and userName eq "ada"', ['userName=ada']],
    ['userName eq "a" or emails eq "a@x"', ['userName=a', 'emails.value=a@x']],
    ['userName eq "a" or userName eq "b"', ['userName=a', 'userName=b']],
    ['(userName eq "a" or userName eq "b") and department eq "x"', [`${ENTERPRISE_USER}:department=x`]],
    ['noSuchAttribute eq "x"', []],
    ['noSuchAttribute eq "x" or userName eq "a"', ['userName=a']],
    ['noSuchAttribute eq "x" and title pr', []],
  ])('%s looks up %j', (filter, expected) => {
    expect(plan(filter)).toEqual(expected);
  });

  it('looks members of groups up', () => {
    expect(plan('members eq "7f1c"', 'Group')).toEqual(['members.value=7f1c']);
    expect(plan('members[value eq "7f1c"]', 'Group')).toEqual(['members.value=7f1c']);
  });

  it.each([
    'title eq "x"',
    'userName sw "a"',
    'userName ne "a"',
    'userName eq null',
    'not (userName eq "a")',
    'userName eq "a" or title eq "x"',
    'emails[not (value eq "a@x")]',
    'active eq true',
    'noSuchAttribute ne "x"',
  ])('%s needs a scan', (filter) => {
    expect(plan(filter)).toBeUndefined();
  });
});

describe('what is looked up', () => {
  const word = fc.constantFrom('a', 'A', 'b', 'é', 'É');
  const leaf = fc
    .tuple(
      fc.constantFrom('userName', 'id', 'emails', 'emails.value', 'title'),
      fc.constantFrom('eq', 'ne', 'sw'),
      word,
    )
    .map(([path, operator, value]) => `${path} ${operator} "${value}"`);
  const { filter } = fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(${a}) and (${b})`),
      fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(${a}) or (${b})`),
      tie('filter').map((inner) => `not (${inner})`),
      fc.tuple(word, word).map(([type, value]) => `emails[type eq "${type}" and value eq "${value}"]`),
    ),
  }));
  const resource = fc.record<JsonObject>(
    {
      id: word,
      userName: word,
      title: word,
      emails: fc.array(fc.record({ value: word, type: word }), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );

  it('holds every match', () => {
    let planned = 0;
    fc.assert(
      fc.property(filter, resource, (text, candidate) => {
        const compiled = compileFilter(text, resourceType('User'));
        const lookups = planFilter(compiled, INDEXED);
        if (lookups === undefined || !compiled.matches(candidate)) return;
        planned += 1;
        expect(
          lookups.some(({ path, value, caseExact }) =>
            readTexts(candidate, path).some((each) => (caseExact ? each : foldCase(each)) === value),
          ),
        ).toBe(true);
      }),
      { numRuns: 3000 },
    );
    expect(planned).toBeGreaterThan(100);
  });

  function readTexts(candidate: JsonObject, path: string): string[] {
    const emails = (candidate.emails ?? []) as { value: string }[];
    return path === 'emails.value'
      ? emails.map(({ value }) => value)
      : [candidate[path]].filter((each) => typeof each === 'string');
  }
});
