/** What of a plan may be applied: what is within the budget, and what an approval lets through. */
import { type BudgetLine, judgeBudget, sortByBudget } from '../push/guard/budget.js';
import type { Held, Operation, Plan } from '../push/plan/operation.js';
import { type ApprovalUse, findApproval } from './approval-use.js';
import { findCauses } from './causes.js';
import type { Looked } from './look.js';
import { findSpent, keepSettled, runsOn } from './run-book.js';
import type { RunContext } from './run-context.js';
import type { RunRecord } from './state.js';
import type { PlannedTarget } from './target-run.js';

export interface Clearance {
  /** Of what no approval covers. */
  budget: BudgetLine[];
  operations: Operation[];
  /** Over budget. */
  held: Held[];
  /** Those of the operations that count against the budget of the coming days. */
  counted: Operation[];
  /** The approval under which some of them are applied. */
  use: ApprovalUse | null;
}

/** Judges a plan by its budget alone. */
export async function reviewBudget(
  context: RunContext,
  planned: PlannedTarget,
  looked: Looked,
): Promise<{ budget: BudgetLine[]; held: Held[] }> {
  const { plan, target } = planned;
  const runs = await runsOn(context.state.runs, target.name, plan.operations);
  const budget = judge(context, planned, plan, looked, runs);
  return { budget, held: sortByBudget(plan, budget).held };
}

/**
 * Clears a plan, or the part of one, for being applied. Whoever applies it begins the use of the approval before the first
 * write that this lets through.
 * @param plan all or part of what was planned for the target
 */
export async function clear(
  context: RunContext,
  planned: PlannedTarget,
  plan: Plan,
  looked: Looked,
): Promise<Clearance> {
  const runs = await runsOn(context.state.runs, planned.target.name, planned.plan.operations);
  await keepSettled(context.state.runs, runs);
  const budget = judge(context, planned, plan, looked, runs);
  const { operations, held } = sortByBudget(plan, budget);
  const waiting = [...held.map(({ operation }) => operation), ...plan.awaiting];
  const use = await findApproval(context.approvals, planned.plan, waiting, planned);
  if (use === null) return { budget, operations, held, counted: operations, use };

  const { covers } = use;
  const open = plan.operations.filter((operation) => !covers(operation));
  const rest = judge(context, planned, { ...plan, operations: open }, looked, runs);
  const sorted = sortByBudget(plan, rest, covers);
  return {
    budget: rest,
    operations: [...sorted.operations, ...plan.awaiting.filter(covers)],
    held: sorted.held,
    counted: sorted.operations.filter((operation) => !covers(operation)),
    use,
  };
}

function judge(
  { mapping, clock }: RunContext,
  { target, isReconfigured }: PlannedTarget,
  plan: Plan,
  { books }: Looked,
  runs: readonly RunRecord[],
): BudgetLine[] {
  const causes = findCauses(plan, books, mapping, isReconfigured);
  return judgeBudget(plan, target.config.budget, findSpent(runs, clock.now()), causes);
}
