/** Directory fragment in, attributes of users out: `fixtures/cases/mapping/people/`. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { readCaseFolder } from '../cases.js';
import { compile, type Fragment, linesOf, type MappingFragment, translateFragment } from './fragment.js';

interface PeopleCase {
  name: string;
  at?: string;
  mapping?: MappingFragment;
  directory: Fragment;
  /** Attributes by Lucca id, but for `externalId` and `active`, which every user has the same way. */
  expect: Record<string, JsonObject>;
  issues?: string[];
}

describe.each(readCaseFolder<PeopleCase[]>('mapping/people'))('$file', ({ content }) => {
  it.each(content)('$name', ({ at, mapping, directory, expect: expected, issues = [] }) => {
    const translation = translateFragment(directory, { mapping: compile(mapping), ...(at && { at }) });
    const found = new Map(translation.users.map((user) => [user.luccaId, user]));
    for (const [luccaId, attributes] of Object.entries(expected)) {
      const user = found.get(luccaId);
      const { externalId, active, ...rest } = user?.attributes ?? {};
      expect(rest).toEqual(attributes);
      expect(externalId).toBe(luccaId);
      const { state } = user?.lifecycle ?? {};
      expect(active).toBe(state === 'unknown' ? undefined : state === 'active');
    }
    expect(linesOf(translation)).toEqual(issues);
  });
});
