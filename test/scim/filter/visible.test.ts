/** A view: attributes outside it are as unknown as those that do not exist (R31). */
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../src/scim/filter/index.js';
import { resourceType } from '../probe.js';

const user = resourceType('User');
const resource = {
  userName: 'ada',
  name: { familyName: 'Byron', givenName: 'Ada' },
  emails: [{ value: 'ada@acme.example', type: 'work' }],
};

/** Evaluates with the given paths hidden. */
function matches(filter: string, hidden: readonly string[]): boolean {
  return compileFilter(filter, user, { visible: ({ text }) => !hidden.includes(text) }).matches(resource);
}

describe('an attribute outside the view', () => {
  it.each([
    ['userName eq "ada"', ['userName'], false],
    ['userName pr', ['userName'], false],
    ['userName ne "bob"', ['userName'], true],
    ['not (userName pr)', ['userName'], true],
    ['userName eq "ada" or name.givenName eq "ada"', ['userName'], true],
    ['name.familyName eq "byron"', ['name.familyName'], false],
    ['name.familyName eq "byron"', ['name.givenName'], true],
    ['emails.value eq "ada@acme.example"', ['emails.value'], false],
    ['emails eq "ada@acme.example"', ['emails.value'], false],
    ['emails[value eq "ada@acme.example"]', ['emails.value'], false],
    ['emails[type eq "work"].value sw "a"', ['emails.value'], false],
    ['emails[type eq "work"]', ['emails.value'], true],
    ['emails[type eq "work"]', ['emails'], false],
    ['emails.type eq "work"', ['emails'], false],
    ['name.familyName eq "byron"', ['name'], false],
  ])('%s without %j: %s', (filter, hidden, expected) => {
    expect(matches(filter, hidden)).toBe(expected);
  });

  it('gives nothing away by being of a type that the operator is not for', () => {
    expect(matches('active gt true', ['active'])).toBe(false);
    expect(() => matches('active gt true', [])).toThrow(
      expect.objectContaining({ scimType: 'invalidFilter' }),
    );
  });
});
