/** One person in memory: the stored record and what follows from it. */
import type { Assertion, PersonRecord } from '../../identity/person.js';
import type { JsonObject } from '../../json.js';
import type { Row } from '../table.js';
import { nameOf } from './effective.js';
import type { ShownUser } from './shown.js';

/** What a record means at a moment. */
export interface PersonState {
  record: PersonRecord;
  /** The effective user: the very object that Lucca asserts, where only Lucca speaks. */
  attributes: JsonObject;
  /** ISO. */
  lastModified: string;
  /** Whether anybody who may create people still speaks about this one. */
  exists: boolean;
  isFromLucca: boolean;
}

/** One list for all rows that were not shown yet. */
const NONE: readonly ShownUser[] = [];

export class PersonRow implements Row {
  readonly id: string;
  readonly sequence: number;
  state: PersonState;
  /** What clients were shown of this state, one for each way in which clients see it. */
  shown: readonly ShownUser[] = NONE;

  constructor(sequence: number, state: PersonState) {
    this.id = state.record.id;
    this.sequence = sequence;
    this.state = state;
  }

  get record(): PersonRecord {
    return this.state.record;
  }

  get attributes(): JsonObject {
    return this.state.attributes;
  }

  get name(): string | undefined {
    return nameOf(this.state.attributes);
  }

  /** Every id by which clients may know the person. */
  get ids(): readonly string[] {
    return idsOf(this.state.record);
  }
}

/** The id of a person and those of people who turned out to be the same. */
export function idsOf({ id, aliases = [] }: PersonRecord): readonly string[] {
  return [id, ...aliases];
}

/** Whether others show a person as before: by the same name, and to the same circle of clients. */
export function looksAlike(before: PersonState, after: PersonState): boolean {
  const [former, present] = [before.record.assertions, after.record.assertions];
  const sources = Object.keys(present);
  return (
    nameOf(before.attributes) === nameOf(after.attributes) &&
    (before.attributes.userName === undefined) === (after.attributes.userName === undefined) &&
    before.record.aliases?.length === after.record.aliases?.length &&
    sources.length === Object.keys(former).length &&
    sources.every((source) => isHeard(former[source]) === isHeard(present[source]))
  );
}

/** Undefined for a source that never spoke. */
function isHeard(assertion: Assertion | undefined): boolean | undefined {
  return assertion && assertion.deletedAt === undefined;
}
