/** Memberships, written as deltas within the target's limit; a batch that holds a poisoned member is halved until it is found (R23). */
import type { Issue } from '../../errors.js';
import type { GroupLink } from '../../identity/person.js';
import { isJsonObject, type JsonObject } from '../../json.js';
import { printFilter } from '../../scim/filter/print.js';
import { own } from '../../scim/path.js';
import { pathOf } from '../client/target-client.js';
import { TargetError } from '../client/target-error.js';
import { linkedId } from '../plan/input.js';
import { noteMember } from '../plan/member-doubts.js';
import type { ChangeMembers, MemberOperation, ReleaseGroup } from '../plan/operation.js';
import type { TargetProfile } from '../profile.js';
import { membersOf } from '../reconcile/members-sight.js';
import { type Addressed, ownAnswer, readOwn } from './answers.js';
import type { ApplyContext, OutcomeState } from './context.js';
import { groupGone, groupNotKept } from './find-again.js';
import { isUnsupported, refuse } from './patch-trial.js';
import { orReadBack } from './read-back.js';
import type { MemberChange } from './refusals.js';
import { fileLostGroup } from './trouble.js';
import { merge, usesPatch } from './write.js';

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
): Promise<void> {
  let unkept: ReadonlySet<string> = new Set();
  try {
    const addressed = {
      endpoint: context.capabilities.groupsEndpoint,
      targetId,
      body: context.groupLink(groupId)?.sent ?? {},
    };
    const ifDone = (shown: JsonObject) => (showsMembers(shown, batch) ? shown : null);
    const write = () => send(groupId, addressed, batch, context);
    const answer = await orReadBack(addressed, context, write, ifDone);
    unkept = findUnkept(answer, batch, context.groupLink(groupId));
    context.refusals.taken();
  } catch (error) {
    if (!mayBeMember(error)) throw error;
    if (error.status === 404) await checkGroup(groupId, targetId, context);
    const [change, second] = batch;
    if (second !== undefined) return writeParts(groupId, targetId, batch, error, context);
    const gone = change?.op === 'remove' && error.status === 404;
    if (!gone) {
      if (change !== undefined) context.refusals.refused(groupId, change, error);
      return;
    }
  }
  await enterIntoLedger(groupId, batch, unkept, context);
  for (const { targetId: id, personId } of batch)
    if (unkept.has(id))
      context.issues.push(memberIssue('MEMBER_NOT_KEPT', personId ?? id, groupId, NOT_KEPT));
}

/** What was refused together: in halves; or, where everybody was refused so far, whether the first or the last alone is taken. */
async function writeParts(
  groupId: string,
  targetId: string,
  batch: readonly MemberChange[],
  error: TargetError,
  context: ApplyContext,
): Promise<void> {
  const write = (part: readonly MemberChange[]) => writeBatch(groupId, targetId, part, context);
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

const NOT_KEPT = 'the target took it without an error, and its answer shows the group without the person';

/** Whether a group shows members, and these as they are to be. */
function showsMembers({ members }: JsonObject, batch: readonly MemberChange[]): boolean {
  if (!Array.isArray(members)) return false;
  const shown = new Set(members.map((member) => isJsonObject(member) && String(own(member, 'value'))));
  return batch.every(({ op, targetId }) => shown.has(targetId) === (op === 'add'));
}

async function send(
  groupId: string,
  addressed: Addressed,
  batch: readonly MemberChange[],
  context: ApplyContext,
): Promise<JsonObject | undefined> {
  const path = pathOf(addressed.endpoint, addressed.targetId);
  const added = batch.filter(({ op }) => op === 'add').map((change) => ({ value: change.targetId }));
  const { members, removal } = context.profile.groups;
  if (members === 'patch' && usesPatch(context)) {
    const removed = batch.filter(({ op }) => op === 'remove').map((change) => change.targetId);
    const add: JsonObject[] = added.length === 0 ? [] : [{ op: 'add', path: 'members', value: added }];
    try {
      const operations = [...add, ...removalOf(removed, removal)];
      return ownAnswer(await context.client.patch(path, operations), addressed, context);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      refuse(context, path, error);
    }
  }
  const group = await readOwn(addressed, context);
  const changed = new Set(batch.map((change) => change.targetId));
  const kept = shownMembers(group, groupId, context).filter(
    (member) => !changed.has(String(own(member, 'value'))),
  );
  const wanted = merge(group, [{ path: 'members', after: [...kept, ...added] }]);
  return ownAnswer(await context.client.replace(path, wanted), addressed, context);
}

/** RFC 7644 section 3.5.2.2, or the form of Entra, which servers that keep to the RFC take for the removal of all. */
function removalOf(ids: readonly string[], form: TargetProfile['groups']['removal']): JsonObject[] {
  if (ids.length === 0) return [];
  return form === 'value'
    ? [{ op: 'remove', path: 'members', value: ids.map((value) => ({ value })) }]
    : ids.map((id) => ({ op: 'remove', path: `members[${printFilter('value', 'eq', id)}]` }));
}

/** A target that hides its members would lose them to a PUT of none: then our own ledger says who they are. */
function shownMembers(group: JsonObject, groupId: string, context: ApplyContext): JsonObject[] {
  const shown = (Array.isArray(group.members) ? group.members : []).filter(isJsonObject);
  if (shown.length > 0) return shown;
  return (context.groupLink(groupId)?.members ?? []).map((value) => ({ value }));
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

async function enterIntoLedger(
  groupId: string,
  batch: readonly MemberChange[],
  unkept: ReadonlySet<string>,
  context: ApplyContext,
): Promise<void> {
  const known = context.groupLink(groupId);
  if (known === undefined) return;
  const at = context.now();
  // A group that was written to has not been let go since then.
  const { unwantedSince: _, ...link } = known;
  const members = new Set(link.members);
  let noted: GroupLink = link;
  for (const { op, targetId } of batch) {
    const outcome = unkept.has(targetId) ? 'refused' : op === 'add' ? 'added' : 'removed';
    if (outcome === 'added') members.add(targetId);
    else members.delete(targetId);
    noted = noteMember(noted, { targetId, outcome }, at);
  }
  await context.setGroupLink(groupId, { ...noted, members: [...members], at });
}

/** Target ids that were added and are not in the answer, where it shows all the others of ours: no list cut short, none hidden. */
function findUnkept(
  answer: JsonObject | undefined,
  batch: readonly MemberChange[],
  link: GroupLink | undefined,
): Set<string> {
  const there = membersOf(answer ?? {});
  const touched = new Set(batch.map(({ targetId }) => targetId));
  const others = (link?.members ?? []).filter((id) => !touched.has(id));
  if (there.size === 0 || others.some((id) => !there.has(id))) return new Set();
  return new Set(
    batch.flatMap(({ op, targetId }) => (op === 'add' && !there.has(targetId) ? [targetId] : [])),
  );
}

function withoutAccount(personId: string, groupId: string): Issue {
  return memberIssue('MEMBER_NOT_ON_TARGET', personId, groupId, 'the person has no account on the target');
}

function memberIssue(code: string, personId: string, groupId: string, what: string): Issue {
  return {
    code,
    severity: 'warning',
    subject: { kind: 'person', id: personId },
    message: `Membership in the group ${groupId} was not written: ${what}.`,
    remedy: 'Mend what is reported about the person; the next run tries again.',
  };
}
