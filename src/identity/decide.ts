/** Precedence: for every cell the value that counts, who won it, by which rule, and against whom. */
import { decideActive } from './active.js';
import { attributePath, type Cell } from './cells.js';
import { type Decisions, type Saying, sayingOf } from './decision.js';
import { deriveNames } from './derived-names.js';
import { rulesFor } from './owners.js';
import type { PersonRecord, SourceName } from './person.js';
import { settlePrimaries } from './primary.js';
import type { CompiledRules, Rule } from './rules.js';
import { listSpeakers, type Speaker } from './speakers.js';

/** Decides every cell that any source speaks about, and those that follow from them. */
export function decide(person: PersonRecord, general: CompiledRules, now: string): Decisions {
  const rules = rulesFor(person, general);
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
