/** Keeps what stood in the way of a write, so that the next plans do not repeat it in vain (R24). */
import type { GroupLink, Link, Trouble } from '../../identity/person.js';
import { TargetError } from '../client/target-error.js';
import {
  isGroupOperation,
  isMemberOperation,
  isPersonOperation,
  type MemberOperation,
  type Operation,
} from '../plan/operation.js';
import { attemptOf, type Filed, rememberTrouble } from '../plan/trouble.js';
import { type ApplyContext, RecordError } from './context.js';

/** The target says which value it does not take; any other refusal may have to do with its own state. */
const FINAL = new Set(['invalidValue', 'mutability']);

/** Files a failure with the link of its record. What says nothing about the record is not filed. */
export async function fileTrouble(
  operation: Operation,
  error: unknown,
  context: ApplyContext,
): Promise<void> {
  if (!isAboutRecord(error)) return;
  // An account that is to be switched off is no value to be mended, and may not stay on for days.
  const isFinal =
    operation.kind !== 'deactivate-user' &&
    error instanceof TargetError &&
    error.status === 400 &&
    FINAL.has(error.scimType ?? '');
  const { code } = error;
  const troubleOf = (before: Trouble | undefined, tried: Filed) =>
    rememberTrouble(before, { code, isFinal }, attemptOf(tried), context.now());
  const refused: Link = { state: 'refused', targetId: null, sent: null, at: context.now() };
  if (isPersonOperation(operation)) {
    const link = context.link(operation.subject);
    const trouble = troubleOf(context.knownLink(operation.subject)?.trouble, operation);
    await context.setLink(operation.subject, { ...(link ?? refused), trouble });
  } else if (isMemberOperation(operation)) {
    await fileMemberTrouble(operation, code, context);
  } else if (isGroupOperation(operation)) {
    const link = context.groupLink(operation.subject);
    const trouble = troubleOf(context.knownGroupLink(operation.subject)?.trouble, operation);
    const kept: GroupLink = link ?? { ...refused, members: [] };
    await context.setGroupLink(operation.subject, { ...kept, trouble });
  }
}

/** Files that the members of a group could not be written, through no fault of single members. */
export async function fileMemberTrouble(
  operation: MemberOperation,
  code: string,
  context: ApplyContext,
): Promise<void> {
  const link = context.groupLink(operation.subject);
  if (link === undefined) return;
  const before = context.knownGroupLink(operation.subject)?.memberTrouble;
  const failure = { code, isFinal: false };
  const memberTrouble = rememberTrouble(before, failure, attemptOf(operation), context.now());
  await context.setGroupLink(operation.subject, { ...link, memberTrouble });
}

/** Files that the target answered that it made a group, in this run, and does not have it: making it again waits as well. */
export async function fileLostGroup(groupId: string, code: string, context: ApplyContext): Promise<void> {
  const body = context.groupLink(groupId)?.sent ?? {};
  const attempt = attemptOf({ kind: 'create-group', body });
  const at = context.now();
  const trouble = rememberTrouble(
    context.knownGroupLink(groupId)?.trouble,
    { code, isFinal: false },
    attempt,
    at,
  );
  await context.setGroupLink(groupId, {
    state: 'refused',
    targetId: null,
    sent: null,
    members: [],
    at,
    trouble,
  });
}

/** A target that is down, throttles or does not know us says nothing about one person. */
function isAboutRecord(error: unknown): error is TargetError | RecordError {
  if (error instanceof RecordError) return true;
  if (!(error instanceof TargetError) || error.status === 401 || error.status === 403) return false;
  return error.kind === 'refused' || error.kind === 'transient' || error.kind === 'nonsense';
}
