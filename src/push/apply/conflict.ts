/** After a target said that a value is taken: which of those sent it is, and whose it is by now (R24). */
import { isJsonObject, type JsonObject } from '../../json.js';
import { own } from '../../scim/path.js';
import { TargetError } from '../client/target-error.js';
import { findEqual } from '../lookup.js';
import type { MatchKey } from '../plan/match.js';
import { type ApplyContext, RecordError } from './context.js';

/** What was to be written. */
export interface Attempt {
  kind: 'person' | 'group';
  body: JsonObject;
  /** The account or group that was written to, which stands in nobody's way; null where one was to be made. */
  targetId: string | null;
}

const KEYS: Readonly<Record<MatchKey, { code: string; what: string }>> = {
  userName: { code: 'USERNAME_TAKEN', what: 'userName' },
  emails: { code: 'EMAIL_TAKEN', what: 'e-mail address' },
  externalId: { code: 'EXTERNAL_ID_TAKEN', what: 'externalId' },
  displayName: { code: 'GROUP_NAME_TAKEN', what: 'displayName' },
};

const ELSEWHERE = 'ACCOUNT_LINKED_ELSEWHERE';
const CODES = new Set([...Object.values(KEYS).map(({ code }) => code), ELSEWHERE]);

/** Does a write. @throws RecordError that names the value and its holder, where the target says that one is taken */
export async function naming<T>(
  attempt: Attempt,
  context: ApplyContext,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw error instanceof TargetError && isConflict(error)
      ? await explainConflict(error, attempt, context)
      : error;
  }
}

/** RFC 7644 section 3.12: 409; some servers say 400 with the scimType. */
export function isConflict({ status, scimType }: TargetError): boolean {
  return status === 409 || scimType === 'uniqueness';
}

/** Looks for whoever holds one of the values that were sent. Whom nobody can find is not made up. */
export async function explainConflict(
  error: TargetError,
  { kind, body, targetId }: Attempt,
  context: ApplyContext,
): Promise<RecordError> {
  const { client, capabilities } = context;
  const endpoint = kind === 'person' ? capabilities.usersEndpoint : capabilities.groupsEndpoint;
  const asked: MatchKey[] = [];
  const unanswered: MatchKey[] = [];
  for (const key of uniqueKeys(kind, context)) {
    for (const value of valuesOf(body, key)) {
      const equal = await findEqual(client, endpoint, key, value, context);
      (equal === undefined ? unanswered : asked).push(key);
      const holder = equal?.find((one) => one.targetId !== targetId);
      if (holder !== undefined) return takenBy(kind, key, holder.targetId, context);
    }
  }
  return holderUnknown(error, asked, unanswered);
}

/** The values that a target may take only once: of e-mail addresses, where the profile says so. */
function uniqueKeys(kind: Attempt['kind'], { profile }: ApplyContext): MatchKey[] {
  if (kind === 'group') return ['displayName', 'externalId'];
  const isWithEmails = profile.attributes.unique.includes('emails');
  return ['userName', ...(isWithEmails ? (['emails'] as const) : []), 'externalId'];
}

function valuesOf(body: JsonObject, key: MatchKey): string[] {
  const values = [body[key]].flat().map((item) => (isJsonObject(item) ? own(item, 'value') : item));
  return values.filter((value): value is string => typeof value === 'string' && value !== '');
}

/** Says who holds a value. @param holder target id */
export function takenBy(
  kind: Attempt['kind'],
  key: MatchKey,
  holder: string,
  context: Pick<ApplyContext, 'ownerOf' | 'unitOf'>,
): RecordError {
  return kind === 'group'
    ? takenByGroup(key, holder, context.unitOf(holder))
    : takenByAccount(key, holder, context.ownerOf(holder));
}

function takenByAccount(key: MatchKey, holder: string, owner: string | undefined): RecordError {
  const { code, what } = KEYS[key];
  const whose = owner === undefined ? '' : ` It is linked to person ${owner}.`;
  const address = key === 'emails' ? 'e-mail address' : 'work e-mail';
  const remedy =
    owner === undefined
      ? `Rename or remove that account on the target, or give the person another ${address}.`
      : `Run push --reconcile, which learns what that account is called by now; if it stays taken, give one of the two people another ${address}.`;
  return new RecordError(
    code,
    `The account ${holder} on the target holds the ${what} and is not this person's.${whose}`,
    key === 'externalId' ? EXTERNAL_ID : remedy,
  );
}

function takenByGroup(key: MatchKey, holder: string, unitId: string | undefined): RecordError {
  if (key === 'externalId')
    return new RecordError(
      KEYS.externalId.code,
      `The group ${holder} on the target holds the externalId and is not this unit's.`,
      EXTERNAL_ID,
    );
  return unitId === undefined
    ? new RecordError(
        KEYS.displayName.code,
        `The group ${holder} on the target has the same name and was not made by the bridge.`,
        'Rename one of the two, or let the bridge adopt groups by name in the options of the target.',
      )
    : new RecordError(
        'DUPLICATE_GROUP_NAME',
        `The group of another unit of Lucca (${unitId}) has the same name, and the target takes a name only once.`,
        'Rename one of the two units in Lucca, or give their kind a name in the mapping that tells them apart.',
      );
}

const EXTERNAL_ID =
  'If both are the same, remove one of the two on the target; otherwise correct the externalId of the other there.';

/** An account that fits a person, and has another one (R14). */
export function linkedElsewhere(targetId: string, { ownerOf }: Pick<ApplyContext, 'ownerOf'>): RecordError {
  return new RecordError(
    ELSEWHERE,
    `The account ${targetId} on the target fits this person but is linked to another one (${ownerOf(targetId)}).`,
    'Correct the userName, the externalId or the e-mail of one of the two people.',
  );
}

/** Whether something is in the hands of somebody else. */
export function isTaken(error: unknown): boolean {
  return error instanceof RecordError && CODES.has(error.code);
}

function holderUnknown(
  error: TargetError,
  asked: readonly MatchKey[],
  unanswered: readonly MatchKey[],
): RecordError {
  const list = (keys: readonly MatchKey[]) => [...new Set(keys)].map((key) => KEYS[key].what).join(', ');
  const said = asked.length === 0 ? '' : `No other holder was found by ${list(asked)}`;
  const unsaid = unanswered.length === 0 ? '' : `the target cannot be searched by ${list(unanswered)}`;
  return new RecordError(
    error.code,
    `${error.message}. ${[said, unsaid].filter((part) => part !== '').join('; ')}.`,
    'Ask the owner of the target which value is taken, and by whom: deleted accounts may keep theirs. Where e-mail addresses are taken only once, attributes.unique: [userName, emails] lets the bridge look for them.',
  );
}
