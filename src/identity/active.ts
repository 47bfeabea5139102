/** Whether a person counts as active: the one attribute that no single source decides (R10, R30). */
import { type Decisions, type Saying, sayingOf } from './decision.js';
import type { PersonRecord, SourceName } from './person.js';
import type { CompiledRules, Rule } from './rules.js';
import { listSources } from './speakers.js';

const EITHER: Rule = {
  text: 'active: inactive as soon as Lucca or an IdP says so',
  sources: ['manual', 'lucca', 'idp:*'],
  authoritative: false,
};

/** Replaces the decision on `active` by the one that the policy makes. */
export function decideActive(decisions: Decisions, person: PersonRecord, rules: CompiledRules): void {
  const said = voices(decisions, person, rules);
  if (said.length === 0) return;
  const rule = rules.active ?? EITHER;
  const ranked = rules.ranking(said.map(({ source }) => source))(rule);
  const winner = rules.active === null ? firstObjection(ranked, said) : ranked[0];
  decisions.set('active', {
    path: 'active',
    extension: null,
    attribute: 'active',
    slot: null,
    rule,
    winner: winner ?? null,
    value: winner === undefined ? undefined : sayingOf(said, winner),
    said,
  });
}

/** What the sources say about `active`; an IdP that deleted its resource says no, unless that is to be ignored. */
function voices(decisions: Decisions, person: PersonRecord, rules: CompiledRules): Saying[] {
  const said = decisions.get('active')?.said ?? [];
  return listSources(person).flatMap(([source, { deletedAt }]) => {
    const value = sayingOf(said, source);
    if (value !== undefined) return [{ source, value }];
    const hasDeleted = deletedAt !== undefined && source.startsWith('idp:');
    return hasDeleted && rules.onIdpDelete === 'deactivate' ? [{ source, value: false }] : [];
  });
}

/** A manual value first, then whoever says no, then anybody. */
function firstObjection(ranked: readonly SourceName[], said: readonly Saying[]): SourceName | undefined {
  if (ranked[0] === 'manual') return 'manual';
  return ranked.find((source) => sayingOf(said, source) === false) ?? ranked[0];
}
