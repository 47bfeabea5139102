/** The effective user after another word of somebody: most words are about one attribute of thirty. */
import type { JsonObject } from '../json.js';
import { type AttributeName, changedAttributes, pickNamed, replaceNamed } from './attribute-names.js';
import { decide } from './decide.js';
import { jsonEqual } from './json-equal.js';
import type { Assertion, PersonRecord } from './person.js';
import { joinWinners, resolveUser } from './resolve.js';
import type { CompiledRules } from './rules.js';

/** A record and the effective user that it makes. */
export interface Resolved {
  record: PersonRecord;
  attributes: JsonObject;
}

/**
 * What `resolveUser` gives for `after`, found from what it gave for the record before: only the attributes about which somebody
 * says something else are decided again, and those that hang on them. Gives the attributes of `before` themselves when the
 * changes do not count.
 */
export function reviseUser(
  { record: before, attributes }: Resolved,
  after: PersonRecord,
  rules: CompiledRules,
  now: string,
): JsonObject {
  if (!isComparable(before, after)) return resolveUser(after, rules, now);
  const names = [...dependents(changesBetween(before, after)).values()];
  const decided = joinWinners(decide(onlyAbout(after, names), rules, now));
  const known = pickNamed(attributes, names);
  return jsonEqual(known, decided) ? attributes : replaceNamed(attributes, decided, names);
}

/**
 * Whether nothing but values changed. Who speaks about a person, who has the last word, and values that expire can each change
 * what counts in attributes about which nobody said anything new. Where one source speaks alone, it is taken as it is.
 */
function isComparable(before: PersonRecord, after: PersonRecord): boolean {
  const sources = Object.keys(after.assertions);
  return (
    sources.length > 1 &&
    sources.length === Object.keys(before.assertions).length &&
    before.owners === after.owners &&
    sources.every((source) => isSteady(before.assertions[source], after.assertions[source]))
  );
}

function isSteady(before: Assertion | undefined, after: Assertion | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return (
    before.deletedAt === after.deletedAt && before.overrides === undefined && after.overrides === undefined
  );
}

function changesBetween(before: PersonRecord, after: PersonRecord): Map<string, AttributeName> {
  const changes = new Map<string, AttributeName>();
  for (const [source, { attributes }] of Object.entries(after.assertions)) {
    const earlier = before.assertions[source]?.attributes ?? {};
    for (const [path, name] of changedAttributes(earlier, attributes)) changes.set(path, name);
  }
  return changes;
}

/** With what follows from them: names from the parts of the name (R12); and `active` is decided from all sources each time. */
function dependents(changes: Map<string, AttributeName>): Map<string, AttributeName> {
  const core = [
    'active',
    ...(changes.has('name') || changes.has('displayName') ? ['name', 'displayName'] : []),
  ];
  for (const attribute of core) changes.set(attribute, { extension: null, attribute });
  return changes;
}

/** The person as if the sources had spoken about these attributes only. All of them still count as speaking. */
function onlyAbout(person: PersonRecord, names: readonly AttributeName[]): PersonRecord {
  const assertions = Object.entries(person.assertions).map(
    ([source, said]) => [source, { ...said, attributes: pickNamed(said.attributes, names) }] as const,
  );
  return { ...person, assertions: Object.fromEntries(assertions) };
}
