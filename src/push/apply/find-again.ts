/** Looks on the target for something that we may have made already (R21, R24). */

import { foldKey } from '../../identity/match-keys.js';
import type { JsonObject } from '../../json.js';
import { TargetError } from '../client/target-error.js';
import { refusesFilter } from '../lessons.js';
import { lookUpByKeys } from '../lookup.js';
import { keysOf, type MatchKey } from '../plan/match.js';
import { namesAgree } from '../plan/names.js';
import { NOT_SEARCHABLE } from '../plan/searching.js';
import { type Addressed, readOwn } from './answers.js';
import { linkedElsewhere, takenBy } from './conflict.js';
import { type ApplyContext, RecordError } from './context.js';
import type { Roll, RollKey } from './rolls.js';

/** How something is looked for. */
export interface Search {
  /** One of ours may well exist: a target that cannot be asked, or answers only for the name, is read page by page. */
  isThorough: boolean;
  /** A create was sent in this run, so that what was read before it says nothing. */
  isSent: boolean;
}

export interface FoundAgain {
  resource: JsonObject;
  targetId: string;
  by: MatchKey;
}

/**
 * The person's own account: same externalId, or same userName and agreeing names; nobody else gets it from now on. Undefined
 * when there is none.
 * @throws RecordError when the account belongs to somebody else, the target shows several, or cannot say whether there is one
 */
export async function findUser(
  context: ApplyContext,
  personId: string,
  body: JsonObject,
  how: Search,
): Promise<FoundAgain | undefined> {
  const keys = context.profile.lookup.filter((key) => key !== 'emails');
  const found = await search(context, context.capabilities.usersEndpoint, keys, body, how);
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
  how: Search,
): Promise<FoundAgain | undefined> {
  const keys = ['externalId', 'displayName'] as const;
  const found = await search(context, context.capabilities.groupsEndpoint, keys, body, how);
  if (found === undefined) return undefined;
  const holder = context.unitOf(found.targetId);
  const taken = () => takenBy('group', 'displayName', found.targetId, context);
  if (holder !== undefined && holder !== unitId) throw taken();
  const ours =
    sameExternalId(found.resource, body) ||
    context.profile.groups.adoptBy.includes('displayName') ||
    (how.isThorough && foldKey(found.resource.externalId) === '');
  if (ours && context.claimGroup(found.targetId, unitId)) return found;
  throw taken();
}

async function search(
  context: ApplyContext,
  endpoint: string,
  keys: readonly RollKey[],
  body: JsonObject,
  { isThorough, isSent }: Search,
): Promise<FoundAgain | undefined> {
  const isAskable = keys.some(
    (key) => body[key] !== undefined && !refusesFilter(context.capabilities, endpoint, key),
  );
  const roll = isThorough && !isAskable ? await context.rolls.of(endpoint, isSent) : undefined;
  if (roll?.complete === true) return findInRoll(roll, endpoint, keys, body, context);
  const found = await lookUpByKeys(context.client, endpoint, keys, body, context);
  if (found.kind === 'several') throw severalFound(found.resources.length);
  if (found.kind === 'found') return found;
  if (found.kind === 'none' || (!isThorough && found.isNameFree)) return undefined;
  const whole = roll ?? (await context.rolls.of(endpoint, isSent));
  const picked = await findInRoll(whole, endpoint, keys, body, context);
  if (picked === undefined && !whole.complete && !found.isNameFree) throw notSearchable();
  return picked;
}

/** Whoever is in the roll is read: it may have changed since, and shows more alone. */
async function findInRoll(
  roll: Roll,
  endpoint: string,
  keys: readonly RollKey[],
  body: JsonObject,
  context: ApplyContext,
): Promise<FoundAgain | undefined> {
  const { userNameCaseExact } = context.capabilities;
  for (const by of keys) {
    const [value] = keysOf(body, by, userNameCaseExact);
    if (value === undefined) continue;
    const [targetId, second] = roll.find(by, value);
    if (second !== undefined) throw severalFound(roll.find(by, value).length);
    if (targetId === undefined) continue;
    const resource = await readThere({ endpoint, targetId, body }, context);
    if (resource !== undefined && keysOf(resource, by, userNameCaseExact).includes(value))
      return { resource, targetId, by };
  }
  return undefined;
}

/** Undefined where it is gone. */
async function readThere(addressed: Addressed, context: ApplyContext): Promise<JsonObject | undefined> {
  try {
    return await readOwn(addressed, context);
  } catch (error) {
    if (error instanceof TargetError && error.status === 404) return undefined;
    throw error;
  }
}

/** So far may what a target shows lag behind what was written. */
const LAG_MS = 2_000;

/** Looks for what nothing keeps from being made twice: where it is not there, once more a little later. */
export async function lookTwice(
  look: () => Promise<boolean>,
  { client }: Pick<ApplyContext, 'client'>,
): Promise<boolean> {
  if (await look()) return true;
  await client.pause(LAG_MS);
  return look();
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

const ATTEMPTS = 3;
const ATTEMPTS_WHEN_SLOWED = 12;

/** Whether a create whose outcome was in doubt, and which is not to be found, is sent once more. */
export function mayTryAgain(error: TargetError, attempt: number): boolean {
  return error.mayHaveHappened && attempt < (error.kind === 'throttled' ? ATTEMPTS_WHEN_SLOWED : ATTEMPTS);
}
