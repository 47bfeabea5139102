/** Memberships that a target refused in one run: whether that is about single people, or about everybody (R23, R24). */
import type { Issue } from '../../errors.js';
import type { TargetError } from '../client/target-error.js';
import { noteMember } from '../plan/member-doubts.js';
import type { MemberOperation } from '../plan/operation.js';
import { type ApplyContext, issueOf } from './context.js';
import { fileMemberTrouble } from './trouble.js';

export interface MemberChange {
  op: 'add' | 'remove';
  targetId: string;
  /** Bridge id, where it is known. */
  personId: string | null;
}

export interface Refusals {
  /** A write of memberships was taken: whoever is refused is refused for what they are. */
  taken(): void;
  /** The target refused the change when it was sent alone. */
  refused(groupId: string, change: MemberChange, error: TargetError): void;
  /** The target took the changes without an error and did not make them. */
  unkept(groupId: string, changes: readonly MemberChange[]): void;
  /** A part of a batch that is not tried further: nothing is known of its members. */
  givenUp(groupId: string, error: TargetError): void;
  /** The same answer met several people, each alone, and nobody was taken: halving would only multiply it. */
  isHopeless(error: TargetError): boolean;
  /** Every write of the run so far that lacks a member, by group. */
  readonly left: ReadonlyMap<string, Left>;
  /**
   * Whether nobody was taken and not all were tried, or several people were refused in several groups with one answer: that is
   * about none of them.
   */
  isGeneral(): boolean;
}

interface Left {
  refused: { change: MemberChange; error: TargetError }[];
  unkept: MemberChange[];
  givenUp: TargetError | null;
}

/** Different people refused alike before nobody is looked for any more. */
const ENOUGH = 3;

export function createRefusals(): Refusals {
  const left = new Map<string, Left>();
  const alone = new Map<string, Set<string>>();
  let isTaken = false;
  const leftOf = (groupId: string): Left => {
    const known = left.get(groupId) ?? { refused: [], unkept: [], givenUp: null };
    left.set(groupId, known);
    return known;
  };
  return {
    left,
    taken() {
      isTaken = true;
    },
    refused(groupId, change, error) {
      leftOf(groupId).refused.push({ change, error });
      const answer = answerOf(error);
      alone.set(answer, (alone.get(answer) ?? new Set()).add(change.targetId));
    },
    unkept(groupId, changes) {
      if (changes.length > 0) leftOf(groupId).unkept.push(...changes);
    },
    givenUp(groupId, error) {
      leftOf(groupId).givenUp = error;
    },
    isHopeless: (error) => !isTaken && (alone.get(answerOf(error))?.size ?? 0) >= ENOUGH,
    isGeneral() {
      if (isTaken) return false;
      const groups = [...left.values()];
      if (groups.some(({ givenUp }) => givenUp !== null)) return true;
      const [people, another] = alone.values();
      const concerned = groups.filter(({ refused }) => refused.length > 0).length;
      return concerned > 1 && another === undefined && (people?.size ?? 0) > 1;
    },
  };
}

function answerOf({ status, scimType }: TargetError): string {
  return `${status} ${scimType ?? ''}`;
}

/**
 * At the end of the run: who was refused is noted, so as not to be repeated in vain; where everybody was, that their groups were.
 * @param operations those on members that were applied
 * @returns why each group's write failed, by group
 */
export async function settleRefusals(
  operations: readonly MemberOperation[],
  context: ApplyContext,
): Promise<Map<string, Issue>> {
  const { refusals, issues } = context;
  const isGeneral = refusals.isGeneral();
  const reasons = new Map<string, Issue>();
  for (const operation of operations) {
    const groupId = operation.subject;
    const left = refusals.left.get(groupId);
    if (left === undefined) continue;
    const told = reportsOf(groupId, left, isGeneral);
    issues.push(...told);
    if (told[0] !== undefined) reasons.set(groupId, told[0]);
    await keepRefusals(operation, left, isGeneral, context).catch((reason) => {
      issues.push(issueOf(reason, operation));
    });
  }
  return reasons;
}

/** What the group is refused for, apart from who in it; undefined where it is about single members. */
function errorOf({ givenUp, refused }: Left, isGeneral: boolean): TargetError | undefined {
  return givenUp ?? (isGeneral ? refused[0]?.error : undefined);
}

function reportsOf(groupId: string, left: Left, isGeneral: boolean): Issue[] {
  const error = errorOf(left, isGeneral);
  const alone = isGeneral ? [] : left.refused;
  return [
    ...(error === undefined ? [] : [groupIssue(groupId, error)]),
    ...unkeptIssues(groupId, left.unkept),
    ...alone.map((one) => refusedIssue(groupId, one.change, one.error)),
  ];
}

async function keepRefusals(
  operation: MemberOperation,
  left: Left,
  isGeneral: boolean,
  context: ApplyContext,
): Promise<void> {
  if (errorOf(left, isGeneral) !== undefined)
    await fileMemberTrouble(operation, 'GROUP_MEMBERS_REFUSED', context);
  if (isGeneral) return;
  for (const { change } of left.refused) await noteRefused(operation.subject, change, context);
}

async function noteRefused(
  groupId: string,
  { op, targetId }: MemberChange,
  context: ApplyContext,
): Promise<void> {
  const link = context.groupLink(groupId);
  if (link === undefined) return;
  const outcome = op === 'add' ? 'refused' : 'stays';
  await context.setGroupLink(groupId, noteMember(link, { targetId, outcome }, context.now()));
}

function groupIssue(groupId: string, { message }: TargetError): Issue {
  return {
    code: 'GROUP_MEMBERS_REFUSED',
    severity: 'error',
    subject: { kind: 'group', id: groupId },
    message: `Memberships of the group ${groupId} were not written, and those tried alone were refused too: ${message}.`,
    remedy:
      'Nothing is held against the people; it is tried again, less often each time. Ask the owner of the target why it refuses members; where it takes them in another form, set groups.members or groups.removal.',
  };
}

function refusedIssue(groupId: string, change: MemberChange, { message }: TargetError): Issue {
  const what = change.op === 'add' ? 'was not written' : 'was not ended';
  return {
    code: 'MEMBER_REFUSED',
    severity: 'error',
    subject: subjectOf(change),
    message: `Membership in the group ${groupId} ${what}: ${message}.`,
    remedy: 'Mend what is reported about the person; it is tried again, less often each time.',
  };
}

/** So many are named one by one. */
const NAMED = 5;

function unkeptIssues(groupId: string, changes: readonly MemberChange[]): Issue[] {
  if (changes.length > NAMED) {
    const what = `The target took ${changes.length} changes of the members of the group ${groupId} without an error, and did not make them.`;
    return [notKept({ kind: 'group', id: groupId }, what)];
  }
  return changes.map((change) => {
    const without = change.op === 'add' ? 'without' : 'still with';
    const what = `The target took a change of the members of the group ${groupId} without an error, and shows the group ${without} the person.`;
    return notKept(subjectOf(change), what);
  });
}

function notKept(subject: Issue['subject'], message: string): Issue {
  const remedy =
    'Ask the owner of the target what keeps accounts in or out of groups, and by which request members are written (groups.members); it is tried again, less often each time.';
  return { code: 'MEMBER_NOT_KEPT', severity: 'error', subject, message, remedy };
}

function subjectOf({ personId, targetId }: MemberChange): Issue['subject'] {
  return { kind: 'person', id: personId ?? targetId };
}
