/** One person in memory: the stored record and what follows from it. */
import type { PersonRecord } from '../../identity/person.js';
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

export class PersonRow implements Row, PersonState {
  readonly id: string;
  readonly sequence: number;
  record: PersonRecord;
  attributes: JsonObject;
  lastModified: string;
  exists: boolean;
  isFromLucca: boolean;
  /** What clients were shown of this state, one for each way in which clients see it. */
  shown: readonly ShownUser[] = NONE;

  constructor(sequence: number, state: PersonState) {
    this.id = state.record.id;
    this.sequence = sequence;
    this.record = state.record;
    this.attributes = state.attributes;
    this.lastModified = state.lastModified;
    this.exists = state.exists;
    this.isFromLucca = state.isFromLucca;
  }

  get name(): string | undefined {
    return nameOf(this.attributes);
  }

  /** Every id by which clients may know the person. */
  get ids(): readonly string[] {
    return [this.id, ...(this.record.aliases ?? [])];
  }

  /** What others show has to change: another name, or another circle of clients that see the person. */
  get face(): string {
    const deletions = Object.entries(this.record.assertions).map(([source, { deletedAt }]) =>
      deletedAt === undefined ? source : `-${source}`,
    );
    const named = this.attributes.userName === undefined ? 'nameless' : 'named';
    return [this.name, named, ...deletions.sort()].join('\n');
  }
}
