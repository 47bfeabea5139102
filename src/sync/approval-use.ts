/** How a push works under an approval: each part of the approved plan once (R19), however often runs break off. */
import type { OperationOutcome } from '../push/apply/apply.js';
import { type Covers, coversOf } from '../push/guard/cover.js';
import type { Linked } from '../push/plan/input.js';
import type { Operation, Plan } from '../push/plan/operation.js';
import { doneParts, partsOf } from '../push/plan-file/done.js';
import type { ApprovalRecord, Approvals, GoodApproval } from './approvals.js';

export interface ApprovalUse {
  readonly approval: ApprovalRecord;
  /** What it lets through: what the approved plan says and was not done under it before. */
  covers: Covers;
  /** Before the first operation that it lets through; durable once resolved. */
  begin(): Promise<void>;
  /**
   * Notes what was done of it. It is used up when nothing is left; what failed, or was not reached, the next run may do under it.
   * @param applied what the run was to do
   */
  end(applied: readonly Operation[], outcomes: readonly OperationOutcome[]): Promise<void>;
}

/**
 * The latest good approval of a plan that says something of what waits; null when there is none. What runs that were killed did
 * under an approval is told by our records of the target, and noted with it.
 */
export async function findApproval(
  approvals: Approvals,
  { target, operations, awaiting }: Pick<Plan, 'target' | 'operations' | 'awaiting'>,
  waiting: readonly Operation[],
  linked: Linked,
): Promise<ApprovalUse | null> {
  const uses: ApprovalUse[] = [];
  for (const good of await approvals.goodFor(target)) {
    const approval = await catchUp(approvals, good, linked);
    uses.push(createUse(approvals, { ...good, approval }, [...operations, ...awaiting]));
  }
  return uses.find(({ covers }) => waiting.some(covers)) ?? null;
}

async function catchUp(
  approvals: Approvals,
  { approval, plan }: GoodApproval,
  linked: Linked,
): Promise<ApprovalRecord> {
  if (approval.done === undefined) return approval;
  const known = new Set(approval.done);
  const done = [...plan.operations, ...plan.awaiting].flatMap((operation) => doneParts(operation, linked));
  const unknown = done.filter((part) => !known.has(part));
  return unknown.length === 0 ? approval : approvals.note(approval, [...known, ...unknown]);
}

/** @param wanted everything that the target needs at present */
function createUse(
  approvals: Approvals,
  { approval, plan }: GoodApproval,
  wanted: readonly Operation[],
): ApprovalUse {
  const before = approval.done ?? [];
  const isDone = new Set(before);
  const isSaid = coversOf(plan);
  const covers: Covers = (operation) =>
    isSaid(operation) && !partsOf(operation).some((part) => isDone.has(part));
  let begun: Promise<ApprovalRecord> | undefined;
  return {
    approval,
    covers,
    async begin() {
      begun ??= approvals.note(approval, before);
      await begun;
    },
    async end(applied, outcomes) {
      if (begun === undefined) return;
      const finished = new Set(outcomes.flatMap(({ id, state }) => (state === 'done' ? [id] : [])));
      const done = new Set(applied.filter(({ id }) => finished.has(id)).flatMap(partsOf));
      const isLeft = wanted
        .filter(covers)
        .flatMap(partsOf)
        .some((part) => !done.has(part));
      await approvals.note(await begun, isLeft ? [...before, ...done] : null);
    },
  };
}
