/** Looks on the target for something that we may have made already (R21, R24). */

import { foldKey } from '../../identity/match-keys.js';
import type { JsonObject } from '../../json.js';
import { idOf } from '../client/resource-id.js';
import { TargetError } from '../client/target-error.js';
import { listAll } from '../list.js';
import { type Lookup, lookUpByKeys } from '../lookup.js';
import { createRemoteIndex, keysOf, type MatchKey } from '../plan/match.js';
import { namesAgree } from '../plan/names.js';
import { NOT_SEARCHABLE } from '../plan/searching.js';
import { linkedElsewhere, takenBy } from './conflict.js';
import { type ApplyContext, RecordError } from './context.js';

export interface FoundAgain {
  resource: JsonObject;
  targetId: string;
  by: MatchKey;
}

/**
 * The person's own account: same externalId, or same userName and agreeing names; nobody else gets it from now on. Undefined
 * when there is none.
 * @param thorough an account of ours may well exist: a target that answers only for the name is read page by page
 * @throws RecordError when the account belongs to somebody else, the target shows several, or cannot say whether there is one
 */
export async function findUser(
  context: ApplyContext,
  personId: string,
  body: JsonObject,
  thorough: boolean,
): Promise<FoundAgain | undefined> {
  const keys = context.profile.lookup.filter((key) => key !== 'emails');
  const found = await search(context, context.capabilities.usersEndpoint, keys, body, thorough);
  if (found === undefined) return undefined;
  const ours = sameExternalId(found.resource, body) || namesAgree(found.resource, body);
  if (!ours) throw takenBy('person', found.by, found.targetId, context);
  if (!context.claimAccount(found.targetId, personId)) throw linkedElsewhere(found.targetId, context);
  return found;
}

/**
 * A group of ours: same externalId; or the same name, where the target keeps no externalId and an earlier request of ours
 * may have made it.
 */
export async function findGroup(
  context: ApplyContext,
  unitId: string,
  body: JsonObject,
  mayBeOurs: boolean,
): Promise<FoundAgain | undefined> {
  const keys = ['externalId', 'displayName'] as const;
  const found = await search(context, context.capabilities.groupsEndpoint, keys, body, mayBeOurs);
  if (found === undefined) return undefined;
  const holder = context.unitOf(found.targetId);
  const taken = () => takenBy('group', 'displayName', found.targetId, context);
  if (holder !== undefined && holder !== unitId) throw taken();
  const ours =
    sameExternalId(found.resource, body) ||
    context.profile.groups.adoptBy.includes('displayName') ||
    (mayBeOurs && foldKey(found.resource.externalId) === '');
  if (ours && context.claimGroup(found.targetId, unitId)) return found;
  throw taken();
}

async function search(
  context: ApplyContext,
  endpoint: string,
  keys: readonly MatchKey[],
  body: JsonObject,
  thorough: boolean,
): Promise<FoundAgain | undefined> {
  const { client, profile, capabilities } = context;
  const { userNameCaseExact } = capabilities;
  let found: Lookup = await lookUpByKeys(client, endpoint, keys, body, context);
  if (found.kind === 'unknown' && (thorough || !found.isNameFree)) {
    const { resources, complete } = await listAll(client, endpoint, { profile, capabilities });
    const picked = pick(resources, keys, body, userNameCaseExact);
    if (picked.kind === 'none' && !complete && !found.isNameFree) throw notSearchable();
    found = picked;
  }
  if (found.kind === 'several') throw severalFound(found.resources.length);
  return found.kind === 'found' ? found : undefined;
}

function pick(
  resources: readonly JsonObject[],
  keys: readonly MatchKey[],
  body: JsonObject,
  userNameCaseExact: boolean,
): Lookup {
  const index = createRemoteIndex(resources, userNameCaseExact);
  for (const key of keys) {
    const [value] = keysOf(body, key, userNameCaseExact);
    const matches = value === undefined ? [] : index.find(key, value);
    const [resource, second] = matches;
    if (second !== undefined) return { kind: 'several', resources: [...matches] };
    if (resource !== undefined) return { kind: 'found', resource, targetId: idOf(resource) ?? '', by: key };
  }
  return { kind: 'none' };
}

function notSearchable(): RecordError {
  return new RecordError(NOT_SEARCHABLE.code, NOT_SEARCHABLE.message, NOT_SEARCHABLE.remedy);
}

function sameExternalId(resource: JsonObject, body: JsonObject): boolean {
  return body.externalId !== undefined && resource.externalId === body.externalId;
}

function severalFound(count: number): RecordError {
  return new RecordError(
    'AMBIGUOUS_MATCH',
    `${count} resources on the target have the same key.`,
    'Remove or correct the duplicates on the target; the bridge never guesses between them.',
  );
}

export function groupGone(targetId: string, { recreates }: Pick<ApplyContext, 'recreates'>): RecordError {
  return new RecordError(
    'GROUP_GONE',
    `The group ${targetId} was deleted on the target.`,
    recreates === false
      ? 'Restore it on the target, or set reconcile: { vanished: recreate } for the target.'
      : 'Nothing to do: the next run makes it again, with its members.',
  );
}

export function groupNotKept(targetId: string): RecordError {
  return new RecordError(
    'GROUP_NOT_KEPT',
    `The target answered that it made the group ${targetId}, and does not have it.`,
    'Ask the owner of the target whether it takes groups, else set groups: { enabled: off }; it is tried again, less often each time.',
  );
}

/** A create that was answered without an id, for something that cannot be found either. */
export function withoutId(endpoint: string): TargetError {
  return new TargetError(
    { method: 'POST', path: endpoint },
    {
      kind: 'nonsense',
      code: 'TARGET_NONSENSE',
      message: 'the answer to the create has no id, and the resource cannot be found',
      remedy: 'The next run looks for it again; if it persists, tell the owner of the target.',
      mayHaveHappened: true,
    },
  );
}

const ATTEMPTS = 3;
const ATTEMPTS_WHEN_SLOWED = 12;

/** Whether a create whose outcome was in doubt, and which is not to be found, is sent once more. */
export function mayTryAgain(error: TargetError, attempt: number): boolean {
  return error.mayHaveHappened && attempt < (error.kind === 'throttled' ? ATTEMPTS_WHEN_SLOWED : ATTEMPTS);
}
