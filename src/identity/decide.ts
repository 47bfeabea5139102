/** Precedence: for every cell the value that counts, who won it, by which rule, and against whom. */
import type { JsonValue } from '../json.js';
import { decideActive } from './active.js';
import { attributePath, type Cell } from './cells.js';
import { deriveNames } from './derived-names.js';
import type { PersonRecord, SourceName } from './person.js';
import { settlePrimaries } from './primary.js';
import type { CompiledRules, Rule } from './rules.js';
import { listSpeakers, type Speaker } from './speakers.js';

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

/** Decides every cell that any source speaks about, and those that follow from them. */
export function decide(person: PersonRecord, rules: CompiledRules, now: string): Decisions {
  const speakers = listSpeakers(person, now);
  const ranking = rules.ranking(speakers.map(({ source }) => source));
  const decisions: Decisions = new Map();
  for (const { cell, said } of gather(speakers).values()) {
    const { path, extension, attribute, slot } = cell;
    const rule = rules.ruleOf(attributePath(extension, attribute), slot);
    const winner = chooseWinner(rule, ranking(rule), said);
    const value = winner === null ? undefined : sayingOf(said, winner);
    decisions.set(path, { path, extension, attribute, slot, rule, winner, value, said });
  }
  decideActive(decisions, person, rules);
  deriveNames(decisions, rules, ranking);
  settlePrimaries(decisions, rules, ranking);
  return decisions;
}

/** What one source says; undefined when it says nothing. */
export function sayingOf(said: readonly Saying[], source: SourceName): JsonValue | undefined {
  // Two or three sources: a look through the list is faster than any Map.
  return said.find((saying) => saying.source === source)?.value;
}

interface Gathered {
  cell: Cell;
  said: Saying[];
}

function gather(speakers: readonly Speaker[]): Map<string, Gathered> {
  const gathered = new Map<string, Gathered>();
  for (const { source, cells } of speakers) {
    for (const cell of cells) {
      const saying = { source, value: cell.value };
      const known = gathered.get(cell.path);
      if (known) known.said.push(saying);
      else gathered.set(cell.path, { cell, said: [saying] });
    }
  }
  return gathered;
}

/** The first of the ranked sources that has a value, or with an authoritative rule simply the first (R11). */
function chooseWinner(rule: Rule, ranked: readonly SourceName[], said: readonly Saying[]): SourceName | null {
  // A person sets single values by hand: saying nothing about the others means nothing.
  const isHeard = (source: SourceName): boolean =>
    sayingOf(said, source) !== undefined || (rule.authoritative && source !== 'manual');
  return ranked.find(isHeard) ?? null;
}
