/** The kinds of removals and mass changes that have a bound of their own (R19), and how a plan is counted by them. Pure. */

import { isMemberOperation, isPersonOperation, type Operation, type Population } from '../plan/operation.js';
import type { Change } from '../shape/diff.js';
import { isManagerPath } from './hold.js';

export const BUDGET_KINDS = [
  'leavers',
  'outOfScope',
  'accountDeletions',
  'membershipRemovals',
  'userNameChanges',
  'managerChanges',
  'groupDeletions',
] as const;

export type BudgetKind = (typeof BUDGET_KINDS)[number];

export type Counts = Record<BudgetKind, number>;

/** As a message names them. */
export const KIND_NAMES: Readonly<Record<BudgetKind, string>> = {
  leavers: 'deactivations of leavers',
  outOfScope: 'deactivations of people whose contract has not ended',
  accountDeletions: 'deletions of accounts',
  membershipRemovals: 'membership removals',
  userNameChanges: 'changes of userName or e-mail',
  managerChanges: 'changes of manager',
  groupDeletions: 'deletions of groups',
};

/** What of the population a kind takes its percentage of. */
export const POPULATION_OF: Readonly<Record<BudgetKind, keyof Population>> = {
  leavers: 'activePeople',
  outOfScope: 'activePeople',
  accountDeletions: 'activePeople',
  membershipRemovals: 'memberships',
  userNameChanges: 'activePeople',
  managerChanges: 'activePeople',
  groupDeletions: 'groups',
};

/** How many of each kind some operations hold. */
export function countKinds(operations: readonly Operation[]): Counts {
  const counts = Object.fromEntries(BUDGET_KINDS.map((kind) => [kind, 0])) as Counts;
  const leaving = leavingAccounts(operations);
  for (const operation of operations) {
    for (const kind of kindsOf(operation)) counts[kind] += 1;
    if (isMemberOperation(operation))
      counts.membershipRemovals += operation.remove.filter((id) => !leaving.has(id)).length;
  }
  return counts;
}

/**
 * Target ids of the accounts that some operations make inactive. Their memberships go with them and are not counted again:
 * the person is.
 */
export function leavingAccounts(operations: readonly Operation[]): Set<string> {
  return new Set(
    operations.flatMap((operation) =>
      operation.kind === 'deactivate-user' && operation.targetId !== null ? [operation.targetId] : [],
    ),
  );
}

/** The kinds under which an operation counts once, memberships apart. */
export function kindsOf(operation: Operation): BudgetKind[] {
  const kinds = new Set<BudgetKind>();
  if (operation.kind === 'deactivate-user') {
    const { mode, cause } = operation;
    kinds.add(mode === 'delete' ? 'accountDeletions' : cause === 'contract-ended' ? 'leavers' : 'outOfScope');
  } else if (operation.kind === 'release-group' && operation.mode === 'delete') {
    kinds.add('groupDeletions');
  } else if (isPersonOperation(operation)) {
    for (const change of operation.changes) {
      const kind = kindOfChange(change);
      if (kind !== null) kinds.add(kind);
    }
  }
  return [...kinds];
}

/** Only a value that was there before can be lost: filling a gap is no mass change. */
export function kindOfChange({ path, before }: Change): 'userNameChanges' | 'managerChanges' | null {
  if (before === undefined) return null;
  if (path === 'userName' || path === 'emails') return 'userNameChanges';
  return isManagerPath(path) ? 'managerChanges' : null;
}
