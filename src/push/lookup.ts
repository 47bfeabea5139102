/**
 * Finds one resource by the value of an attribute. What comes back is always compared with what was asked for: a target
 * that ignores filters must never make us take one person for another.
 */

import { foldKey } from '../identity/match-keys.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { printFilter } from '../scim/filter/print.js';
import { readPage } from './client/list-page.js';
import { idOf } from './client/resource-id.js';
import type { TargetClient } from './client/target-client.js';
import { TargetError } from './client/target-error.js';
import type { Learner } from './learner.js';
import { refusesFilter } from './lessons.js';
import { keysOf, type MatchKey } from './plan/match.js';
import type { TargetProfile } from './profile.js';

/**
 * `unknown`: the target cannot answer the question, so nothing may be concluded; `isNameFree`: but it did say that nobody has the
 * name that a create would take.
 */
export type Lookup =
  | { kind: 'found'; resource: JsonObject; targetId: string; by: MatchKey }
  | { kind: 'none' }
  | { kind: 'several'; resources: JsonObject[] }
  | { kind: 'unknown'; isNameFree: boolean };

const UNKNOWN: Lookup = { kind: 'unknown', isNameFree: false };

/** What filters name, how names are compared, and what is learned from how the target answers. */
export type LookupRules = Pick<Learner, 'capabilities' | 'filters'> & { readonly profile: TargetProfile };

/**
 * Asks by one key. `none` only when the answer is a list, and says that nothing is in it and nothing follows.
 * @throws TargetError when the credentials are refused or the target is down
 */
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
    : { kind: 'several', resources: equal.map(({ resource }) => resource) };
}

/** Everything that has the value; undefined when the target cannot answer the question. */
export async function findEqual(
  client: TargetClient,
  endpoint: string,
  key: MatchKey,
  value: string,
  { profile, capabilities: { userNameCaseExact }, filters }: LookupRules,
): Promise<{ resource: JsonObject; targetId: string }[] | undefined> {
  let body: JsonObject;
  try {
    body = await client.get(endpoint, { filter: printFilter(profile.filters[key], 'eq', value) });
  } catch (error) {
    if (!(error instanceof TargetError) || !isAnswer(error)) throw error;
    filters.refused(endpoint, key, value, error);
    return error.status === 404 ? [] : undefined;
  }
  const { resources, rows, total, nextCursor } = readPage(body);
  const asked = foldKey(value, key === 'externalId' || (key === 'userName' && userNameCaseExact));
  const equal = resources.filter((resource) => keysOf(resource, key, userNameCaseExact).includes(asked));
  if (equal.length === 0) {
    if (resources.length > 0) filters.passedOver(endpoint, key, value);
    if (rows || (total ?? rows) !== 0 || nextCursor !== null) return undefined;
  }
  filters.answered(endpoint, key);
  return equal.map((resource) => ({ resource, targetId: idOf(resource) ?? '' }));
}

/** The target looked at the question, or answered beside it; other questions may fare better. */
function isAnswer({ kind, status, code }: TargetError): boolean {
  if (kind === 'refused') return status !== 401;
  return kind === 'nonsense' && code !== 'TARGET_REDIRECTED';
}

/**
 * Looks for the account of a person, or the group of a unit, by each key in turn. The first key that finds something
 * decides; `none` only when there was something to ask for, and the target could answer for every key that the body has.
 * Keys that it is known to refuse come last, and are asked only where nothing else tells whether the name is free.
 */
export async function lookUpByKeys(
  client: TargetClient,
  endpoint: string,
  keys: readonly MatchKey[],
  body: JsonObject,
  rules: LookupRules,
): Promise<Lookup> {
  const present = keys.filter((key) => keyValue(body, key) !== undefined);
  const isRefused = (key: MatchKey) => refusesFilter(rules.capabilities, endpoint, key);
  const inTurn = [...present.filter((key) => !isRefused(key)), ...present.filter(isRefused)];
  const kinds = new Set<Lookup['kind']>();
  let isNameFree = false;
  for (const key of inTurn) {
    const found =
      isNameFree && isRefused(key)
        ? UNKNOWN
        : await lookUp(client, endpoint, key, keyValue(body, key) ?? '', rules);
    if (found.kind === 'found' || found.kind === 'several') return found;
    kinds.add(found.kind);
    if (found.kind === 'none' && isName(key)) isNameFree = true;
  }
  return kinds.size === 1 && kinds.has('none') ? { kind: 'none' } : { kind: 'unknown', isNameFree };
}

/** The userName of a person, the name of a group: what a create would take. */
export function isName(key: MatchKey): boolean {
  return key === 'userName' || key === 'displayName';
}

/** The value to ask for: of several e-mails, the first. */
function keyValue(body: JsonObject, key: MatchKey): string | undefined {
  const emails = Array.isArray(body.emails) ? body.emails : [];
  const [email] = emails;
  const value = key === 'emails' ? (isJsonObject(email) ? email.value : email) : body[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
