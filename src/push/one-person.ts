/** The part of a plan that is about one person, so that they can be pushed alone. Pure. */
import { takeOut } from './guard/hold.js';
import { revisePlan } from './guard/revise.js';
import { type Linked, linkedId } from './plan/input.js';
import type { ChangeMembers, Operation, Plan } from './plan/operation.js';

/** What is wanted for the person and cannot be done for them alone. */
export interface LeftOver {
  /** Of the operation. */
  id: string;
  /** In words, without personal data. */
  reason: string;
}

/** The plan with this person's operations alone; what relies on other people or on groups still to be made is left. */
export function selectPerson(plan: Plan, personId: string, linked: Linked): { plan: Plan; left: LeftOver[] } {
  const { rest, out } = takeOut(plan.operations, {
    whole: ({ kind, subject }) => kind !== 'change-members' && subject !== personId,
    change: () => false,
    member: () => false,
  });
  const left: LeftOver[] = out
    .filter(({ subject }) => subject === personId)
    .map(({ id }) => ({ id, reason: 'somebody else has to give up the userName or e-mail address first' }));
  const operations: Operation[] = [];
  for (const operation of rest) {
    const own =
      operation.kind === 'change-members'
        ? membershipOf(operation, personId, linked)
        : known(operation, linked);
    if (own === null) continue;
    if (own.leaves !== undefined) left.push({ id: operation.id, reason: own.leaves });
    if (own.operation !== null) operations.push(own.operation);
  }
  for (const { id, subject } of plan.awaiting)
    if (subject === personId)
      left.push({ id, reason: 'the adoption waits for an approval of the whole plan' });
  const isOwn = ({ subject }: { subject: string }) => subject === personId;
  const about = { awaiting: [], skipped: plan.skipped.filter(isOwn), notes: plan.notes.filter(isOwn) };
  const held = plan.held.filter(({ operation }) => isOwn(operation));
  return { plan: revisePlan({ ...plan, ...about }, { operations, held }), left };
}

interface OwnPart {
  operation: Operation | null;
  /** Why it, or part of it, is left for the next full run. */
  leaves?: string;
}

/** A manager whose own account would only be made by the whole plan is left out. */
function known(operation: Operation, { links }: Linked): OwnPart {
  if (!('manager' in operation) || operation.manager === null) return { operation };
  if (linkedId(links.get(operation.manager.personId)) !== null) return { operation };
  const leaves = 'the manager is not on the target yet';
  return { leaves, operation: operation.kind === 'set-manager' ? null : { ...operation, manager: null } };
}

function membershipOf(operation: ChangeMembers, personId: string, linked: Linked): OwnPart | null {
  const targetId = linkedId(linked.links.get(personId));
  const add = operation.add.filter((id) => id === personId);
  const remove = operation.remove.filter((id) => id === targetId);
  if (add.length + remove.length === 0) return null;
  if (linkedId(linked.groupLinks.get(operation.subject)) === null)
    return { operation: null, leaves: 'the group is not on the target yet' };
  return { operation: { ...operation, add, remove, reason: add.length > 0 ? 'joins' : 'leaves' } };
}
