/** Every group in memory, who is in which, and who shows what of them. */
import type { SourceName } from '../../identity/person.js';
import type { ResourceType } from '../../scim/registry.js';
import { LUCCA_GROUP } from '../../scim/schema.js';
import { RowsByKey } from '../index-of-rows.js';
import { type RowLookup, Table } from '../table.js';
import type { Turns } from '../turns.js';
import { Sum } from './entity-tag.js';
import { GroupRow, type GroupState, type MemberList } from './group-row.js';

export const HEAD = `${LUCCA_GROUP}:manager.value`;
const INDEXED = ['externalId', `${LUCCA_GROUP}:luccaId`, 'displayName', `${LUCCA_GROUP}:parent.value`, HEAD];

export interface GroupsOptions {
  type: ResourceType;
  turns: Turns;
  /** The name of a person or group; undefined when there is none of that id. */
  nameOfMember(id: string): string | undefined;
  /** Called with the id of a person or group whose own representation names a group that changed. */
  onMembership(member: string): void;
}

export class Groups {
  readonly table: Table<GroupRow>;
  /** Counts the changes. */
  revision = 0;
  readonly #options: GroupsOptions;
  readonly #byMember = new RowsByKey<GroupRow>();
  /** By what each IdP calls them. */
  readonly #ownIds = new RowsByKey<GroupRow>();
  #sequence = 0;

  constructor(options: GroupsOptions) {
    this.#options = options;
    const membership: RowLookup<GroupRow> = (member) => this.#byMember.find(member);
    this.table = new Table<GroupRow>(
      options.type,
      INDEXED,
      options.turns,
      new Map([['members.value', membership]]),
    );
  }

  find(id: string): GroupRow | undefined {
    return this.table.get(id);
  }

  findOwn(source: SourceName, externalId: string): readonly GroupRow[] {
    return this.#ownIds.find(ownKey(source, externalId));
  }

  /** The groups that list one of the ids, in order. */
  listing(ids: readonly string[]): readonly GroupRow[] {
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) return this.#byMember.find(only);
    return [...new Set(ids.flatMap((id) => this.#byMember.find(id)))].sort(
      (one, other) => one.sequence - other.sequence,
    );
  }

  isMember(row: GroupRow, member: string): boolean {
    return this.#byMember.find(member).includes(row);
  }

  /** Takes in what a record says of a group, unless something newer is there. */
  apply(id: string, state: GroupState): void {
    const found = this.table.get(id);
    // A record of another age is another life of the group.
    const isReborn = found !== undefined && found.state.createdAt !== state.createdAt;
    if (isReborn) this.drop(found);
    const known = isReborn ? undefined : found;
    if (known !== undefined && known.state.version >= state.version) return;
    const row = known ?? new GroupRow(id, ++this.#sequence, state);
    const [name, before] = [known?.name, known?.state];
    if (before === undefined) this.table.insert(row);
    else this.table.reindex(row, before.attributes, state.attributes);
    this.#nameAnew(row, before, state);
    row.state = state;
    row.shown = [];
    this.revision += 1;
    if (row.name === name) return;
    for (const member of row.members()) this.#options.onMembership(member);
    this.renamed(id, name, row.name);
  }

  /** Takes in one list of members, unless a newer one is there. */
  applyMembers(row: GroupRow, number: number, list: MemberList): void {
    if ((row.list(number)?.version ?? 0) > list.version) return;
    const { added, removed } = row.setList(number, list);
    for (const member of removed) this.#byMember.drop(member, row);
    for (const member of added) this.#byMember.add(member, row);
    if (row.sum !== undefined) {
      this.#count(row.sum, removed, 'remove');
      this.#count(row.sum, added, 'add');
    }
    for (const member of [...removed, ...added]) this.#options.onMembership(member);
    row.shown = [];
    this.revision += 1;
  }

  drop(row: GroupRow): void {
    for (const member of row.members()) {
      this.#byMember.drop(member, row);
      this.#options.onMembership(member);
    }
    this.#nameAnew(row, row.state, undefined);
    this.table.remove(row);
    this.renamed(row.id, row.name, undefined);
    this.revision += 1;
  }

  /** A person or group is shown otherwise from now on; undefined = not at all. */
  renamed(id: string, before: string | undefined, after: string | undefined): void {
    for (const row of this.#byMember.find(id)) {
      if (before !== undefined) row.sum?.remove(listed(id, before));
      if (after !== undefined) row.sum?.add(listed(id, after));
      row.shown = [];
    }
    for (const row of this.headedBy([id])) row.shown = [];
  }

  /** Units whose head has one of the ids, in order. */
  headedBy(ids: readonly string[]): readonly GroupRow[] {
    const units = ids.flatMap((value) => this.table.holders(HEAD, { [LUCCA_GROUP]: { manager: { value } } }));
    return units.sort((one, other) => one.sequence - other.sequence);
  }

  /** What tells versions of a group's membership apart. */
  sumOf(row: GroupRow): Sum {
    if (row.sum === undefined) {
      row.sum = new Sum();
      this.#count(row.sum, row.members(), 'add');
    }
    return row.sum;
  }

  #count(sum: Sum, members: Iterable<string>, kind: 'add' | 'remove'): void {
    for (const member of members) {
      const name = this.#options.nameOfMember(member);
      if (name !== undefined) sum[kind](listed(member, name));
    }
  }

  #nameAnew(row: GroupRow, before: GroupState | undefined, after: GroupState | undefined): void {
    const [left, entered] = [before, after].map(ownKeyOf);
    if (left !== undefined) this.#ownIds.drop(left, row);
    if (entered !== undefined) this.#ownIds.add(entered, row);
  }
}

/** What a group shows of a member. */
export function listed(member: string, name: string): string {
  return `${member} ${name}`;
}

function ownKeyOf(state: GroupState | undefined): string | undefined {
  if (state === undefined || state.externalId === null) return undefined;
  return ownKey(state.owner, state.externalId);
}

function ownKey(source: SourceName, externalId: string): string {
  return `${source} ${externalId}`;
}
