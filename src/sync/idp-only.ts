/**
 * What only IdPs know: people without a Lucca side, and the groups that IdPs wrote. They go to targets whose setting `idpOnly`
 * says so.
 */
import { assertionOf } from '../identity/assertion.js';
import type { GroupLink, GroupRecord, Link, PersonRecord } from '../identity/person.js';
import type { JsonObject } from '../json.js';
import type { DesiredGroup, DesiredUser } from '../push/plan/input.js';
import type { IdpGroup, IdpGroupRecord } from '../server/bridge/idp-groups.js';
import type { Collection } from '../store/store.js';
import type { RecordBook } from './record-book.js';

/** How one target looks at people. */
export interface Outlook {
  links: ReadonlyMap<string, Link>;
  /** The effective user. */
  effective(person: PersonRecord): JsonObject;
  /** Whether the target's scope holds the effective user. */
  matches(resource: JsonObject): boolean;
}

/**
 * People whom Lucca does not know. Their account follows `active`; it is closed once no IdP speaks about them any more (R30).
 */
export function idpOnlyUsers(people: Iterable<PersonRecord>, outlook: Outlook): DesiredUser[] {
  const users: DesiredUser[] = [];
  for (const person of people) {
    if (person.lucca !== null) continue;
    const speaker = Object.keys(person.assertions).find((source) => speaks(person, source));
    const resource = outlook.effective(person);
    if (speaker !== undefined) {
      const lifecycle = lifecycleOf(`${speaker} knows the person, and Lucca does not`);
      users.push({ id: person.id, resource, lifecycle, inScope: outlook.matches(resource) });
    } else if (outlook.links.has(person.id)) {
      const lifecycle = lifecycleOf('no IdP knows the person any more');
      // Nobody says anything about them now, so no scope can hold them.
      users.push({ id: person.id, resource: { ...resource, active: false }, lifecycle, inScope: true });
    }
  }
  return users;
}

function speaks(person: PersonRecord, source: string): boolean {
  const said = source.startsWith('idp:') ? assertionOf(person, source) : undefined;
  return said !== undefined && said.deletedAt === undefined;
}

/** IdPs know no contracts: only `active` says who works here. */
function lifecycleOf(reason: string): DesiredUser['lifecycle'] {
  return { state: 'active', reason, startsAt: null, endsAt: null };
}

/** The groups that IdPs wrote, with those of their members who are people. */
export async function readIdpGroups(
  collection: Collection<IdpGroupRecord>,
  people: RecordBook<PersonRecord>,
): Promise<DesiredGroup[]> {
  const present = new Map<string, string>();
  for (const { id, aliases = [] } of people.values())
    for (const name of [id, ...aliases]) present.set(name, id);
  const groups: IdpGroup[] = [];
  const members = new Map<string, Set<string>>();
  for await (const record of collection.list()) {
    if (record.kind === 'group') groups.push(record);
    else {
      const known = members.get(record.group) ?? new Set();
      members.set(record.group, known);
      for (const member of record.members) {
        const id = present.get(member);
        if (id !== undefined) known.add(id);
      }
    }
  }
  return groups.map(({ id, attributes }) => ({
    id,
    attributes,
    members: [...(members.get(id) ?? [])].sort(),
  }));
}

/** Links of groups of Lucca alone: a target that is not to have the others keeps those that it has, as they are (R36). */
export function luccaGroupLinks(
  links: ReadonlyMap<string, GroupLink>,
  groups: RecordBook<GroupRecord>,
): ReadonlyMap<string, GroupLink> {
  return new Map([...links].filter(([id]) => groups.get(id)?.luccaKey !== null));
}
