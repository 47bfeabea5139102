/** What IdPs write about groups. Each group has one owner: Lucca's units, and the groups of other IdPs, can only be read. */
import { jsonEqual } from '../../identity/json-equal.js';
import type { JsonObject } from '../../json.js';
import { invalidValue, mutability, notFound, uniqueness } from '../../scim/errors.js';
import { LUCCA_GROUP } from '../../scim/schema.js';
import type { Modification, Replacement, StoredResource } from '../backend.js';
import type { MemberChange } from '../membership.js';
import { assertable } from './assertable.js';
import { textOf } from './effective.js';
import type { GroupRow } from './group-row.js';
import { chunkId, editChunks, type IdpGroup, type IdpGroupRecord } from './idp-groups.js';
import { KeyLocks } from './key-locks.js';
import { compareMembers, listMembers, netChanges } from './member-changes.js';
import type { World } from './world.js';
import type { Writer } from './write-users.js';

export interface GroupWriterOptions {
  world: World;
  /** What a member that does not exist does: the request is refused (400), or it is kept out of the answers. */
  unknownMembers: 'refuse' | 'accept';
  /** Two groups may not have the same displayName (409). */
  uniqueNames: boolean;
  newId: () => string;
  /** ISO instant. */
  now: () => string;
}

export class GroupWriter {
  readonly #world: World;
  readonly #options: GroupWriterOptions;
  readonly #locks = new KeyLocks();

  constructor(options: GroupWriterOptions) {
    this.#world = options.world;
    this.#options = options;
  }

  create(resource: JsonObject, writer: Writer): Promise<StoredResource> {
    const attributes = readAttributes(resource);
    return this.#withName(attributes, undefined, async () => {
      const at = this.#options.now();
      const id = this.#options.newId();
      const group: IdpGroup = {
        id,
        version: 0,
        kind: 'group',
        source: writer.source,
        externalId: textOf(resource.externalId),
        attributes,
        createdAt: at,
        updatedAt: at,
      };
      const changes = listMembers(resource).map((value) => ({ kind: 'add' as const, value }));
      const added = this.#canonical(changes, undefined, writer).map(({ value }) => value);
      const nobody = { lists: 0, list: () => undefined, numberOf: () => undefined };
      const chunks = editChunks(id, nobody, { added: [...new Set(added)], removed: [] });
      await this.#world.storeGroup([group, ...chunks]);
      return writer.showGroup(this.#find(id, writer));
    });
  }

  replace(id: string, { guard, build }: Replacement, writer: Writer): Promise<StoredResource> {
    return this.#revise(id, writer, (row, shown) => {
      guard(shown);
      const seen = writer.describeGroup(row);
      const resource = build(seen);
      return { resource, changes: compareMembers(seen, resource) };
    });
  }

  patch(id: string, { guard, apply, members }: Modification, writer: Writer): Promise<StoredResource> {
    return this.#revise(id, writer, (row, shown) => {
      guard(shown);
      const seen = writer.describeGroup(row, { withMembers: members === undefined });
      const { resource } = apply(seen);
      return { resource, changes: members ?? compareMembers(seen, resource) };
    });
  }

  async remove(id: string, guard: (current: StoredResource) => void, writer: Writer): Promise<void> {
    await this.#locks.run([`group ${id}`], async () => {
      await this.#world.catchUp();
      const row = this.#findOwn(id, writer);
      guard(writer.showGroup(row));
      const chunks = Array.from({ length: row.lists }, (_, number) => chunkId(id, number));
      await this.#world.state.idpGroups.delete([id, ...chunks]);
    });
  }

  /** Takes a person out of every group of an IdP that deleted them. */
  async forget(ids: readonly string[], writer: Writer): Promise<void> {
    const groups = this.#world.groups.listing(ids).filter(({ state }) => state.owner === writer.source);
    for (const { id } of groups) {
      await this.#change(id, writer, (row) => ({
        resource: { ...row.state.attributes, externalId: row.state.externalId },
        changes: ids.map((value) => ({ kind: 'remove' as const, value })),
      }));
    }
  }

  async #revise(id: string, writer: Writer, decide: Decision): Promise<StoredResource> {
    return writer.showGroup(await this.#change(id, writer, decide));
  }

  /** Decides on what is stored at this moment, and again when somebody else was faster. */
  #change(id: string, writer: Writer, decide: Decision): Promise<GroupRow> {
    return this.#locks.run([`group ${id}`], async () => {
      for (;;) {
        if (!this.#world.isCurrent) await this.#world.catchUp();
        const row = this.#findOwn(id, writer);
        const { resource, changes } = decide(row, writer.showGroup(row));
        const attributes = readAttributes(resource);
        const records = this.#edit(row, attributes, textOf(resource.externalId), changes, writer);
        if (records.length === 0) return row;
        const isWritten = await this.#withName(attributes, row, () => this.#world.storeGroup(records));
        if (isWritten) return row;
      }
    });
  }

  /** The records that have to be written; none when nothing changed. */
  #edit(
    row: GroupRow,
    attributes: JsonObject,
    externalId: string | null,
    changes: readonly MemberChange[],
    writer: Writer,
  ): IdpGroupRecord[] {
    const { state } = row;
    const net = netChanges(this.#canonical(changes, row, writer), (member) =>
      this.#world.groups.isMember(row, member),
    );
    const isRenamed = externalId !== state.externalId || !jsonEqual(attributes, state.attributes);
    if (!isRenamed && net.added.length === 0 && net.removed.length === 0) return [];
    const group: IdpGroup = {
      id: row.id,
      version: state.version,
      kind: 'group',
      source: state.owner,
      externalId,
      attributes,
      createdAt: state.createdAt,
      updatedAt: this.#options.now(),
    };
    return [group, ...editChunks(row.id, row, net)];
  }

  /** Changes by the ids under which people are, or will be, listed. Throws invalidValue for a newcomer who does not exist. */
  #canonical(changes: readonly MemberChange[], row: GroupRow | undefined, writer: Writer): MemberChange[] {
    return changes.map(({ kind, value }) => {
      const person = this.#world.people.find(value);
      const group = this.#world.groups.find(value);
      const isMember = (id: string): boolean => row !== undefined && this.#world.groups.isMember(row, id);
      const isSeen =
        (person !== undefined && writer.seesPerson(person)) ||
        (group !== undefined && writer.seesGroup(group));
      if (kind === 'add' && !isSeen && !isMember(value) && this.#options.unknownMembers === 'refuse') {
        throw invalidValue(`The member ${value} does not exist.`);
      }
      const listed = person?.ids.find(isMember);
      return { kind, value: listed ?? person?.id ?? value };
    });
  }

  /** Runs a write that gives a group its name, where names are unique, while nobody else takes it. */
  #withName<T>(attributes: JsonObject, row: GroupRow | undefined, write: () => Promise<T>): Promise<T> {
    if (!this.#options.uniqueNames) return write();
    return this.#locks.run([`name ${String(attributes.displayName).toLowerCase()}`], async () => {
      await this.#world.catchUp();
      const namesakes = this.#world.groups.table.holders('displayName', attributes);
      if (namesakes.some((other) => other !== row)) {
        throw uniqueness('Another Group has the same displayName.');
      }
      return write();
    });
  }

  #findOwn(id: string, writer: Writer): GroupRow {
    const row = this.#find(id, writer);
    const { owner } = row.state;
    if (owner === 'lucca') {
      throw mutability(
        `Group ${id} comes from Lucca and is read-only here: change the unit in Lucca instead.`,
      );
    }
    if (owner !== writer.source) {
      throw mutability(`Group ${id} was written by ${owner}, which alone may change it.`);
    }
    return row;
  }

  #find(id: string, writer: Writer): GroupRow {
    const row = this.#world.groups.find(id);
    if (row === undefined || !writer.seesGroup(row)) throw notFound(`Group ${id} was not found.`);
    return row;
  }
}

/** What becomes of a group. */
type Decision = (
  row: GroupRow,
  shown: StoredResource,
) => { resource: JsonObject; changes: readonly MemberChange[] };

/** What an IdP says of a group. Throws mutability when it writes what only Lucca can know. */
function readAttributes(resource: JsonObject): JsonObject {
  const attributes = assertable(resource);
  if (attributes[LUCCA_GROUP] !== undefined) {
    throw mutability(`The extension ${LUCCA_GROUP} is written by Lucca only.`);
  }
  return attributes;
}
