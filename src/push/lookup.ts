/**
 * Finds one resource by the value of an attribute. What comes back is always compared with what was asked for: a target
 * that ignores filters must never make us take one person for another.
 */

import { foldKey } from '../identity/match-keys.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { printFilter } from '../scim/filter/print.js';
import { idOf } from './client/resource-id.js';
import type { TargetClient } from './client/target-client.js';
import { TargetError } from './client/target-error.js';
import { readPage } from './list.js';
import type { PlanInput } from './plan/input.js';
import { keysOf, type MatchKey } from './plan/match.js';

/**
 * `unknown`: the target cannot answer the question, so nothing may be concluded; `isNameFree`: but it did say that nobody has the
 * name that a create would take.
 */
export type Lookup =
  | { kind: 'found'; resource: JsonObject; targetId: string; by: MatchKey }
  | { kind: 'none' }
  | { kind: 'several'; count: number }
  | { kind: 'unknown'; isNameFree: boolean };

const UNKNOWN: Lookup = { kind: 'unknown', isNameFree: false };

/** Of people and of groups. */
const NAMES: ReadonlySet<MatchKey> = new Set(['userName', 'displayName']);

/** What filters name, and how names are compared. */
export type LookupRules = Pick<PlanInput, 'profile' | 'capabilities'>;

export async function lookUp(
  client: TargetClient,
  endpoint: string,
  key: MatchKey,
  value: string,
  rules: LookupRules,
): Promise<Lookup> {
  const equal = await findEqual(client, endpoint, key, value, rules);
  if (equal === undefined) return UNKNOWN;
  const [found, second] = equal;
  if (found === undefined) return { kind: 'none' };
  return second === undefined
    ? { kind: 'found', ...found, by: key }
    : { kind: 'several', count: equal.length };
}

/** Everything that has the value; undefined when the target cannot answer the question. */
export async function findEqual(
  client: TargetClient,
  endpoint: string,
  key: MatchKey,
  value: string,
  { profile, capabilities: { userNameCaseExact } }: LookupRules,
): Promise<{ resource: JsonObject; targetId: string }[] | undefined> {
  let body: JsonObject;
  try {
    body = await client.get(endpoint, { filter: printFilter(profile.filters[key], 'eq', value) });
  } catch (error) {
    if (!(error instanceof TargetError) || error.kind !== 'refused') throw error;
    if (error.status === 404) return [];
    if (error.status === 401) throw error;
    return undefined;
  }
  const { resources, total, isUsable } = readPage(body);
  const asked = foldKey(value, key === 'externalId' || (key === 'userName' && userNameCaseExact));
  const equal = resources.filter((resource) => keysOf(resource, key, userNameCaseExact).includes(asked));
  if (equal.length === 0 && (resources.length > 0 || !isUsable || total)) return undefined;
  return equal.map((resource) => ({ resource, targetId: idOf(resource) ?? '' }));
}

/**
 * Looks for the account of a person, or the group of a unit, by each key in turn. The first key that finds something
 * decides; `none` only when the target could answer for every key that the body has.
 */
export async function lookUpByKeys(
  client: TargetClient,
  endpoint: string,
  keys: readonly MatchKey[],
  body: JsonObject,
  rules: LookupRules,
): Promise<Lookup> {
  let unsure = false;
  let isNameFree = false;
  for (const key of keys) {
    const value = keyValue(body, key);
    if (value === undefined) continue;
    const found = await lookUp(client, endpoint, key, value, rules);
    if (found.kind === 'found' || found.kind === 'several') return found;
    if (found.kind === 'unknown') unsure = true;
    else if (NAMES.has(key)) isNameFree = true;
  }
  return unsure ? { kind: 'unknown', isNameFree } : { kind: 'none' };
}

/** The value to ask for: of several e-mails, the first. */
function keyValue(body: JsonObject, key: MatchKey): string | undefined {
  const emails = Array.isArray(body.emails) ? body.emails : [];
  const [email] = emails;
  const value = key === 'emails' ? (isJsonObject(email) ? email.value : email) : body[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
