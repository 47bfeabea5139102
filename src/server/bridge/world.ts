/**
 * People and groups of one tenant as they are served: read from the store once, then kept in step with it, whether this process
 * changes something through the endpoint, by a run, or through the admin API.
 */

import type { PersonRecord, SourceName } from '../../identity/person.js';
import type { CompiledRules } from '../../identity/rules.js';
import type { JsonObject } from '../../json.js';
import { forbidden } from '../../scim/errors.js';
import { isUnreachable } from '../../store/errors.js';
import { isInTime } from '../../store/in-time.js';
import { readAll } from '../../store/read-all.js';
import type { Collection, Found, Store, StoredRecord } from '../../store/store.js';
import type { Client } from '../backend.js';
import { createTurns, type Turns, takeTurns, visitInTurns } from '../turns.js';
import { Audience } from './audience.js';
import { COLLECTIONS, openServedState, type ServedState } from './collections.js';
import { nameOf, textOf } from './effective.js';
import type { GroupState, MemberList } from './group-row.js';
import { Groups } from './groups.js';
import { chunkNumber, type IdpGroup, type IdpGroupRecord } from './idp-groups.js';
import { inOrderOfCreation } from './in-order.js';
import type { LuccaGroupRecord } from './lucca-groups.js';
import { People } from './people.js';
import { idsOf, looksAlike, type PersonRow } from './person-row.js';
import { describeProvenance } from './provenance.js';
import { PROVENANCE } from './provenance-schema.js';
import type { ServedTypes } from './registry.js';
import { StaleRecords } from './stale-records.js';
import type { View } from './view.js';

/** Collections whose changes change what is served. */
const FOLLOWED = [COLLECTIONS.people, COLLECTIONS.luccaGroups, COLLECTIONS.idpGroups];

/** So long a store that could not be reached is not asked again by those who only read. */
const TRY_AGAIN_AFTER_MS = 1_000;

/** Records in one question to the store, of many that a run has changed. */
const READ_AT_ONCE = 100;

export interface WorldOptions {
  store: Store;
  tenant: string;
  types: ServedTypes;
  rules: CompiledRules;
  /** Whether people whom Lucca does not know are left out for everybody but the IdPs that speak about them. */
  hidesIdpOnly: boolean;
  views: ReadonlyMap<string, View>;
  /** Sources from which nothing is heard any more, and since when (R18). */
  silent: () => ReadonlyMap<SourceName, string>;
  /** Milliseconds. */
  now: () => number;
}

export class World {
  readonly types: ServedTypes;
  readonly people: People;
  readonly groups: Groups;
  readonly state: ServedState;
  /** What a reader without a view sees. */
  readonly whole: Audience;
  readonly hidesIdpOnly: boolean;
  readonly #options: WorldOptions;
  readonly #turns: Turns = createTurns();
  readonly #stale: StaleRecords;
  readonly #audiences = new Map<string, Audience>();
  #catchingUp: Promise<void> | undefined;
  #unreachableUntil = 0;

  /** Reads everything that is stored. */
  static async open(options: WorldOptions): Promise<World> {
    const world = new World(options);
    await world.#readAll();
    return world;
  }

  private constructor(options: WorldOptions) {
    const { store, tenant, types, rules, hidesIdpOnly } = options;
    this.#options = options;
    this.types = types;
    this.hidesIdpOnly = hidesIdpOnly;
    this.state = openServedState(store, tenant);
    this.groups = new Groups({
      type: types.group,
      turns: this.#turns,
      nameOfMember: (id) => this.people.find(id)?.name ?? this.groups.find(id)?.name,
      onMembership: (id) => this.#forgetShown(id),
    });
    this.people = new People({
      type: types.user,
      rules,
      hidesIdpOnly,
      turns: this.#turns,
      membersOf: (group) => this.peopleIn(group),
    });
    this.whole = new Audience(this, null, undefined);
    this.#stale = new StaleRecords(store, tenant, FOLLOWED);
  }

  /** What a client sees. Throws forbidden when its view does not exist. */
  audienceOf({ name, role, view }: Client): Audience {
    const source = role === 'reader' ? null : `idp:${name}`;
    if (source === null && view === undefined) return this.whole;
    const key = `${source ?? ''} ${view ?? ''}`;
    const known = this.#audiences.get(key);
    if (known !== undefined) return known;
    const bounds = view === undefined ? undefined : this.#options.views.get(view);
    if (view !== undefined && bounds === undefined)
      throw forbidden('The view of the token is not known here.');
    const audience = new Audience(this, source, bounds);
    this.#audiences.set(key, audience);
    return audience;
  }

  /** Whether everything that was stored before now has been taken in. */
  get isCurrent(): boolean {
    if (this.#stale.size > 0 || this.#catchingUp !== undefined) return false;
    return this.people.nextExpiry > this.#options.now();
  }

  /** Takes in what was stored since. */
  async catchUp(): Promise<void> {
    while (!this.isCurrent) {
      this.#catchingUp ??= this.#readStale().finally(() => {
        this.#catchingUp = undefined;
      });
      await this.#catchingUp;
    }
  }

  /** Takes it in as far as the store can be reached; one that could not is left alone for a moment. */
  async catchUpIfReachable(): Promise<void> {
    if (performance.now() < this.#unreachableUntil) return;
    try {
      await this.catchUp();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      this.#unreachableUntil = performance.now() + TRY_AGAIN_AFTER_MS;
    }
  }

  /**
   * Stores a person and takes them in as they are then; false when somebody else changed first what it was decided on: the person,
   * or who holds some keys.
   */
  async storePerson(record: PersonRecord, found: readonly Found[]): Promise<boolean> {
    const stored = await this.#store(COLLECTIONS.people, this.state.people, [record], found);
    for (const each of stored ?? []) this.#applyPerson(each);
    return stored !== undefined;
  }

  /** The same for records of one group that an IdP wrote. */
  async storeGroup(records: readonly IdpGroupRecord[]): Promise<boolean> {
    const stored = await this.#store(COLLECTIONS.idpGroups, this.state.idpGroups, records);
    this.#applyGroups([], stored ?? []);
    return stored !== undefined;
  }

  /** The members of a group who are people, in order. */
  peopleIn(group: string): readonly PersonRow[] {
    const members = [...(this.groups.find(group)?.members() ?? [])];
    const rows = new Set(members.flatMap((id) => this.people.find(id) ?? []));
    return [...rows].sort((one, other) => one.sequence - other.sequence);
  }

  describeOnRequest(row: PersonRow, urn: string): JsonObject | undefined {
    if (urn !== PROVENANCE) return undefined;
    const { rules, silent, now } = this.#options;
    return describeProvenance(row, rules, new Date(now()).toISOString(), silent());
  }

  close(): void {
    this.#stale.close();
  }

  async #readAll(): Promise<void> {
    const { people, luccaGroups, idpGroups } = this.state;
    const now = this.#options.now();
    // Nothing was shown yet that names them.
    for (const record of inOrderOfCreation(await readAll(people))) this.people.apply(record, now);
    this.#applyGroups(await readAll(luccaGroups), await readAll(idpGroups));
  }

  async #readStale(): Promise<void> {
    for (const { record } of this.people.expired(this.#options.now())) this.#applyPerson(record);
    const people = await this.#fetch(COLLECTIONS.people, this.state.people);
    await visitInTurns(inOrderOfCreation(people.found), (record) => this.#applyPerson(record), this.#turns);
    for (const id of people.gone) this.#dropPerson(id);
    const lucca = await this.#fetch(COLLECTIONS.luccaGroups, this.state.luccaGroups);
    const idp = await this.#fetch(COLLECTIONS.idpGroups, this.state.idpGroups);
    this.#applyGroups(lucca.found, idp.found);
    for (const id of [...lucca.gone, ...idp.gone]) this.#dropGroup(id);
  }

  /** Puts records; undefined when they came too late. */
  async #store<T extends StoredRecord>(
    name: string,
    collection: Collection<T>,
    records: readonly T[],
    found: readonly Found[] = [],
  ): Promise<T[] | undefined> {
    const ids = records.map(({ id }) => id);
    this.#stale.expect(name, ids);
    let stored: T[] | undefined;
    try {
      await isInTime(async () => {
        stored = await collection.put(records, [], found);
      });
      return stored;
    } finally {
      if (stored === undefined) this.#stale.disappoint(name, ids);
    }
  }

  async #fetch<T extends StoredRecord>(
    name: string,
    collection: Collection<T>,
  ): Promise<{ found: T[]; gone: string[] }> {
    const ids = this.#stale.take(name);
    try {
      const found: T[] = [];
      const pause = takeTurns(this.#turns);
      for (let from = 0; from < ids.length; from += READ_AT_ONCE) {
        await pause();
        found.push(...(await collection.getMany(ids.slice(from, from + READ_AT_ONCE))));
      }
      const present = new Set(found.map(({ id }) => id));
      return { found, gone: ids.filter((id) => !present.has(id)) };
    } catch (error) {
      this.#stale.add(name, ids);
      throw error;
    }
  }

  #applyPerson(record: PersonRecord): void {
    const before = this.people.table.get(record.id)?.state;
    if (before !== undefined && isOlder(record, before.record)) return;
    const { state } = this.people.apply(record, this.#options.now());
    if (before !== undefined && looksAlike(before, state)) return;
    const name = nameOf(state.attributes);
    const former = before === undefined ? [] : idsOf(before.record);
    for (const id of idsOf(record)) {
      const isKnown = before !== undefined && former.includes(id);
      this.groups.renamed(id, isKnown ? nameOf(before.attributes) : undefined, name);
      this.#forgetReports(id);
    }
  }

  #dropPerson(id: string): void {
    const row = this.people.table.get(id);
    if (row === undefined) return;
    this.people.drop(row);
    this.groups.renamed(id, row.name, undefined);
    this.#forgetReports(id);
  }

  #applyGroups(lucca: readonly LuccaGroupRecord[], idp: readonly IdpGroupRecord[]): void {
    const written = idp.filter((record) => record.kind === 'group');
    for (const record of inOrderOfCreation([...lucca, ...written])) {
      this.groups.apply(record.id, stateOf(record));
    }
    for (const record of lucca) this.#applyMembers(record.id, 0, record);
    for (const record of idp) {
      if (record.kind === 'members') this.#applyMembers(record.group, chunkNumber(record), record);
    }
  }

  #applyMembers(id: string, number: number, list: MemberList): void {
    const row = this.groups.find(id);
    if (row !== undefined) this.groups.applyMembers(row, number, list);
  }

  #dropGroup(id: string): void {
    const row = this.groups.find(id);
    if (row !== undefined) this.groups.drop(row);
  }

  #forgetReports(manager: string): void {
    for (const report of this.people.reportsTo(manager)) report.shown = [];
  }

  /** What clients were shown of a person or group names a group that changed. */
  #forgetShown(id: string): void {
    const row = this.people.find(id) ?? this.groups.find(id);
    if (row !== undefined) row.shown = [];
  }
}

/** Whether a record was overtaken: what is read takes a while to arrive. A record of another age is another life. */
function isOlder(record: PersonRecord, known: PersonRecord): boolean {
  return record.createdAt === known.createdAt && record.version < known.version;
}

function stateOf(record: LuccaGroupRecord | IdpGroup): GroupState {
  const { attributes, createdAt, updatedAt, version } = record;
  const [owner, externalId] =
    'source' in record ? [record.source, record.externalId] : ['lucca', textOf(attributes.externalId)];
  return { owner, externalId, attributes, createdAt, updatedAt, version };
}
