/**
 * What one kind of client sees of people and groups: an IdP its own externalIds, but neither what it deleted nor a person whom
 * an admin told apart from its own (R14, R15, R30); readers what Lucca says; a client with a view no more than that (R31).
 * Clients that see the same share one of these.
 */
import type { SourceName } from '../../identity/person.js';
import { isEstranged } from '../../identity/strangers.js';
import type { JsonObject } from '../../json.js';
import type { StoredResource } from '../backend.js';
import type { Sight } from '../table.js';
import { hasDeleted, managerOf, speaks } from './effective.js';
import { entityTag, type Sum } from './entity-tag.js';
import { buildGroup, headOf, type ShownMember } from './group-resource.js';
import type { GroupRow } from './group-row.js';
import { listed } from './groups.js';
import type { PersonRow } from './person-row.js';
import { ShownGroup, ShownUser } from './shown.js';
import { createGroupsSight, createPeopleSight } from './sights.js';
import { buildUser, type UserSurroundings } from './user-resource.js';
import type { View } from './view.js';
import type { World } from './world.js';

export class Audience {
  /** The IdP whose words these clients speak; null for readers. */
  readonly source: SourceName | null;
  readonly people: Sight<PersonRow>;
  readonly groups: Sight<GroupRow>;
  readonly #view: View | undefined;
  readonly #world: World;

  /** Whether the client may see fewer rows than there are for reasons of its own. */
  get isBounded(): boolean {
    return this.#view !== undefined;
  }

  constructor(world: World, source: SourceName | null, view: View | undefined) {
    this.source = source;
    this.#world = world;
    this.#view = view;
    this.people = createPeopleSight(this, world);
    this.groups = createGroupsSight(this, world);
  }

  /** What was shown in an earlier epoch may be outdated by changes elsewhere: with a scope, of whom the client sees. */
  get epoch(): number {
    return this.#view?.isScoped ? this.#world.people.revision + this.#world.groups.revision : 0;
  }

  seesPerson(row: PersonRow): boolean {
    const { source } = this;
    const { exists, isFromLucca } = row.state;
    const scope = this.#view?.user;
    if (!exists || (this.#view !== undefined && scope === undefined)) return false;
    if (row.attributes.userName === undefined && (scope?.needsUserName ?? true)) return false;
    if (source !== null && (hasDeleted(row.record, source) || isEstranged(row.record, source))) return false;
    if (this.#world.hidesIdpOnly && !isFromLucca && (source === null || !speaks(row.record, source))) {
      return false;
    }
    return scope?.holds === undefined || scope.holds(this.#world.whole.people.reader(scope.paths)(row));
  }

  seesGroup(row: GroupRow): boolean {
    const scope = this.#view?.group;
    if (this.#view !== undefined && scope === undefined) return false;
    return scope?.holds === undefined || scope.holds(this.#world.whole.groups.reader(scope.paths)(row));
  }

  /** Whether an id is that of somebody or something that the client does not see. */
  isHidden(id: string): boolean {
    const person = this.#world.people.find(id);
    if (person !== undefined) return !this.seesPerson(person);
    const group = this.#world.groups.find(id);
    return group !== undefined && !this.seesGroup(group);
  }

  showUser(row: PersonRow): StoredResource {
    const { epoch } = this;
    const known = row.shown.find((shown) => shown.audience === this && shown.epoch === epoch);
    if (known !== undefined) return known;
    const shown = new ShownUser(row, this);
    row.shown = [...row.shown.filter(({ audience }) => audience !== this), shown];
    return shown;
  }

  showGroup(row: GroupRow): StoredResource {
    const { epoch } = this;
    const known = row.shown.find((shown) => shown.audience === this && shown.epoch === epoch);
    if (known !== undefined) return known;
    const shown = new ShownGroup(row, this);
    row.shown = [...row.shown.filter(({ audience }) => audience !== this), shown];
    return shown;
  }

  /** The canonical resource, without `meta.version`. */
  describeUser(row: PersonRow): JsonObject {
    const { source } = this;
    const own = source === null ? row.attributes.externalId : row.record.assertions[source]?.sourceId;
    const resource = buildUser(this.#world.types.user, row, {
      externalId: typeof own === 'string' ? own : undefined,
      groups: this.#world.groups.listing(row.ids).filter((group) => this.seesGroup(group)),
      manager: this.#managerOf(row),
    });
    return this.#view?.user?.restrict(resource) ?? resource;
  }

  describeGroup(row: GroupRow, { withMembers = true } = {}): JsonObject {
    const { owner, externalId } = row.state;
    const head = headOf(row.state.attributes);
    const person = head === undefined ? undefined : this.#world.people.find(head);
    const isOwn = owner === (this.source ?? 'lucca');
    const resource = buildGroup(this.#world.types.group, row, {
      externalId: isOwn && externalId !== null ? externalId : undefined,
      members: withMembers ? this.#membersOf(row) : [],
      head: person !== undefined && this.seesPerson(person) ? person : undefined,
    });
    return this.#view?.group?.restrict(resource) ?? resource;
  }

  /** An entity tag that costs the same for a group of any size, but for clients with a view, who write nothing. */
  tagGroup(row: GroupRow): string {
    if (this.#view !== undefined) return entityTag(this.describeGroup(row));
    return entityTag(this.describeGroup(row, { withMembers: false }), this.#sumOf(row));
  }

  /** An extension that is made only for a client that names it. Clients with a view know of none. */
  describeOnRequest(row: PersonRow, urn: string): JsonObject | undefined {
    return this.#view === undefined ? this.#world.describeOnRequest(row, urn) : undefined;
  }

  #managerOf(row: PersonRow): UserSurroundings['manager'] {
    const id = managerOf(row.attributes)?.value;
    const manager = typeof id === 'string' ? this.#world.people.find(id) : undefined;
    if (manager === undefined) return { kind: 'unknown' };
    return this.seesPerson(manager) ? { kind: 'seen', row: manager } : { kind: 'hidden' };
  }

  #membersOf(row: GroupRow): ShownMember[] {
    const members = new Map<string, ShownMember>();
    for (const member of row.members()) {
      const person = this.#world.people.find(member);
      const group = person === undefined ? this.#world.groups.find(member) : undefined;
      if (person !== undefined && this.seesPerson(person)) {
        members.set(person.id, { id: person.id, type: 'User', name: person.name });
      } else if (group !== undefined && this.seesGroup(group)) {
        members.set(group.id, { id: group.id, type: 'Group', name: group.name });
      }
    }
    return [...members.values()];
  }

  /** The sum of the members that the client sees: that of all, less those who are hidden from it. */
  #sumOf(row: GroupRow): Sum {
    const whole = this.#world.groups.sumOf(row);
    const { concealed } = this.#world.people;
    const hidden = [...concealed].filter((person) => !this.seesPerson(person));
    if (hidden.length === 0) return whole;
    const sum = whole.copy();
    for (const { ids, name } of hidden) {
      if (name === undefined) continue;
      for (const id of ids) if (this.#world.groups.isMember(row, id)) sum.remove(listed(id, name));
    }
    return sum;
  }
}
