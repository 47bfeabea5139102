/** Names that follow from the parts of the name (R12). */
import { type Decisions, sayingOf } from './decision.js';
import type { CompiledRules, Ranking } from './rules.js';

const DISPLAY_PARTS = ['givenName', 'familyName'];
const FORMATTED_PARTS = ['honorificPrefix', 'givenName', 'middleName', 'familyName', 'honorificSuffix'];

/**
 * Going down the precedence of a derived name, the first source that either says it or won a part of the name decides: by
 * its own text if it has one, else by what the winning parts give. `name.formatted` is optional and only ever follows one
 * that somebody says.
 */
export function deriveNames(decisions: Decisions, rules: CompiledRules, ranking: Ranking): void {
  derive(decisions, rules, ranking, { attribute: 'displayName', slot: null, parts: DISPLAY_PARTS });
  if (decisions.has('name.formatted')) {
    derive(decisions, rules, ranking, { attribute: 'name', slot: 'formatted', parts: FORMATTED_PARTS });
  }
}

function derive(
  decisions: Decisions,
  rules: CompiledRules,
  ranking: Ranking,
  { attribute, slot, parts: names }: { attribute: string; slot: string | null; parts: readonly string[] },
): void {
  const parts = names.flatMap((part) => {
    const decision = decisions.get(`name.${part}`);
    return typeof decision?.value === 'string' ? [{ text: decision.value, winner: decision.winner }] : [];
  });
  const path = slot === null ? attribute : `${attribute}.${slot}`;
  const said = decisions.get(path)?.said ?? [];
  const rule = rules.ruleOf(attribute, slot);
  for (const source of ranking(rule)) {
    if (sayingOf(said, source) !== undefined) return;
    if (parts.some(({ winner }) => winner === source)) {
      const value = parts.map(({ text }) => text).join(' ');
      const derived = 'rebuilt from the parts of the name';
      decisions.set(path, {
        path,
        extension: null,
        attribute,
        slot,
        rule,
        winner: source,
        value,
        derived,
        said,
      });
      return;
    }
    if (rule.authoritative && source !== 'manual') return;
  }
}
