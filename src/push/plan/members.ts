/** Memberships as deltas against our own ledger (R23). */
import { noteAt } from '../reconcile/notes.js';
import type { Draft } from './draft.js';
import type { GroupPlan } from './groups.js';
import { linkedId } from './input.js';
import { doubtAbout, waitsUntil } from './member-doubts.js';
import { labelOf } from './names.js';
import type { ChangeMembers } from './operation.js';

export function planMembers(present: GroupPlan['present'], draft: Draft): ChangeMembers[] {
  const operations: ChangeMembers[] = [];
  const personOf = lazily(() => peopleByTargetId(draft));
  for (const { group, label, ledger } of present) {
    const held = new Set(ledger);
    const wanted = new Set<string>();
    const add: string[] = [];
    const lost = new Set(lostMembers(group.id, draft));
    let returns = 0;
    for (const personId of group.members) {
      if (draft.desired.get(personId)?.inScope !== true) continue;
      const targetId = targetIdOf(personId, draft);
      if (targetId === undefined) continue;
      if (targetId !== null) wanted.add(targetId);
      if (targetId !== null && (held.has(targetId) || isWaiting(personId, targetId, group.id, draft)))
        continue;
      add.push(personId);
      if (targetId !== null && lost.has(targetId)) returns += 1;
    }
    const remove = ledger.filter(
      (targetId) => !wanted.has(targetId) && mayRemove(personOf().get(targetId), draft),
    );
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
    });
  }
  return operations;
}

/** Null: gets its id while the plan is applied; undefined: not on the target, and not about to be. */
function targetIdOf(personId: string, draft: Draft): string | null | undefined {
  return linkedId(draft.input.links.get(personId)) ?? draft.arriving.get(personId);
}

/** Nobody is taken out of a group because a reading did not show them: unknown is not "no member" (R5). */
function mayRemove(personId: string | undefined, draft: Draft): boolean {
  if (draft.input.mode === 'upsert-only') return false;
  return personId !== undefined && draft.desired.has(personId) && !draft.input.missing.has(personId);
}

function peopleByTargetId(draft: Draft): Map<string, string> {
  const people = new Map<string, string>();
  for (const [personId, link] of draft.input.links) {
    const targetId = linkedId(link);
    if (targetId !== null) people.set(targetId, personId);
  }
  return people;
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
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

/** Whether the target refused the member lately. */
function isWaiting(personId: string, targetId: string, groupId: string, draft: Draft): boolean {
  const link = draft.input.groupLinks.get(groupId);
  const doubt = link === undefined ? undefined : doubtAbout(link, targetId);
  const until = waitsUntil(doubt, draft.input.at);
  if (doubt === undefined || until === null) return false;
  const times = doubt.times === 1 ? 'once' : `${doubt.times} times in a row`;
  draft.notes.push({
    code: 'WAITING_AFTER_FAILURE',
    severity: 'warning',
    kind: 'person',
    subject: personId,
    label: labelOf(draft.desired.get(personId)?.resource, personId),
    message: `The target refused the person as a member of the group ${groupId}, or did not keep them, ${times}; it is tried again after ${until}.`,
    remedy: 'Ask the owner of the target what keeps this account out of groups.',
  });
  return true;
}
