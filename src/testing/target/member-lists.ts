/** Who is a member of what, readable from both sides. Adding or removing one member costs the same in a group of any size. */

import type { JsonObject } from '../../json.js';
import { GROUP } from '../../scim/schema.js';
import { insertInOrder, removeInOrder } from '../../server/index-of-rows.js';
import type { ResourceRow, Surroundings } from './resource-row.js';

export class MemberLists implements Surroundings {
  readonly #membersByGroup = new Map<ResourceRow, Set<ResourceRow>>();
  /** Ascending sequence, as indexes are. */
  readonly #groupsByMember = new Map<ResourceRow, ResourceRow[]>();

  members(group: ResourceRow): ReadonlySet<ResourceRow> {
    return this.#membersByGroup.get(group) ?? new Set();
  }

  /** The groups that list the row itself, not those that list its groups. */
  groups(member: ResourceRow): readonly ResourceRow[] {
    return this.#groupsByMember.get(member) ?? [];
  }

  memberCount(row: ResourceRow): number {
    return this.members(row).size;
  }

  /** Both rows show something new. False when the member was there already. */
  add(group: ResourceRow, member: ResourceRow): boolean {
    const members = this.#membersByGroup.get(group) ?? new Set();
    if (members.has(member)) return false;
    this.#membersByGroup.set(group, members.add(member));
    const groups = this.#groupsByMember.get(member) ?? [];
    insertInOrder(groups, group);
    this.#groupsByMember.set(member, groups);
    touchAll([group, member]);
    return true;
  }

  /** False when there was no such member. */
  remove(group: ResourceRow, member: ResourceRow): boolean {
    if (this.#membersByGroup.get(group)?.delete(member) !== true) return false;
    removeInOrder(this.#groupsByMember.get(member) ?? [], group);
    touchAll([group, member]);
    return true;
  }

  /** Takes a deleted row out of every list; gives back the groups that it leaves. */
  forget(row: ResourceRow): readonly ResourceRow[] {
    const left = [...this.groups(row)];
    for (const group of left) this.remove(group, row);
    for (const member of [...this.members(row)]) this.remove(row, member);
    this.#membersByGroup.delete(row);
    this.#groupsByMember.delete(row);
    return left;
  }

  /** What other rows show of this one has changed: its name. */
  renamed(row: ResourceRow): void {
    touchAll(this.groups(row));
    touchAll(this.members(row));
  }

  attributes(row: ResourceRow): JsonObject {
    if (row.type.schema.id === GROUP) {
      const members = [...this.members(row)].map((member) => ({
        value: member.id,
        type: member.type.definition.name,
        display: displayOf(member),
      }));
      return members.length === 0 ? {} : { members };
    }
    if (row.type.attribute('groups')?.mutability !== 'readOnly') return {};
    const groups = this.groups(row).map((group) => ({
      value: group.id,
      display: displayOf(group),
      type: 'direct',
    }));
    return groups.length === 0 ? {} : { groups };
  }
}

function touchAll(rows: Iterable<ResourceRow>): void {
  for (const row of rows) row.touch();
}

/** How a row is called where others list it. */
export function displayOf({ attributes }: ResourceRow): string | undefined {
  const { displayName, userName } = attributes;
  if (typeof displayName === 'string') return displayName;
  return typeof userName === 'string' ? userName : undefined;
}
