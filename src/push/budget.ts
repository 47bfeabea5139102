/**
 * The budget: how many removals one plan may hold, judged before the first write (R19). A small population is spared the
 * percentage; the bounds can be raised, never switched off.
 */
import { BridgeError } from '../errors.js';
import type { Plan } from './plan/operation.js';

export interface Budget {
  /** Deactivations and group deletions that one plan may always hold, however small the population. */
  absolute: number;
  /** Beyond that, the share of what is on the target that may go, 1 to 100. */
  percent: number;
}

export const DEFAULT_BUDGET: Readonly<Budget> = { absolute: 5, percent: 20 };

/** A leaver takes several memberships along: one for each kind of group. */
const MEMBERSHIPS_PER_PERSON = 5;

export interface BudgetLine {
  kind: 'deactivations' | 'membership removals' | 'group deletions';
  count: number;
  /** How many there are to remove from. */
  of: number;
  /** The most that would be let through. */
  limit: number;
  exceeded: boolean;
}

export class BudgetError extends BridgeError {
  readonly lines: readonly BudgetLine[];

  constructor(plan: Plan, lines: readonly BudgetLine[]) {
    const over = lines.filter((line) => line.exceeded);
    const words = over
      .map(({ kind, count, of, limit }) => `${count} ${kind} of ${of} (limit ${limit})`)
      .join(', ');
    super('BUDGET_EXCEEDED', `The plan for ${plan.target} holds ${words}. Nothing of it was applied.`, {
      remedy:
        'Read the plan. If it is right, raise the budget of the target for this run; if not, check what Lucca shows.',
      exitCode: 3,
    });
    this.lines = lines;
  }
}

/** Counts a plan's removals against the budget. */
export function judgeBudget(plan: Plan, budget: Partial<Budget> = {}): BudgetLine[] {
  const { absolute, percent } = { ...DEFAULT_BUDGET, ...budget };
  const { operations, membersRemoved } = plan.summary;
  const line = (kind: BudgetLine['kind'], count: number, of: number, floor: number): BudgetLine => {
    const limit = Math.max(floor, Math.floor((of * percent) / 100));
    return { kind, count, of, limit, exceeded: count > limit };
  };
  const deletions = plan.operations.filter(
    (operation) => operation.kind === 'release-group' && operation.mode === 'delete',
  ).length;
  return [
    line('deactivations', operations['deactivate-user'] ?? 0, plan.population.activePeople, absolute),
    line(
      'membership removals',
      membersRemoved,
      plan.population.memberships,
      absolute * MEMBERSHIPS_PER_PERSON,
    ),
    line('group deletions', deletions, plan.population.groups, absolute),
  ];
}

/** @throws BudgetError (exit code 3) when any bound is exceeded */
export function checkBudget(plan: Plan, budget?: Partial<Budget>): void {
  const lines = judgeBudget(plan, budget);
  if (lines.some((line) => line.exceeded)) throw new BudgetError(plan, lines);
}
