/**
 * Groups that IdPs write, as they are stored. Members are kept apart from the group, in chunks of bounded size, so that adding
 * one of them writes as much in a group of a hundred as in one of a hundred thousand.
 */
import type { SourceName } from '../../identity/person.js';
import type { JsonObject } from '../../json.js';
import type { Collection, StoredRecord } from '../../store/store.js';
import type { NetChanges } from './member-changes.js';

export interface IdpGroup extends StoredRecord {
  kind: 'group';
  /** Who wrote it, and alone may change it. */
  source: SourceName;
  externalId: string | null;
  /** Canonical, without externalId and members. */
  attributes: JsonObject;
  /** ISO instants; `updatedAt` moves with the members too. */
  createdAt: string;
  updatedAt: string;
}

/** Some members of a group; its id is that of the group and a number. */
export interface MemberChunk extends StoredRecord {
  kind: 'members';
  /** Id of the group. */
  group: string;
  /** Bridge ids, in the order in which they came. */
  members: readonly string[];
}

export type IdpGroupRecord = IdpGroup | MemberChunk;

const CHUNK_SIZE = 128;

/** Ids of chunks ascend as their numbers do, so that members keep their order. */
export function chunkId(group: string, number: number): string {
  return `${group}/${String(number).padStart(6, '0')}`;
}

export function chunkNumber({ id }: MemberChunk): number {
  return Number(id.slice(id.lastIndexOf('/') + 1));
}

/** The membership of a group as it is stored: lists by number, from 0 without gaps. */
export interface StoredMembers {
  readonly lists: number;
  list(number: number): { version: number; members: readonly string[] } | undefined;
  /** The number of the list that holds a member. */
  numberOf(member: string): number | undefined;
}

/** The chunks that changes touch, as they are to be stored. Newcomers go to the end. */
export function editChunks(
  group: string,
  stored: StoredMembers,
  { added, removed }: NetChanges,
): MemberChunk[] {
  const edited = new Map<number, string[]>();
  const open = (number: number): string[] => {
    const members = edited.get(number) ?? [...(stored.list(number)?.members ?? [])];
    edited.set(number, members);
    return members;
  };
  for (const member of removed) {
    const number = stored.numberOf(member);
    if (number === undefined) continue;
    const members = open(number);
    members.splice(members.indexOf(member), 1);
  }
  let last = Math.max(0, stored.lists - 1);
  for (const member of added) {
    if (open(last).length >= CHUNK_SIZE) last += 1;
    open(last).push(member);
  }
  return [...edited].map(([number, members]) => ({
    id: chunkId(group, number),
    version: stored.list(number)?.version ?? 0,
    kind: 'members',
    group,
    members,
  }));
}

/** A group with all its members, as planners and reports want it. */
export interface WholeIdpGroup extends IdpGroup {
  members: readonly string[];
}

/** Reads every group that IdPs wrote. */
export async function listIdpGroups(collection: Collection<IdpGroupRecord>): Promise<WholeIdpGroup[]> {
  const groups: IdpGroup[] = [];
  const members = new Map<string, string[]>();
  for await (const record of collection.list()) {
    if (record.kind === 'group') {
      groups.push(record);
      continue;
    }
    const known = members.get(record.group);
    if (known === undefined) members.set(record.group, [...record.members]);
    else known.push(...record.members);
  }
  return groups.map((group) => ({ ...group, members: members.get(group.id) ?? [] }));
}
