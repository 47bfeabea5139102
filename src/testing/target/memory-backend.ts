/**
 * Resources in memory, as a well-behaved SCIM target keeps them: unique names, members that exist, groups that follow their
 * members. Everything is synchronous, so that two requests never see each other half done.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../../json.js';
import { invalidValue, notFound, uniqueness } from '../../scim/errors.js';
import type { AttributePath } from '../../scim/path.js';
import type { Registry, ResourceType } from '../../scim/registry.js';
import { ENTERPRISE_USER, GROUP, USER } from '../../scim/schema.js';
import type {
  Backend,
  Modification,
  Replacement,
  ResourcePage,
  ResourceQuery,
  StoredResource,
} from '../../server/backend.js';
import type { MemberChange } from '../../server/membership.js';
import { plainSight, Table } from '../../server/table.js';
import { createTurns } from '../../server/turns.js';
import { displayOf, MemberLists } from './member-lists.js';
import { ResourceRow } from './resource-row.js';

export interface MemoryBackendOptions {
  registry: Registry;
  /** Makes the ids; random UUIDs when left out. */
  newId?: () => string;
  /** The clock, in milliseconds. */
  now?: () => number;
  /** What a member that does not exist does: the request is refused (400), or the member is left out. */
  unknownMembers?: 'refuse' | 'drop';
  /** Two groups may not have the same displayName (409). RFC 7643 does not ask for it; some targets do. */
  uniqueGroupNames?: boolean;
  /** A manager who does not exist is refused (400), as some targets do. */
  managerMustExist?: boolean;
}

/** What clients look up, most selective first. */
const INDEXED = [
  'userName',
  'externalId',
  'emails.value',
  `${ENTERPRISE_USER}:employeeNumber`,
  'displayName',
  `${ENTERPRISE_USER}:manager.value`,
  `${ENTERPRISE_USER}:costCenter`,
  `${ENTERPRISE_USER}:department`,
];

/** Attributes of a stored resource that are not kept: they are computed, or never shown again. */
const NOT_KEPT = new Set(['id', 'schemas', 'meta', 'members', 'groups', 'password']);

export class MemoryBackend implements Backend {
  readonly #options: MemoryBackendOptions;
  readonly #tables: ReadonlyMap<string, Table<ResourceRow>>;
  /** Paths whose values may not be held twice, by resource type. */
  readonly #unique: ReadonlyMap<string, readonly string[]>;
  readonly #lists = new MemberLists();
  readonly #newId: () => string;
  readonly #now: () => number;
  #sequence = 0;

  constructor(options: MemoryBackendOptions) {
    const { registry, newId = randomUUID, now = Date.now } = options;
    this.#options = options;
    this.#newId = newId;
    this.#now = now;
    const turns = createTurns();
    const types = registry.resourceTypes;
    this.#unique = new Map(types.map((type) => [type.definition.id, listUnique(type, options)]));
    this.#tables = new Map(
      types.map((type) => {
        const paths = new Set([...listUnique(type, options), ...INDEXED]);
        return [type.definition.id, new Table(type, [...paths], turns, this.#lookups(type))];
      }),
    );
  }

  /** Every resource of a type, in the order of creation. */
  list(type: ResourceType): readonly StoredResource[] {
    return this.#table(type)
      .rows()
      .map((row) => row.stored);
  }

  get(type: ResourceType, id: string): StoredResource | undefined {
    return this.#table(type).get(id)?.stored;
  }

  query(type: ResourceType, query: ResourceQuery): Promise<ResourcePage> {
    const table = this.#table(type);
    return table.query(query, { ...plainSight(table), reader: chooseReader });
  }

  create(type: ResourceType, resource: JsonObject): StoredResource {
    const attributes = keep(resource);
    if (type.schema.id === USER) attributes.active ??= true;
    this.#check(type, attributes, undefined);
    const added = this.#findMembers(readMembers(resource));
    const identity = { id: this.#newId(), sequence: ++this.#sequence, type, created: this.#timestamp() };
    const row = new ResourceRow(identity, attributes, this.#lists);
    this.#table(type).insert(row);
    for (const { member } of added) this.#lists.add(row, member);
    return row.stored;
  }

  replace(type: ResourceType, id: string, { guard, build }: Replacement): StoredResource {
    const row = this.#row(type, id);
    guard(row.stored);
    const next = build(row.stored.resource);
    // An account does not become inactive because a client left `active` out.
    const { active } = row.attributes;
    return this.#update(
      row,
      active === undefined ? next : { active, ...next },
      this.#compareMembers(row, next),
    );
  }

  patch(type: ResourceType, id: string, { guard, apply, members }: Modification): StoredResource {
    const row = this.#row(type, id);
    guard(row.stored);
    if (members === undefined) {
      const { resource } = apply(row.stored.resource);
      return this.#update(row, resource, this.#compareMembers(row, resource));
    }
    const { resource } = apply({ id, ...row.attributes });
    return this.#update(row, resource, members);
  }

  remove(type: ResourceType, id: string, guard: (current: StoredResource) => void): void {
    const row = this.#row(type, id);
    guard(row.stored);
    for (const group of this.#lists.forget(row)) group.lastModified = this.#timestamp();
    this.#table(type).remove(row);
  }

  /** Checks everything before it changes anything. */
  #update(row: ResourceRow, resource: JsonObject, changes: readonly MemberChange[]): StoredResource {
    const before = row.attributes;
    const attributes = keep(resource);
    const isChanged = !isDeepStrictEqual(before, attributes);
    if (isChanged) this.#check(row.type, attributes, row);
    const found = this.#findMembers(changes);
    const moved = found.map(({ kind, member }) => this.#lists[kind](row, member)).includes(true);
    if (isChanged) {
      const name = displayOf(row);
      row.attributes = attributes;
      row.touch();
      this.#table(row.type).reindex(row, before, attributes);
      if (displayOf(row) !== name) this.#lists.renamed(row);
    }
    if (isChanged || moved) row.lastModified = this.#timestamp();
    return row.stored;
  }

  /** Throws when the attributes may not stand beside what the other rows hold. */
  #check(type: ResourceType, attributes: JsonObject, row: ResourceRow | undefined): void {
    for (const path of this.#unique.get(type.definition.id) ?? []) {
      if (
        this.#table(type)
          .holders(path, attributes)
          .some((holder) => holder !== row)
      ) {
        throw uniqueness(`Another ${type.definition.name} has the same ${path}.`);
      }
    }
    const manager = readManager(attributes);
    const isNew = manager !== undefined && (row === undefined || readManager(row.attributes) !== manager);
    if (this.#options.managerMustExist && isNew && !this.#table(type).get(manager)) {
      throw invalidValue('The manager does not exist.');
    }
  }

  /** What takes the group from the members it has to those that `resource` lists. */
  #compareMembers(group: ResourceRow, resource: JsonObject): MemberChange[] {
    const wanted = readMembers(resource);
    const values = new Set(wanted.map(({ value }) => value));
    const removed = [...this.#lists.members(group)].filter(({ id }) => !values.has(id));
    return [...removed.map(({ id }) => ({ kind: 'remove' as const, value: id })), ...wanted];
  }

  /** The rows that changes speak of. A member that is not there need not be removed. */
  #findMembers(changes: readonly MemberChange[]): { kind: MemberChange['kind']; member: ResourceRow }[] {
    return changes.flatMap(({ kind, value }) => {
      const member = this.#findAnywhere(value);
      if (member !== undefined) return [{ kind, member }];
      if (kind === 'add' && this.#options.unknownMembers !== 'drop') {
        throw invalidValue(`The member ${value} does not exist.`);
      }
      return [];
    });
  }

  #findAnywhere(id: string): ResourceRow | undefined {
    for (const table of this.#tables.values()) {
      const row = table.get(id);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  /** Membership is looked up in the lists, from either side. */
  #lookups(type: ResourceType): ReadonlyMap<string, (id: string) => readonly ResourceRow[]> {
    const ofType = (rows: Iterable<ResourceRow>): ResourceRow[] =>
      [...rows].filter((row) => row.type === type);
    const find = (id: string): ResourceRow | undefined => this.#findAnywhere(id);
    return new Map([
      ['members.value', (id) => ofType(optional(find(id), (row) => this.#lists.groups(row)))],
      [
        'groups.value',
        (id) =>
          ofType(optional(find(id), (row) => this.#lists.members(row))).sort(
            (a, b) => a.sequence - b.sequence,
          ),
      ],
    ]);
  }

  #table(type: ResourceType): Table<ResourceRow> {
    const table = this.#tables.get(type.definition.id);
    if (table === undefined) throw notFound(`There are no resources of type ${type.definition.name}.`);
    return table;
  }

  #row(type: ResourceType, id: string): ResourceRow {
    const row = this.#table(type).get(id);
    if (row === undefined) throw notFound(`${type.definition.name} ${id} was not found.`);
    return row;
  }

  #timestamp(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** The attributes that the schema, or a setting, makes unique. */
function listUnique(type: ResourceType, { uniqueGroupNames }: MemoryBackendOptions): string[] {
  const declared = type.schema.attributes.filter(({ uniqueness }) => uniqueness !== 'none');
  const names = declared.map(({ name }) => name);
  return uniqueGroupNames && type.schema.id === GROUP ? [...names, 'displayName'] : names;
}

/** What a filter or an order compares stands in the attributes of the row, unless it is computed. */
function chooseReader(paths: readonly AttributePath[]): (row: ResourceRow) => JsonObject {
  const isWritten = ({ extension, attribute }: AttributePath): boolean =>
    extension !== null || (attribute !== null && !NOT_KEPT.has(attribute.name));
  return paths.every(isWritten) ? (row) => row.attributes : (row) => row.stored.resource;
}

function keep(resource: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const key of Object.keys(resource)) if (!NOT_KEPT.has(key)) kept[key] = resource[key];
  return kept;
}

function readMembers({ members }: JsonObject): MemberChange[] {
  if (!Array.isArray(members)) return [];
  return members.flatMap((member) =>
    isJsonObject(member) && typeof member.value === 'string'
      ? [{ kind: 'add' as const, value: member.value }]
      : [],
  );
}

function readManager(attributes: JsonObject): string | undefined {
  const enterprise = attributes[ENTERPRISE_USER];
  const manager = isJsonObject(enterprise) ? enterprise.manager : undefined;
  return isJsonObject(manager) && typeof manager.value === 'string' ? manager.value : undefined;
}

function optional<T, U>(value: T | undefined, read: (value: T) => Iterable<U>): Iterable<U> {
  return value === undefined ? [] : read(value);
}
