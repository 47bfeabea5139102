/** Filters that are meant to harm: refused at once, without an echo of the input. */
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../../src/scim/errors.js';
import { MAX_CHARACTERS, MAX_LEVELS, MAX_TERMS } from '../../../src/scim/filter/guard.js';
import { compileFilter } from '../../../src/scim/filter/index.js';
import { resourceType } from '../probe.js';

const user = resourceType('User');

function refusal(filter: string): ScimError {
  try {
    compileFilter(filter, user);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('the filter was accepted');
}

describe('a hostile filter is invalidFilter', () => {
  it.each([
    ['an open string and 5,000 newlines', `a eq "${'\n'.repeat(5000)}`],
    ['an open string and 4,000 newlines', `a eq "${'\n'.repeat(4000)}`],
    ['an open string of backslashes', `a eq "${'\\'.repeat(4000)}`],
    ['5,000 parentheses', `${'('.repeat(5000)}a pr${')'.repeat(5000)}`],
    ['10,000 opening parentheses', '('.repeat(10_000)],
    ['2,000 parentheses, within the length', `${'('.repeat(2000)}a pr${')'.repeat(2000)}`],
    ['1,000 nots', `${'not('.repeat(1000)}a pr${')'.repeat(1000)}`],
    ['3,400 value paths', 'a['.repeat(3400)],
    ['2,000 clauses', Array.from({ length: 2000 }, () => 'a pr').join(' or ')],
    ['a million characters', `a eq "${'x'.repeat(1_000_000)}"`],
    ['a name that a backtracking pattern would try in many ways', `${'a.'.repeat(2000)}!`],
    ['a URN that a backtracking pattern would try in many ways', `${'a:'.repeat(2000)}!`],
    ['a number that is not one', `a eq ${'1'.repeat(4000)}x`],
    ['a lone surrogate', 'a eq "\ud83d"'],
    ['U+0000', 'a eq "\0"'],
  ])('%s', (_, filter) => {
    expect(refusal(filter)).toMatchObject({ status: 400, scimType: 'invalidFilter' });
  });
});

describe('the limits', () => {
  const nested = (levels: number): string => `${'('.repeat(levels)}title pr${')'.repeat(levels)}`;
  const clauses = (terms: number): string => Array.from({ length: terms }, () => 'title pr').join(' or ');
  const long = (characters: number): string => `title eq "${'x'.repeat(characters - 'title eq ""'.length)}"`;

  it.each([
    ['levels', nested(MAX_LEVELS), nested(MAX_LEVELS + 1)],
    ['terms', clauses(MAX_TERMS), clauses(MAX_TERMS + 1)],
    ['characters', long(MAX_CHARACTERS), long(MAX_CHARACTERS + 1)],
  ])('of %s are inclusive', (_, allowed, refused) => {
    expect(compileFilter(allowed, user).matches({ title: 'x' })).toBeTypeOf('boolean');
    expect(refusal(refused).scimType).toBe('invalidFilter');
  });
});

describe('the detail of a refusal', () => {
  it.each([
    ['userName eq bjensen-secret', 13],
    ['userName xx "bjensen-secret"', 10],
    ['userName eq "bjensen-secret" or', 32],
    ['(userName eq "bjensen-secret"', 30],
    ['userName eq "bjensen-secret" active eq true', 30],
    ['active gt true and userName eq "bjensen-secret"', 1],
    ['meta.created gt "bjensen-secret"', 1],
    ['title pr and name eq "bjensen-secret"', 14],
  ])('of %s names position %i and not the input', (filter, position) => {
    const { message } = refusal(filter);
    expect(message).toContain(`position ${position} of the filter`);
    expect(message).not.toContain('bjensen');
  });
});

describe('a predicate', () => {
  const filters = [
    'userName eq "a"',
    'emails[type eq "work" and value co "@"]',
    'name.givenName pr',
    'meta.created gt "2024-01-01T00:00:00Z"',
    'not (emails.value eq "a")',
  ];
  const strangers: unknown[] = [
    null,
    undefined,
    5,
    'text',
    [],
    {},
    { userName: {}, emails: {}, name: [], meta: 5 },
    { emails: [null, [], 'x', { type: 5, value: null }] },
    Object.create(null),
  ];

  it.each(filters)('%s never throws, whatever it is given', (filter) => {
    const { matches } = compileFilter(filter, user);
    for (const stranger of strangers) expect(matches(stranger as never)).toBeTypeOf('boolean');
  });

  it('reads nothing that is inherited', () => {
    const inherits = Object.create({ constructor: 'builder' }) as Record<string, never>;
    expect(compileFilter('constructor pr', resourceType('Probe')).matches(inherits)).toBe(false);
  });
});
