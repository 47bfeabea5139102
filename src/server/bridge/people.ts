/** Everybody in memory: what is stored of them, who they effectively are, and by what they are looked up. */
import type { PersonRecord, SourceName } from '../../identity/person.js';
import type { CompiledRules } from '../../identity/rules.js';
import type { JsonObject } from '../../json.js';
import type { ResourceType } from '../../scim/registry.js';
import { ENTERPRISE_USER, LUCCA_USER } from '../../scim/schema.js';
import { RowsByKey } from '../index-of-rows.js';
import { type RowLookup, Table } from '../table.js';
import type { Turns } from '../turns.js';
import { effectiveAttributes, expiriesOf, isSpokenOf, lastModifiedOf, speaks } from './effective.js';
import { PersonRow, type PersonState } from './person-row.js';

export const MANAGER = `${ENTERPRISE_USER}:manager.value`;

/** What clients look up, most selective first. */
const INDEXED = [
  'userName',
  'externalId',
  'emails.value',
  `${LUCCA_USER}:luccaId`,
  `${ENTERPRISE_USER}:employeeNumber`,
  'displayName',
  MANAGER,
  `${ENTERPRISE_USER}:costCenter`,
  `${ENTERPRISE_USER}:department`,
];

export interface PeopleOptions {
  type: ResourceType;
  rules: CompiledRules;
  /** Whether people whom Lucca does not know are left out for some clients. */
  hidesIdpOnly: boolean;
  /** Members of a group, for filters on `groups.value`. */
  membersOf: RowLookup<PersonRow>;
  turns: Turns;
}

export class People {
  readonly table: Table<PersonRow>;
  /** Counts the changes: what was derived from all people is good as long as this stays. */
  revision = 0;
  readonly #rules: CompiledRules;
  readonly #hidesIdpOnly: boolean;
  readonly #aliases = new Map<string, PersonRow>();
  /** By what each IdP calls them. */
  readonly #ownIds = new RowsByKey<PersonRow>();
  /** The next moment at which a manual value expires, of those who have one. */
  readonly #expiries = new Map<PersonRow, number>();
  /** Rows whom some client does not see: candidates for being left out, not to be searched for among all. */
  readonly #concealed = new Set<PersonRow>();
  readonly #foreseen = new WeakMap<PersonRecord['assertions'], JsonObject>();
  #moment = { now: Number.NaN, text: '' };
  #nextExpiry = Number.POSITIVE_INFINITY;
  #sequence = 0;

  constructor({ type, rules, hidesIdpOnly, membersOf, turns }: PeopleOptions) {
    this.#rules = rules;
    this.#hidesIdpOnly = hidesIdpOnly;
    this.table = new Table<PersonRow>(type, INDEXED, turns, new Map([['groups.value', membersOf]]));
  }

  /** By id or former id. */
  find(id: string): PersonRow | undefined {
    return this.table.get(id) ?? this.#aliases.get(id);
  }

  /** Whether anybody is known by a former id too. */
  get hasFormerIds(): boolean {
    return this.#aliases.size > 0;
  }

  /** Those to whom an IdP gave an externalId. */
  findOwn(source: SourceName, externalId: string): readonly PersonRow[] {
    return this.#ownIds.find(ownKey(source, externalId));
  }

  /** Those whose manager is the person of an id, whichever of that person's ids they name. */
  reportsTo(id: string): readonly PersonRow[] {
    const [only = id, ...others] = this.find(id)?.ids ?? [];
    if (others.length === 0) return this.#naming(only);
    const reports = [only, ...others].flatMap((each) => this.#naming(each));
    return reports.sort((one, other) => one.sequence - other.sequence);
  }

  #naming(manager: string): readonly PersonRow[] {
    return this.table.holders(MANAGER, { [ENTERPRISE_USER]: { manager: { value: manager } } });
  }

  get concealed(): ReadonlySet<PersonRow> {
    return this.#concealed;
  }

  /** When the next manual value expires, in milliseconds. */
  get nextExpiry(): number {
    return this.#nextExpiry;
  }

  /** Those of whom a manual value has expired. */
  expired(now: number): PersonRow[] {
    return [...this.#expiries].filter(([, moment]) => moment <= now).map(([row]) => row);
  }

  /** Spares computing the effective user of a record again that is about to be stored, and so to be taken in. */
  foresee({ assertions }: PersonRecord, attributes: JsonObject): void {
    // Manual values may expire in between.
    if (assertions.manual === undefined) this.#foreseen.set(assertions, attributes);
  }

  /** Takes in what is stored of a person, and judges its dates afresh. */
  apply(record: PersonRecord, now: number): PersonRow {
    const state: PersonState = {
      record,
      attributes: this.#effective(record, now),
      lastModified: lastModifiedOf(record, now),
      exists: isSpokenOf(record),
      isFromLucca: speaks(record, 'lucca'),
    };
    const known = this.table.get(record.id);
    if (known !== undefined && isShownAlike(known.state, state)) {
      known.state = state;
      return known;
    }
    const row = known ?? new PersonRow(++this.#sequence, state);
    if (known === undefined) this.table.insert(row);
    else if (known.attributes !== state.attributes) this.table.reindex(row, row.attributes, state.attributes);
    this.#follow(row, known?.record, record, now);
    row.state = state;
    row.shown = [];
    this.#conceal(row);
    this.revision += 1;
    return row;
  }

  drop(row: PersonRow): void {
    this.table.remove(row);
    this.#indexOwnIds(row, row.record, undefined);
    for (const alias of row.record.aliases ?? []) {
      if (this.#aliases.get(alias) === row) this.#aliases.delete(alias);
    }
    this.#expect(row, undefined);
    this.#concealed.delete(row);
    this.revision += 1;
  }

  #effective(record: PersonRecord, now: number): JsonObject {
    const { assertions } = record;
    const foreseen = this.#foreseen.get(assertions);
    this.#foreseen.delete(assertions);
    return foreseen ?? effectiveAttributes(record, this.#rules, this.#textOf(now));
  }

  /** ISO. Many records are taken in at one moment. */
  #textOf(now: number): string {
    if (now !== this.#moment.now) this.#moment = { now, text: new Date(now).toISOString() };
    return this.#moment.text;
  }

  #follow(row: PersonRow, before: PersonRecord | undefined, after: PersonRecord, now: number): void {
    this.#indexOwnIds(row, before, after);
    for (const alias of after.aliases ?? []) this.#aliases.set(alias, row);
    const next = expiriesOf(after).find((moment) => moment > now);
    this.#expect(row, next);
  }

  #expect(row: PersonRow, next: number | undefined): void {
    if (next === undefined && !this.#expiries.delete(row)) return;
    if (next !== undefined) this.#expiries.set(row, next);
    this.#nextExpiry = Math.min(Number.POSITIVE_INFINITY, ...this.#expiries.values());
  }

  #indexOwnIds(row: PersonRow, before: PersonRecord | undefined, after: PersonRecord | undefined): void {
    for (const key of ownKeys(before)) this.#ownIds.drop(key, row);
    for (const key of ownKeys(after)) this.#ownIds.add(key, row);
  }

  #conceal(row: PersonRow): void {
    const { record, attributes, exists, isFromLucca } = row.state;
    const isDeletedBySome = Object.values(record.assertions).some(({ deletedAt }) => deletedAt !== undefined);
    const isIdpOnly = this.#hidesIdpOnly && !isFromLucca;
    const isToldApart = (record.strangers ?? []).length > 0;
    const isHidden =
      !exists || isDeletedBySome || isToldApart || isIdpOnly || attributes.userName === undefined;
    if (isHidden) this.#concealed.add(row);
    else this.#concealed.delete(row);
  }
}

function ownKey(source: SourceName, externalId: string): string {
  return `${source} ${externalId}`;
}

function ownKeys(record: PersonRecord | undefined): string[] {
  return Object.entries(record?.assertions ?? {}).flatMap(([source, { sourceId }]) =>
    sourceId === null || !source.startsWith('idp:') ? [] : [ownKey(source, sourceId)],
  );
}

/** When only links to targets changed, nothing that is served did. */
function isShownAlike(before: PersonState, after: PersonState): boolean {
  return (
    before.record.assertions === after.record.assertions &&
    before.record.aliases === after.record.aliases &&
    before.attributes === after.attributes &&
    before.lastModified === after.lastModified
  );
}
