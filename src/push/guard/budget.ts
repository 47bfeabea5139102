/**
 * The budget (R19): how much of each kind one plan may hold, by itself and together with what earlier runs did within 7
 * days, judged before the first write. Over a bound nothing of that kind is applied; the rest of the plan is.
 */
import { BridgeError } from '../../errors.js';
import type { Operation, Plan } from '../plan/operation.js';
import { type Budget, limitsOf } from './bounds.js';
import type { Covers } from './cover.js';
import { type HoldRule, holdBack, type Sorted } from './hold.js';
import {
  BUDGET_KINDS,
  type BudgetKind,
  type Counts,
  countKinds,
  KIND_NAMES,
  kindOfChange,
  kindsOf,
  leavingAccounts,
  POPULATION_OF,
} from './kinds.js';

/** So far back earlier runs count. */
export const WINDOW_MS = 7 * 24 * 3_600_000;

export interface BudgetLine {
  kind: BudgetKind;
  /** In this plan. */
  count: number;
  /** How many there are on the target. */
  of: number;
  /** The most that one run may do. */
  limit: number;
  /** With what runs of the last 7 days did without an approval, and the most for all of them. */
  week: { count: number; limit: number };
  exceeded: boolean;
  /** What probably brought it about, in words; null when nothing is known. */
  cause: string | null;
}

/** Why a kind is probably over its bound, in words. */
export type ProbableCauses = Partial<Record<BudgetKind, string>>;

/** Counts a plan against a budget. @param spent what was applied on this target within 7 days */
export function judgeBudget(
  plan: Pick<Plan, 'operations' | 'population'>,
  budget: Budget = {},
  spent: Partial<Counts> = {},
  causes: ProbableCauses = {},
): BudgetLine[] {
  const counts = countKinds(plan.operations);
  return BUDGET_KINDS.map((kind) => {
    const count = counts[kind];
    const of = plan.population[POPULATION_OF[kind]];
    const { run: limit, week: over7Days } = limitsOf(budget, kind, of);
    const week = { count: count + (spent[kind] ?? 0), limit: over7Days };
    const exceeded = count > 0 && (count > limit || week.count > week.limit);
    return { kind, count, of, limit, week, exceeded, cause: (exceeded && causes[kind]) || null };
  });
}

/**
 * Sorts a plan by its budget: what may be applied, and everything of the kinds that are over their bounds.
 * @param isApproved operations that are let through all the same, unless they rely on one that is not
 */
export function sortByBudget(
  { operations }: Pick<Plan, 'operations'>,
  lines: readonly BudgetLine[],
  isApproved: Covers = () => false,
): Sorted {
  let sorted: Sorted = { operations: [...operations], held: [] };
  for (const line of lines) {
    if (!line.exceeded) continue;
    const rest = holdBack(sorted.operations, ofKind(line, sorted.operations, isApproved));
    sorted = { operations: rest.operations, held: [...sorted.held, ...rest.held] };
  }
  return sorted;
}

function ofKind(line: BudgetLine, operations: readonly Operation[], isApproved: Covers): HoldRule {
  const { kind } = line;
  const leaving = leavingAccounts(operations);
  const isChange = kind === 'userNameChanges' || kind === 'managerChanges';
  return {
    code: 'HELD_OVER_BUDGET',
    reason: `over budget: ${describeLine(line)}`,
    whole: (operation) => !isChange && kindsOf(operation).includes(kind) && !isApproved(operation),
    change: (operation, change) => kindOfChange(change) === kind && !isApproved(operation),
    member: (operation, targetId) =>
      kind === 'membershipRemovals' && !leaving.has(targetId) && !isApproved(operation),
  };
}

/** `6 deactivations of leavers of 9 (limit 5)`, with the cause where one is known. */
export function describeLine({ kind, count, of, limit, week, cause }: BudgetLine): string {
  const bound =
    count > limit ? `limit ${limit}` : `${week.count} with the runs of the last 7 days, limit ${week.limit}`;
  const why = cause === null ? '' : `; probably because ${cause}`;
  return `${count} ${KIND_NAMES[kind]} of ${of} (${bound}${why})`;
}

/** Exit code 3; thrown or reported once the rest of the plan has been applied. */
export class BudgetError extends BridgeError {
  readonly lines: readonly BudgetLine[];

  constructor({ target, hash }: Pick<Plan, 'target' | 'hash'>, lines: readonly BudgetLine[]) {
    const over = lines.filter(({ exceeded }) => exceeded);
    super(
      'BUDGET_EXCEEDED',
      `The plan for ${target} holds ${over.map(describeLine).join(', ')}. Nothing of that kind was applied.`,
      {
        remedy: `Read the plan. If it is right, approve it once: lucca-scim approve ${hash.slice(0, 12)}; or raise the bound. If not, check what Lucca shows.`,
        exitCode: 3,
      },
    );
    this.lines = lines;
  }
}
