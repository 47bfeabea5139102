/** A plan with other operations in it: the counts and the hash follow. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../json.js';
import {
  type AdoptUser,
  isMemberOperation,
  type Operation,
  type OperationKind,
  type Plan,
  type PlanSummary,
} from '../plan/operation.js';

/** The plan with other operations and what a guard holds back of them. */
export function revisePlan(plan: Plan, change: Pick<Plan, 'operations' | 'held'>): Plan {
  const counts = countOperations(change.operations);
  return {
    ...plan,
    ...change,
    summary: { ...plan.summary, ...counts, held: change.held.length },
    hash: hashPlan(plan.target, change.operations, plan.awaiting),
  };
}

export function countOperations(
  operations: readonly Operation[],
): Pick<PlanSummary, 'operations' | 'membersAdded' | 'membersRemoved'> {
  const kinds: Partial<Record<OperationKind, number>> = {};
  let membersAdded = 0;
  let membersRemoved = 0;
  for (const operation of operations) {
    kinds[operation.kind] = (kinds[operation.kind] ?? 0) + 1;
    if (operation.kind === 'change-members') membersAdded += operation.add.length;
    if (isMemberOperation(operation)) membersRemoved += operation.remove.length;
  }
  return { operations: kinds, membersAdded, membersRemoved };
}

/** The instant, and the words meant for people, are left out: they change nothing that would be done. */
export function hashPlan(
  target: string,
  operations: readonly Operation[],
  awaiting: readonly AdoptUser[],
): string {
  const hash = createHash('sha256').update(target);
  for (const operation of [...operations, ...awaiting]) hash.update(formOf(operation));
  return hash.digest('hex');
}

/** What an operation does, as text: two operations that do the same have the same. */
export function formOf({ label: _label, reason: _reason, ...operation }: Operation): string {
  const { waiting: _waiting, ...form } = operation as typeof operation & { waiting?: unknown };
  return canonicalJson(form);
}
