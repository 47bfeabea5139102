/** What precedence has decided about a person, cell by cell. */
import type { JsonValue } from '../json.js';
import type { Cell } from './cells.js';
import type { SourceName } from './person.js';
import type { Rule } from './rules.js';

/** One cell of the effective user. */
export interface Decision extends Omit<Cell, 'value'> {
  rule: Rule;
  /** Null when only sources spoke that the rule does not name. */
  winner: SourceName | null;
  /** Undefined when nothing counts: an authoritative source says nothing here, or no source that the rule names speaks. */
  value: JsonValue | undefined;
  /** The value was made, by this recipe, and is not literally what the winner says. */
  derived?: string;
  /** What every speaker says here, the winner included, in an order that depends on their names only. */
  said: readonly Saying[];
}

export interface Saying {
  source: SourceName;
  value: JsonValue;
}

/** Decisions by path of the cell, in an order that does not depend on who spoke first. */
export type Decisions = Map<string, Decision>;

/** What one source says; undefined when it says nothing. */
export function sayingOf(said: readonly Saying[], source: SourceName): JsonValue | undefined {
  // Two or three sources: a look through the list is faster than any Map.
  return said.find((saying) => saying.source === source)?.value;
}
