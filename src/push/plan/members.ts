/** Memberships as deltas against our own ledger (R23). */
import type { Draft } from './draft.js';
import type { GroupPlan } from './groups.js';
import { linkedId } from './input.js';
import type { ChangeMembers } from './operation.js';

export function planMembers(present: GroupPlan['present'], draft: Draft): ChangeMembers[] {
  const operations: ChangeMembers[] = [];
  const personOf = lazily(() => peopleByTargetId(draft));
  for (const { group, label, ledger } of present) {
    const held = new Set(ledger);
    const wanted = new Set<string>();
    const add: string[] = [];
    for (const personId of group.members) {
      if (draft.desired.get(personId)?.inScope !== true) continue;
      const targetId = targetIdOf(personId, draft);
      if (targetId !== null && targetId !== undefined) wanted.add(targetId);
      if (targetId === null || (targetId !== undefined && !held.has(targetId))) add.push(personId);
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
      reason: reasonFor(add.length, remove.length),
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

function reasonFor(joins: number, leaves: number): string {
  const parts = [joins > 0 ? `${joins} join` : '', leaves > 0 ? `${leaves} leave` : ''];
  return parts.filter((part) => part !== '').join(', ');
}
