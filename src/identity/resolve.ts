/** The effective user: what is served and pushed, computed from what every source says (R9 to R13). */
import type { JsonObject } from '../json.js';
import { type Cell, joinCells } from './cells.js';
import { decide } from './decide.js';
import type { Decisions } from './decision.js';
import type { PersonRecord } from './person.js';
import type { CompiledRules } from './rules.js';

/**
 * Computes the attributes of the effective user: SCIM spelling, extensions under their URN, without `id`, `meta` and `schemas`,
 * not to be changed. They depend on what the sources say, not on the order in which they said it. `explainUser` gives the
 * reasons, from the same decisions.
 * @param now ISO instant by which manual values have expired or not.
 */
export function resolveUser(person: PersonRecord, rules: CompiledRules, now: string): JsonObject {
  return luccaAlone(person, rules) ?? joinWinners(decide(person, rules, now));
}

/** The attributes that a set of decisions makes. */
export function joinWinners(decisions: Decisions): JsonObject {
  const cells: Cell[] = [];
  for (const { path, extension, attribute, slot, value } of decisions.values()) {
    if (value !== undefined) cells.push({ path, extension, attribute, slot, value });
  }
  return joinCells(cells);
}

/**
 * Most people are known to Lucca only, and then Lucca's attributes are the effective ones as they are. Undefined when that is
 * not certain at first sight.
 */
function luccaAlone(person: PersonRecord, rules: CompiledRules): JsonObject | undefined {
  if (!rules.luccaEverywhere) return undefined;
  for (const source in person.assertions) if (source !== 'lucca') return undefined;
  const lucca = person.assertions.lucca;
  if (!lucca || lucca.deletedAt !== undefined) return undefined;
  const { displayName, name } = lucca.attributes;
  // A display name that is to be rebuilt from the parts needs the decisions.
  return displayName === undefined && name !== undefined ? undefined : lucca.attributes;
}
