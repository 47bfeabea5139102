/** Units in, groups out: `fixtures/cases/mapping/groups.yaml`. */
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { LUCCA_GROUP } from '../../src/scim/schema.js';
import { readCases } from '../cases.js';
import { compile, type Fragment, linesOf, type PersonFragment, translateFragment } from './fragment.js';

interface GroupsCase {
  name: string;
  at?: string;
  /** The block `groups` of the mapping; that of the packaged one when left out. */
  groups?: object;
  directory: Fragment;
  /** By key: displayName, members, and the Lucca extension without kind and luccaId, which are those of the key. */
  expect?: Record<string, JsonObject>;
  /** The same in short: members or names alone. */
  members?: Record<string, string[]>;
  names?: Record<string, string>;
  issues?: string[];
}

it.each(readCases<GroupsCase[]>('mapping/groups.yaml'))('$name', (each) => {
  const mapping = compile(each.groups && { users: { userName: 'person.email' }, groups: each.groups });
  const directory = { ...each.directory, people: each.directory.people.map(fillIn) };
  const translation = translateFragment(directory, { mapping, ...(each.at && { at: each.at }) });
  const { groups } = translation;
  const by = <Value>(read: (group: (typeof groups)[number]) => Value) =>
    Object.fromEntries(groups.map((group) => [group.key, read(group)]));

  if (each.members !== undefined) expect(by(({ members }) => members)).toEqual(each.members);
  if (each.names !== undefined) expect(by(({ attributes }) => attributes.displayName)).toEqual(each.names);
  if (each.expect !== undefined) {
    const described = by(({ attributes, members }) => {
      const { kind: _, luccaId: __, ...extension } = attributes[LUCCA_GROUP] as JsonObject;
      return { displayName: attributes.displayName, members, ...extension };
    });
    expect(described).toEqual(each.expect);
  }
  for (const { key, kind, luccaId, id, attributes } of groups) {
    expect(key).toBe(`${kind}:${luccaId}`);
    expect(id).toBe(`${kind} ${luccaId}`);
    expect(attributes.externalId).toBe(key);
    expect(attributes[LUCCA_GROUP]).toMatchObject({ kind, luccaId });
  }
  expect(linesOf(translation)).toEqual(each.issues ?? []);
});

/** What would be reported about a person is no matter of groups. */
function fillIn(person: PersonFragment): PersonFragment {
  return { firstName: 'A', lastName: 'B', email: `${person.id}@acme.example`, ...person };
}
