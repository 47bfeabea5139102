/** Reasons that only one reading could tell: what Lucca said before is known while it changes, and not any more afterwards. */
import type { DeactivateUser, Operation, Plan } from '../push/plan/operation.js';
import { LEFT_SCOPE } from '../push/plan/standing.js';
import type { PlanArchive } from './plan-archive.js';
import type { PlannedTarget } from './target-run.js';

/** Whether somebody leaves the scope for a reason that is known by now, and may not be in the next run. */
export function isExplained(operation: Operation): operation is DeactivateUser {
  return leavesScope(operation) && operation.reason.includes(`${LEFT_SCOPE}: `);
}

/** A plan in which whoever left the scope earlier, and is still to be deactivated, does so for the reason given then. */
export async function recallReasons(
  { plan, links }: Pick<PlannedTarget, 'plan' | 'links'>,
  archive: Pick<PlanArchive, 'list' | 'open'>,
): Promise<Plan> {
  const open = new Set(plan.operations.flatMap((one) => (isUnexplained(one) ? [one.subject] : [])));
  if (open.size === 0) return plan;
  const reasons = new Map<string, string>();
  for (const stored of await archive.list()) {
    if (stored.target !== plan.target || reasons.size === open.size) continue;
    for (const operation of (await archive.open(stored)).plans.flatMap((part) => part.plan.operations)) {
      const { subject, reason } = operation;
      if (!isExplained(operation) || !open.has(subject) || reasons.has(subject)) continue;
      // What was written since has settled what was planned then.
      if (stored.madeAt >= (links.get(subject)?.at ?? '')) reasons.set(subject, reason);
    }
  }
  const operations = plan.operations.map((operation) => {
    const reason = isUnexplained(operation) ? reasons.get(operation.subject) : undefined;
    return reason === undefined ? operation : { ...operation, reason };
  });
  return { ...plan, operations };
}

function isUnexplained(operation: Operation): boolean {
  return leavesScope(operation) && !isExplained(operation);
}

function leavesScope(operation: Operation): operation is DeactivateUser {
  return operation.kind === 'deactivate-user' && operation.cause === 'left-scope';
}
