/** One group in memory, from Lucca or written by an IdP. */
import type { SourceName } from '../../identity/person.js';
import type { JsonObject } from '../../json.js';
import type { Row } from '../table.js';
import type { Sum } from './entity-tag.js';
import type { ShownGroup } from './shown.js';

/** What a record says of a group, without its members. */
export interface GroupState {
  /** Who alone may change it: `lucca`, or the IdP that wrote it. */
  owner: SourceName;
  /** The owner's own id for it. */
  externalId: string | null;
  attributes: JsonObject;
  /** ISO instants. */
  createdAt: string;
  updatedAt: string;
  /** Of the record, counted up with each change. */
  version: number;
}

/** Members that are stored in one record: all of a Lucca group, some of an IdP's. */
export interface MemberList {
  version: number;
  members: readonly string[];
}

export class GroupRow implements Row {
  readonly id: string;
  readonly sequence: number;
  state: GroupState;
  /** Of the members that are known; made when first asked for. */
  sum: Sum | undefined;
  /** What clients were shown of this state, one for each way in which clients see it. */
  shown: readonly ShownGroup[] = [];
  /** By number, ascending. */
  readonly #lists = new Map<number, MemberList>();
  /** In which list each member is; made when first asked for. */
  #numbers: Map<string, number> | undefined;
  #size = 0;

  constructor(id: string, sequence: number, state: GroupState) {
    this.id = id;
    this.sequence = sequence;
    this.state = state;
  }

  get attributes(): JsonObject {
    return this.state.attributes;
  }

  get name(): string | undefined {
    const { displayName } = this.state.attributes;
    return typeof displayName === 'string' ? displayName : undefined;
  }

  get size(): number {
    return this.#size;
  }

  /** How many lists the members are spread over. */
  get lists(): number {
    return this.#lists.size;
  }

  list(number: number): MemberList | undefined {
    return this.#lists.get(number);
  }

  /** The number of the list that holds a member. */
  numberOf(member: string): number | undefined {
    if (this.#numbers === undefined) {
      this.#numbers = new Map();
      for (const [number, { members }] of this.#lists) {
        for (const each of members) this.#numbers.set(each, number);
      }
    }
    return this.#numbers.get(member);
  }

  /** Ids of the members in the order in which they are stored. */
  *members(): Generator<string> {
    for (const { members } of this.#lists.values()) yield* members;
  }

  /** Takes a list in the place of the one of its number; says who came and who went. */
  setList(number: number, list: MemberList): { added: readonly string[]; removed: readonly string[] } {
    const before = this.#lists.get(number)?.members ?? [];
    const [added, removed] = [without(list.members, before), without(before, list.members)];
    this.#lists.set(number, list);
    this.#size += added.length - removed.length;
    for (const member of removed) this.#numbers?.delete(member);
    for (const member of added) this.#numbers?.set(member, number);
    return { added, removed };
  }
}

function without(members: readonly string[], others: readonly string[]): readonly string[] {
  if (others.length === 0) return members;
  const excluded = new Set(others);
  return members.filter((member) => !excluded.has(member));
}
