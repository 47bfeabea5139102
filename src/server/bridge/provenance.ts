/** The provenance extension of one person. */
import { explainUser } from '../../identity/explain.js';
import { jsonEqual } from '../../identity/json-equal.js';
import type { SourceName } from '../../identity/person.js';
import type { CompiledRules } from '../../identity/rules.js';
import type { JsonObject } from '../../json.js';
import type { PersonRow } from './person-row.js';

/**
 * @param now ISO instant
 * @param silent sources from which nothing is heard any more, and since when (ISO)
 */
export function describeProvenance(
  { state: { record, isFromLucca } }: PersonRow,
  rules: CompiledRules,
  now: string,
  silent: ReadonlyMap<SourceName, string>,
): JsonObject {
  const values = explainUser(record, rules, now, silent).map(
    ({ path, value, source, rule, since, losing, stale }): JsonObject => {
      const others = losing.filter((voice) => !jsonEqual(voice.value, value)).map((voice) => voice.source);
      return {
        path,
        ...(source !== null && { source }),
        rule,
        ...(since !== null && { since }),
        ...(stale !== undefined && { staleSince: stale }),
        ...(others.length > 0 && { disagreeing: others.join(' ') }),
      };
    },
  );
  return { idpOnly: !isFromLucca, sources: Object.keys(record.assertions).sort(), values };
}
