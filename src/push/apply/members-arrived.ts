/** What became of changes of members that a target took without an error: seen in its answer, in the group, or asked for (R23). */
import type { JsonObject } from '../../json.js';
import { printFilter } from '../../scim/filter/print.js';
import { readPage } from '../client/list-page.js';
import { idOf } from '../client/resource-id.js';
import { TargetError } from '../client/target-error.js';
import { membersOf } from '../reconcile/members-sight.js';
import { type Addressed, readOwn } from './answers.js';
import { type ApplyContext, RecordError } from './context.js';
import type { MemberChange } from './refusals.js';

/** Changes of one group, and the group. */
export interface Batch {
  groupId: string;
  addressed: Addressed;
  changes: readonly MemberChange[];
}

/** `unseen`: the target said that it was done, and does not show whether it was. */
export type Fate = 'made' | 'unmade' | 'unseen';
export type Fates = ReadonlyMap<MemberChange, Fate>;

/** What the members of groups have shown of the target in this run. */
export interface MemberTrial {
  /** PUT did not keep a member whom PATCH was seen to place: PATCH is tried first from then on. */
  isPutIgnored: boolean;
  /** The target cannot be asked who is in a group; it was said that nobody knows. */
  isMute: boolean;
  isMuteSaid: boolean;
  /** Whether it looks at a filter for members at all; asked once. */
  heedsFilter: Promise<boolean> | undefined;
}

export function createMemberTrial(): MemberTrial {
  return { isPutIgnored: false, isMute: false, isMuteSaid: false, heedsFilter: undefined };
}

export function allOf({ changes }: Pick<Batch, 'changes'>, fate: Fate): Fates {
  return new Map(changes.map((change) => [change, fate]));
}

/** The changes that did not come about. */
export function unmadeIn(fates: Fates): MemberChange[] {
  return [...fates].flatMap(([change, fate]) => (fate === 'unmade' ? [change] : []));
}

/** Whether a group shows members, and these as they are to be. */
export function showsChanges({ members }: JsonObject, changes: readonly MemberChange[]): boolean {
  if (!Array.isArray(members)) return false;
  const there = membersOf({ members });
  return changes.every(({ op, targetId }) => there.has(targetId) === (op === 'add'));
}

/**
 * Judges by what the group shows alone. Whoever was added and is not shown is missing only where all the others of ours are
 * shown, so that no list was cut short and none is hidden.
 */
export function judgeShown({ groupId, changes }: Batch, shown: JsonObject, context: ApplyContext): Fates {
  const there = membersOf(shown);
  const touched = new Set(changes.map(({ targetId }) => targetId));
  const others = (context.groupLink(groupId)?.members ?? []).filter((id) => !touched.has(id));
  const absent = there.size > 0 && others.every((id) => there.has(id)) ? 'unmade' : 'unseen';
  return new Map(
    changes.map((change) => {
      if (there.has(change.targetId)) return [change, change.op === 'add' ? 'made' : 'unmade'];
      if (change.op === 'add') return [change, absent];
      return [change, absent === 'unmade' ? 'made' : 'unseen'];
    }),
  );
}

/**
 * Looks at the group, and asks the target where it shows it without members. Nothing of that makes a failure of a write that
 * the target acknowledged.
 * @param answer to the write; undefined where it shows nothing
 */
export async function lookAtMembers(
  batch: Batch,
  answer: JsonObject | undefined,
  context: ApplyContext,
): Promise<Fates> {
  try {
    const shown = answer ?? (await readOwn(batch.addressed, context));
    const first = batch.changes.find(({ op }) => op === 'add');
    if (first === undefined || membersOf(shown).size > 0) return judgeShown(batch, shown, context);
    const isThere = await hasMember(batch.addressed, first.targetId, context);
    if (isThere !== undefined) return judgeFirst(batch, isThere);
  } catch (error) {
    if (!(error instanceof TargetError) && !(error instanceof RecordError)) throw error;
  }
  sayUnseen(batch.groupId, context);
  return allOf(batch, 'unseen');
}

/** As it went with the first who was added, it went with the others. */
function judgeFirst({ changes }: Batch, isThere: boolean): Fates {
  const added = isThere ? 'made' : 'unmade';
  return new Map(changes.map((change) => [change, change.op === 'add' ? added : 'unseen']));
}

/** Asks a target that shows a group without members whether it has one all the same; undefined where it cannot say. */
async function hasMember(
  group: Addressed,
  member: string,
  context: ApplyContext,
): Promise<boolean | undefined> {
  const { memberTrial: trial } = context;
  if (trial.isMute) return undefined;
  try {
    const isListed = await listsFor(group, member, context);
    if (isListed !== true) return isListed;
    trial.heedsFilter ??= leavesOut(group, context);
    if (await trial.heedsFilter) return true;
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
  }
  trial.isMute = true;
  return undefined;
}

/** The group of a member: whether it is listed; undefined where others are, or more than one page. */
async function listsFor(
  { endpoint, targetId }: Addressed,
  member: string,
  { client }: ApplyContext,
): Promise<boolean | undefined> {
  const filter = printFilter('members.value', 'eq', member);
  const { resources, rows, total, nextCursor } = readPage(await client.get(endpoint, { filter }));
  if (resources.some((resource) => idOf(resource) === targetId)) return true;
  return rows === 0 && (total ?? 0) === 0 && nextCursor === null ? false : undefined;
}

/** Nobody has it. */
const NOBODY = 'lucca-scim-bridge:nobody';

/** Whether a filter for a member who cannot exist leaves the group out: else the target passes filters over. */
async function leavesOut(group: Addressed, context: ApplyContext): Promise<boolean> {
  try {
    return (await listsFor(group, NOBODY, context)) !== true;
  } catch (error) {
    // One that takes no such id has looked at it.
    if (error instanceof TargetError && error.status === 400) return true;
    throw error;
  }
}

/** Once for a target, not for each of its groups. */
function sayUnseen(groupId: string, { memberTrial, issues }: ApplyContext): void {
  if (memberTrial.isMuteSaid) return;
  memberTrial.isMuteSaid = true;
  issues.push({
    code: 'MEMBERS_UNSEEN',
    severity: 'warning',
    subject: { kind: 'group', id: groupId },
    message: `The target took the members of the group ${groupId} by PUT, does not show them, and cannot be asked for them: whether they arrived is not known, there or in other groups of this run.`,
    remedy:
      'Look at the group on the target. Where its members are missing, ask its owner whether PUT takes members, or set groups.members: patch for the target.',
  });
}
