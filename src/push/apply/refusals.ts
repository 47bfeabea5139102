/** Memberships that a target refused in one run: whether that is about single people, or about everybody (R23, R24). */
import type { Issue } from '../../errors.js';
import type { TargetError } from '../client/target-error.js';
import { noteMember } from '../plan/member-doubts.js';
import type { ApplyContext } from './context.js';

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
  /** A part of a batch that is not tried further: nothing is known of its members. */
  givenUp(groupId: string, error: TargetError): void;
  /** The same answer met several people, each alone, and nobody was taken: halving would only multiply it. */
  isHopeless(error: TargetError): boolean;
  /** Every write of the run so far that lacks a member, by group. */
  readonly left: ReadonlyMap<string, Left>;
  /** Whether all was refused, to several people and in several groups, with one answer: that is about none of them. */
  isGeneral(): boolean;
}

interface Left {
  refused: { change: MemberChange; error: TargetError }[];
  givenUp: TargetError | null;
}

/** Different people refused alike before nobody is looked for any more. */
const ENOUGH = 3;

export function createRefusals(): Refusals {
  const left = new Map<string, Left>();
  const alone = new Map<string, Set<string>>();
  let isTaken = false;
  const leftOf = (groupId: string): Left => {
    const known = left.get(groupId) ?? { refused: [], givenUp: null };
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
    givenUp(groupId, error) {
      leftOf(groupId).givenUp = error;
    },
    isHopeless: (error) => !isTaken && (alone.get(answerOf(error))?.size ?? 0) >= ENOUGH,
    isGeneral() {
      const [people, another] = alone.values();
      return !isTaken && left.size > 1 && another === undefined && (people?.size ?? 0) > 1;
    },
  };
}

function answerOf({ status, scimType }: TargetError): string {
  return `${status} ${scimType ?? ''}`;
}

/**
 * At the end of the run: who was refused is noted, so as not to be repeated in vain, unless everybody was.
 * @returns why each group's write failed, by group
 */
export async function settleRefusals(context: ApplyContext): Promise<Map<string, Issue>> {
  const { refusals, issues } = context;
  const reasons = new Map<string, Issue>();
  for (const [groupId, { refused, givenUp }] of refusals.left) {
    const [first] = refused;
    const error = givenUp ?? first?.error;
    if (error !== undefined && (givenUp !== null || refusals.isGeneral())) {
      const issue = groupIssue(groupId, error);
      issues.push(issue);
      reasons.set(groupId, issue);
    }
    if (refusals.isGeneral()) continue;
    for (const { change, error } of refused) {
      const issue = refusedIssue(groupId, change, error);
      issues.push(issue);
      if (!reasons.has(groupId)) reasons.set(groupId, issue);
      const link = context.groupLink(groupId);
      if (change.op === 'remove' || link === undefined) continue;
      const outcome = { targetId: change.targetId, outcome: 'refused' as const };
      await context.setGroupLink(groupId, noteMember(link, outcome, context.now()));
    }
  }
  return reasons;
}

function groupIssue(groupId: string, { message }: TargetError): Issue {
  return {
    code: 'GROUP_MEMBERS_REFUSED',
    severity: 'error',
    subject: { kind: 'group', id: groupId },
    message: `Memberships of the group ${groupId} were not written, and those tried alone were refused too: ${message}.`,
    remedy:
      'Nothing is held against the people: the next run tries again. Ask the owner of the target why it refuses members; where it takes them in another form, set groups.members or groups.removal.',
  };
}

function refusedIssue(groupId: string, change: MemberChange, error: TargetError): Issue {
  return {
    code: 'MEMBER_REFUSED',
    severity: 'error',
    subject: { kind: 'person', id: change.personId ?? change.targetId },
    message: `Membership in the group ${groupId} was not written: ${error.message}.`,
    remedy: 'Mend what is reported about the person; it is tried again, less often each time.',
  };
}
