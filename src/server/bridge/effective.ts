/** The effective user as it is served, and how long it stays as it is. */
import { assertionOf } from '../../identity/assertion.js';
import { compareKey } from '../../identity/match-keys.js';
import type { PersonRecord, SourceName } from '../../identity/person.js';
import { resolveUser } from '../../identity/resolve.js';
import { type Resolved, reviseUser } from '../../identity/revise.js';
import type { CompiledRules } from '../../identity/rules.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { ENTERPRISE_USER } from '../../scim/schema.js';

/**
 * What is served of a person: an account about whose state nobody says anything is active.
 * @param before an earlier record of the person and what was served of it, to find this from
 */
export function effectiveAttributes(
  person: PersonRecord,
  rules: CompiledRules,
  now: string,
  before?: Resolved,
): JsonObject {
  const attributes = before ? reviseUser(before, person, rules, now) : resolveUser(person, rules, now);
  return attributes.active === undefined ? { active: true, ...attributes } : attributes;
}

/** How a person or group is called where others list it; undefined without any name. */
export function nameOf({ displayName, name, userName }: JsonObject): string | undefined {
  const formatted = isJsonObject(name) ? name.formatted : undefined;
  return [displayName, formatted, userName].find((text) => typeof text === 'string');
}

/** The userName in the form in which it is unique. */
export function userNameKey({ userName }: JsonObject): string | undefined {
  return typeof userName === 'string' ? compareKey(userName) : undefined;
}

export function managerOf(attributes: JsonObject): JsonObject | undefined {
  const enterprise = attributes[ENTERPRISE_USER];
  const manager = isJsonObject(enterprise) ? enterprise.manager : undefined;
  return isJsonObject(manager) ? manager : undefined;
}

export function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** Whether a source says anything about a person, and has not deleted it since. */
export function speaks(person: PersonRecord, source: SourceName): boolean {
  const assertion = assertionOf(person, source);
  return assertion !== undefined && assertion.deletedAt === undefined;
}

/** Whether anybody who may create people, Lucca or an IdP, speaks about a person. */
export function isSpokenOf(person: PersonRecord): boolean {
  return Object.keys(person.assertions).some(
    (source) => (source === 'lucca' || source.startsWith('idp:')) && speaks(person, source),
  );
}

/** Whether a source deleted its resource and has not created it again (R30). */
export function hasDeleted(person: PersonRecord, source: SourceName): boolean {
  return assertionOf(person, source)?.deletedAt !== undefined;
}

const NEVER: readonly number[] = [];

/** The moments at which manual values of a person stop to hold, in milliseconds, ascending. */
export function expiriesOf({ assertions: { manual } }: PersonRecord): readonly number[] {
  if (manual === undefined) return NEVER;
  const moments = Object.values(manual.overrides ?? {}).flatMap(({ expiresAt }) =>
    expiresAt === null ? [] : [Date.parse(expiresAt)],
  );
  return moments.sort((one, other) => one - other);
}

/** When the effective user last changed, ISO: with the record, or when a manual value expired after that. */
export function lastModifiedOf(person: PersonRecord, now: number): string {
  const expired = expiriesOf(person).findLast((moment) => moment <= now);
  return expired !== undefined && expired > Date.parse(person.updatedAt)
    ? new Date(expired).toISOString()
    : person.updatedAt;
}
