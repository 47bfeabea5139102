/** Why the effective user is as it is: per value the winner, the rule, since when, and what the others say. */
import type { JsonValue } from '../json.js';
import { assertionOf } from './assertion.js';
import { decide } from './decide.js';
import type { Decision, Saying } from './decision.js';
import { jsonEqual } from './json-equal.js';
import type { Override, PersonRecord, SourceName } from './person.js';
import type { CompiledRules } from './rules.js';
import { sinceOf } from './speakers.js';

/** What one source says, and since when (ISO instant). */
export interface Voice extends Saying {
  since: string;
}

/** Where one value of the effective user comes from. */
export interface Provenance {
  /** `userName`, `name.givenName`, `emails[work]`, `urn:…:User:department`. */
  path: string;
  /** The effective value; left out when none counts. */
  value?: JsonValue;
  /** Null when only sources speak that the rule does not name. */
  source: SourceName | null;
  /** The rule as the admin would write it, with what was derived. */
  rule: string;
  /** Since when the winner says so; null without a winner. */
  since: string | null;
  /** What the others say, be it the same or not. */
  losing: Voice[];
  /** Who set a manual value, and until when it holds. */
  override?: Override;
  /** Since when nothing was heard from the winner (R18). */
  stale?: string;
}

/**
 * Explains every value of the effective user that `resolveUser` gives for the same input.
 * @param silent Sources from which nothing is heard any more, and since when (ISO instant).
 */
export function explainUser(
  person: PersonRecord,
  rules: CompiledRules,
  now: string,
  silent: ReadonlyMap<SourceName, string> = new Map(),
): Provenance[] {
  return [...decide(person, rules, now).values()].map((decision) => explain(decision, person, silent));
}

/** Those values about which a source says something else than what counts. */
export function disagreements(provenance: readonly Provenance[]): Provenance[] {
  return provenance.filter(({ value, losing }) => losing.some((voice) => !jsonEqual(voice.value, value)));
}

/** Lines for people to read: the value and its reason, then each source that says something else. */
export function printProvenance({
  path,
  value,
  source,
  rule,
  since,
  losing,
  override,
  stale,
}: Provenance): string[] {
  const notes = [
    ...(override ? [`set by ${override.author}${until(override.expiresAt)}`] : []),
    ...(stale ? [`nothing heard from it since ${stale}`] : []),
  ];
  const origin = source === null ? 'no source that the rule names' : `${source} since ${since}`;
  return [
    `${path} = ${print(value)}: ${[origin, ...notes].join(', ')} (${rule})`,
    ...losing
      .filter((voice) => !jsonEqual(voice.value, value))
      .map((voice) => `  ${voice.source} says ${print(voice.value)} since ${voice.since}`),
  ];
}

function explain(
  decision: Decision,
  person: PersonRecord,
  silent: ReadonlyMap<SourceName, string>,
): Provenance {
  const { path, value, winner, rule, derived, said } = decision;
  const since = (source: SourceName): string => {
    const assertion = assertionOf(person, source);
    return assertion ? sinceOf(assertion, path) : person.updatedAt;
  };
  const override = winner === null ? undefined : assertionOf(person, winner)?.overrides?.[path];
  const stale = winner === null ? undefined : silent.get(winner);
  return {
    path,
    ...(value !== undefined && { value }),
    source: winner,
    rule: derived ? `${rule.text}; ${derived}` : rule.text,
    since: winner === null ? null : since(winner),
    losing: said
      .filter(({ source }) => source !== winner || derived !== undefined)
      .map((saying) => ({ ...saying, since: since(saying.source) })),
    ...(override && { override }),
    ...(stale && { stale }),
  };
}

function print(value: JsonValue | undefined): string {
  return value === undefined ? '(nothing)' : JSON.stringify(value);
}

function until(expiresAt: string | null): string {
  return expiresAt === null ? '' : ` until ${expiresAt}`;
}
