/** Memberships as deltas against our own ledger (R23). */
import { noteAt } from '../reconcile/notes.js';
import type { Draft } from './draft.js';
import type { GroupPlan } from './groups.js';
import { linkedId } from './input.js';
import { doubtAbout, sinceOf, waitsUntil } from './member-doubts.js';
import { labelOf } from './names.js';
import type { ChangeMembers, WaitingMembers } from './operation.js';

export function planMembers(present: GroupPlan['present'], draft: Draft): ChangeMembers[] {
  const operations: ChangeMembers[] = [];
  for (const { group, label, ledger } of present) {
    const held = new Set(ledger);
    const wanted = new Set<string>();
    const add: string[] = [];
    const waiting: WaitingMembers = { add: [], remove: [] };
    const lost = new Set(lostMembers(group.id, draft));
    let returns = 0;
    for (const personId of group.members) {
      if (draft.desired.get(personId)?.inScope !== true) continue;
      const targetId = targetIdOf(personId, draft);
      if (targetId === undefined) continue;
      if (targetId !== null) wanted.add(targetId);
      if (targetId !== null && held.has(targetId)) continue;
      const isPutOff = targetId !== null && isRefused(personId, targetId, group.id, draft);
      (isPutOff ? waiting.add : add).push(personId);
      if (isPutOff) continue;
      if (targetId !== null && lost.has(targetId)) returns += 1;
    }
    const remove: string[] = [];
    for (const targetId of ledger) {
      const personId = draft.taken.get(targetId);
      if (wanted.has(targetId) || !mayRemove(personId, draft)) continue;
      (isHeldFast(personId, targetId, group.id, draft) ? waiting.remove : remove).push(targetId);
    }
    if (add.length === 0 && remove.length === 0) continue;
    operations.push({
      id: `change-members:${group.id}`,
      kind: 'change-members',
      subject: group.id,
      label,
      reason: reasonFor(add.length - returns, returns, remove.length),
      changes: [],
      add,
      remove,
      ...whereAny(waiting),
    });
  }
  return operations;
}

/** For an operation: nothing where nobody waits. */
export function whereAny(waiting: WaitingMembers): { waiting?: WaitingMembers } {
  return waiting.add.length + waiting.remove.length === 0 ? {} : { waiting };
}

/** Null: gets its id while the plan is applied; undefined: not on the target, and not about to be. */
function targetIdOf(personId: string, draft: Draft): string | null | undefined {
  return linkedId(draft.input.links.get(personId)) ?? draft.arriving.get(personId);
}

/** Nobody is taken out of a group because a reading did not show them: unknown is not "no member" (R5). */
function mayRemove(personId: string | undefined, draft: Draft): personId is string {
  if (draft.input.mode === 'upsert-only') return false;
  return personId !== undefined && draft.desired.has(personId) && !draft.input.missing.has(personId);
}

function reasonFor(joins: number, returns: number, leaves: number): string {
  const parts = [
    joins > 0 ? `${joins} join` : '',
    returns > 0 ? `${returns} join again: changed on the target` : '',
    leaves > 0 ? `${leaves} leave` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Target ids of members whom a reconciliation saw to be missing from the group. */
function lostMembers(groupId: string, { input }: Draft): string[] {
  const link = input.groupLinks.get(groupId);
  const note = link === undefined ? undefined : noteAt(link, 'members');
  return note?.verb === 'overwrite' && Array.isArray(note.shown) ? note.shown.map(String) : [];
}

/** Whether the target lately refused to take the member. */
function isRefused(personId: string, targetId: string, groupId: string, draft: Draft): boolean {
  return isWaiting({ personId, targetId, groupId, verb: 'refused' }, draft);
}

/** Whether the target lately refused to let the member go. @param personId where the account is a person's still */
export function isHeldFast(
  personId: string | undefined,
  targetId: string,
  groupId: string,
  draft: Draft,
): boolean {
  return isWaiting({ personId, targetId, groupId, verb: 'stays' }, draft);
}

interface Membership {
  personId: string | undefined;
  targetId: string;
  groupId: string;
  verb: keyof typeof WHAT_WAS_REFUSED;
}

const WHAT_WAS_REFUSED = {
  refused: 'refused the person as a member of the group, or did not keep them,',
  stays: 'did not let the person go from the group, where they still are,',
};

function isWaiting({ personId, targetId, groupId, verb }: Membership, draft: Draft): boolean {
  const link = draft.input.groupLinks.get(groupId);
  const doubt = link === undefined ? undefined : doubtAbout(link, targetId);
  const until = waitsUntil(doubt, verb, draft.input.now);
  if (doubt === undefined || until === null) return false;
  const times = doubt.times === 1 ? 'once' : `${doubt.times} times in a row`;
  draft.notes.push({
    code: 'WAITING_AFTER_FAILURE',
    severity: 'warning',
    kind: 'person',
    subject: personId ?? targetId,
    label: labelOf(draft.desired.get(personId ?? '')?.resource, personId ?? targetId),
    message: `The target ${WHAT_WAS_REFUSED[verb]} ${times} (group ${groupId}); it is tried again after ${until}.`,
    remedy:
      verb === 'refused'
        ? 'Ask the owner of the target what keeps this account out of groups.'
        : 'Take the account out of the group on the target by hand, and ask its owner what keeps it there.',
    waits: { for: 'membership', group: groupId, member: targetId, since: sinceOf(doubt) },
  });
  return true;
}
