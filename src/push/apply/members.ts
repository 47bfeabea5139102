/** Memberships, written as deltas within the target's limit; a batch that holds a poisoned member is halved until it is found (R23). */
import type { Issue } from '../../errors.js';
import type { GroupLink } from '../../identity/person.js';
import { pathOf } from '../client/target-client.js';
import { TargetError } from '../client/target-error.js';
import { linkedId } from '../plan/input.js';
import { noteAbsent, noteMember } from '../plan/member-doubts.js';
import type { ChangeMembers, MemberOperation, ReleaseGroup } from '../plan/operation.js';
import type { ApplyContext, OutcomeState } from './context.js';
import { groupGone, groupNotKept } from './find-again.js';
import { allOf, type Fates, showsChanges, unmadeIn } from './members-arrived.js';
import { orReadBack } from './read-back.js';
import type { MemberChange } from './refusals.js';
import { type SendMembers, type Sent, sendByPatch, sendMembers } from './send-members.js';
import { fileLostGroup } from './trouble.js';

/** `failed` where the target left a member out: why is told at the end of the run, when it is known of how many (`settleRefusals`). */
export async function applyMemberOperation(
  operation: MemberOperation,
  context: ApplyContext,
): Promise<OutcomeState> {
  const link = context.groupLink(operation.subject);
  const targetId = linkedId(link);
  if (link === undefined || targetId === null) return 'skipped';
  if (operation.kind === 'release-group' && operation.mode === 'delete') {
    await context.client.remove(pathOf(context.capabilities.groupsEndpoint, targetId));
    await context.setGroupLink(operation.subject, null);
    return 'done';
  }
  const { changes, absent } = changesOf(operation, link, context);
  if (changes.length === 0 && absent > 0) return 'skipped';
  const size = context.profile.groups.memberBatch;
  const left = () => context.refusals.left.get(operation.subject);
  for (let start = 0; start < changes.length && !left()?.givenUp; start += size) {
    await writeBatch(operation.subject, targetId, changes.slice(start, start + size), context);
  }
  return left() === undefined ? 'done' : 'failed';
}

function changesOf(
  operation: ChangeMembers | ReleaseGroup,
  link: GroupLink,
  context: ApplyContext,
): { changes: MemberChange[]; absent: number } {
  const ledger = new Set(link.members);
  const changes: MemberChange[] = [];
  let absent = 0;
  for (const personId of operation.kind === 'change-members' ? operation.add : []) {
    const targetId = linkedId(context.link(personId));
    if (targetId === null) {
      absent += 1;
      if (!context.failed.has(personId)) context.issues.push(withoutAccount(personId, operation.subject));
    } else if (!ledger.has(targetId)) {
      changes.push({ op: 'add', targetId, personId });
    }
  }
  for (const targetId of operation.remove) {
    if (ledger.has(targetId))
      changes.push({ op: 'remove', targetId, personId: context.ownerOf(targetId) ?? null });
  }
  return { changes, absent };
}

async function writeBatch(
  groupId: string,
  targetId: string,
  batch: readonly MemberChange[],
  context: ApplyContext,
  send = sendMembers,
): Promise<void> {
  let sent: Sent = { fates: allOf({ changes: batch }, 'made'), mayPatch: false };
  try {
    const addressed = {
      endpoint: context.capabilities.groupsEndpoint,
      targetId,
      body: context.groupLink(groupId)?.sent ?? {},
    };
    const write = () => send({ groupId, addressed, changes: batch }, context);
    const done = sent;
    sent = await orReadBack(addressed, context, write, (shown) => (showsChanges(shown, batch) ? done : null));
  } catch (error) {
    await noteDoubtful(groupId, batch, error, context);
    if (!mayBeMember(error)) throw error;
    if (error.status === 404) await checkGroup(groupId, targetId, context);
    const [change, second] = batch;
    if (second !== undefined) return writeParts(groupId, targetId, batch, error, context, send);
    const gone = change?.op === 'remove' && error.status === 404;
    if (!gone) {
      if (change !== undefined) context.refusals.refused(groupId, change, error);
      return;
    }
  }
  await settle(groupId, targetId, sent, context);
}

/** What was taken is in the ledger before what was not is tried in another way. */
async function settle(
  groupId: string,
  targetId: string,
  { fates, mayPatch }: Sent,
  context: ApplyContext,
): Promise<void> {
  const unmade = unmadeIn(fates);
  if (unmade.length < fates.size) context.refusals.taken();
  if (mayPatch) {
    const taken = new Map([...fates].filter(([, fate]) => fate !== 'unmade'));
    if (taken.size > 0) await enterIntoLedger(groupId, taken, context);
    return writeBatch(groupId, targetId, unmade, context, sendByPatch);
  }
  await enterIntoLedger(groupId, fates, context);
  context.refusals.unkept(groupId, unmade);
}

/** A write that failed and may have happened all the same: whoever leaves is taken out should they be seen there (R21). */
async function noteDoubtful(
  groupId: string,
  batch: readonly MemberChange[],
  error: unknown,
  context: ApplyContext,
): Promise<void> {
  const link = context.groupLink(groupId);
  if (link === undefined || !(error instanceof TargetError)) return;
  if (error.method === 'GET' || !error.mayHaveHappened) return;
  const added = batch.filter(({ op }) => op === 'add').map(({ targetId }) => targetId);
  if (added.length > 0) await context.setGroupLink(groupId, noteAbsent(link, added, context.now()));
}

/** What was refused together: in halves; or, where everybody was refused so far, whether the first or the last alone is taken. */
async function writeParts(
  groupId: string,
  targetId: string,
  batch: readonly MemberChange[],
  error: TargetError,
  context: ApplyContext,
  send: SendMembers,
): Promise<void> {
  const write = (part: readonly MemberChange[]) => writeBatch(groupId, targetId, part, context, send);
  const { refusals } = context;
  if (!refusals.isHopeless(error)) {
    const middle = Math.ceil(batch.length / 2);
    await write(batch.slice(0, middle));
    await write(batch.slice(middle));
    return;
  }
  await write(batch.slice(0, 1));
  await write(batch.slice(-1));
  const others = batch.slice(1, -1);
  if (refusals.isHopeless(error)) refusals.givenUp(groupId, error);
  else if (others.length > 0) await write(others);
}

/** What a target says of credentials, method or preconditions, it says of no member. */
const NOT_OF_MEMBERS = new Set([401, 403, 405, 412, 428, 501]);

function mayBeMember(error: unknown): error is TargetError {
  return error instanceof TargetError && error.kind === 'refused' && !NOT_OF_MEMBERS.has(error.status ?? 0);
}

/** A 404 may mean the group or the member: asks for the group. */
async function checkGroup(groupId: string, targetId: string, context: ApplyContext): Promise<void> {
  try {
    await context.client.get(pathOf(context.capabilities.groupsEndpoint, targetId));
  } catch (error) {
    if (!(error instanceof TargetError) || error.status !== 404) throw error;
    if (linkedId(context.knownGroupLink(groupId)) === null) {
      const lost = groupNotKept(targetId);
      await fileLostGroup(groupId, lost.code, context);
      throw lost;
    }
    if (context.recreates !== false) await context.setGroupLink(groupId, null);
    throw groupGone(targetId, context);
  }
}

async function enterIntoLedger(groupId: string, fates: Fates, context: ApplyContext): Promise<void> {
  const known = context.groupLink(groupId);
  if (known === undefined) return;
  const at = context.now();
  // A group that was written to has not been let go since then.
  const { unwantedSince: _, memberTrouble: __, ...link } = known;
  const members = new Set(link.members);
  let noted: GroupLink = link;
  for (const [{ op, targetId }, fate] of fates) {
    const isUnkept = fate === 'unmade';
    const outcome = op === 'add' ? (isUnkept ? 'refused' : 'added') : isUnkept ? 'stays' : 'removed';
    if (outcome === 'added') members.add(targetId);
    else if (outcome !== 'stays') members.delete(targetId);
    noted = noteMember(noted, { targetId, outcome }, at);
  }
  await context.setGroupLink(groupId, { ...noted, members: [...members], at });
}

function withoutAccount(personId: string, groupId: string): Issue {
  return {
    code: 'MEMBER_NOT_ON_TARGET',
    severity: 'warning',
    subject: { kind: 'person', id: personId },
    message: `Membership in the group ${groupId} was not written: the person has no account on the target.`,
    remedy: 'Mend what is reported about the person; the next run tries again.',
  };
}
