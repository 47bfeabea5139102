/** `lucca-scim push`: read Lucca, plan, and write to the targets; everything, an earlier plan, or one person. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Bridge } from '../bridge.js';
import { BridgeError, type Issue } from '../errors.js';
import type { Failing } from '../push/failing.js';
import { type PlanDocument, readPlanDocument } from '../push/plan-file/document.js';
import type { PersonSteps } from '../sync/one-person.js';
import type { RunReport, TargetPush } from '../sync/run.js';
import { printIssues, withBridge } from './context.js';
import type { Output } from './output.js';
import { printPersonSteps, printPersonTarget } from './person-steps.js';
import {
  countOf,
  exitCodeOf,
  printDoubt,
  printReading,
  printTargetPlan,
  type ReadOptions,
  reading,
  targetData,
} from './plan.js';

export interface PushCommandOptions extends ReadOptions {
  /** A file that `plan --out` wrote, or the hash of a stored plan. */
  plan?: string;
  person?: string;
  ahead?: boolean;
}

export function push(options: PushCommandOptions, output: Output): Promise<number> {
  refuseBoth(options);
  return withBridge(options.config, output, async (bridge) => {
    const interrupted = new AbortController();
    const stop = () => interrupted.abort();
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const { person, at, ahead, reconcile, remake, target: targets } = options;
    const plan = options.plan === undefined ? undefined : await openPlan(options.plan, options, bridge);
    const report = await bridge
      .push({ targets, at, ahead, person, plan, reconcile, remake, signal: interrupted.signal })
      .finally(() => process.off('SIGINT', stop).off('SIGTERM', stop));
    output.data({
      ...reading(report),
      ...(report.person === undefined ? {} : { person: report.person }),
      targets: report.targets.map(targetData),
    });
    // Whoever asks for one person is not told of all the others.
    const asked =
      report.person === undefined
        ? report
        : { ...report, issues: issuesOf(report.person, report), doubt: null };
    printReading(asked, output);
    if (report.person !== undefined) printPersonSteps(report.person, output);
    for (const target of report.targets) {
      if (report.person !== undefined) printPersonTarget(target, output);
      else printTargetPlan(target, output);
      printResult(target, output);
    }
    printDoubt(asked, output);
    const failed = report.targets.some(
      ({ result }) => result !== null && result.failed + result.notReached > 0,
    );
    return Math.max(exitCodeOf(asked), failed ? 1 : 0);
  });
}

function issuesOf({ id, luccaId }: PersonSteps, { issues }: RunReport<TargetPush>): Issue[] {
  return issues.filter(
    ({ subject }) => subject.kind === 'person' && (subject.id === id || subject.id === luccaId),
  );
}

function refuseBoth({ plan, person }: PushCommandOptions): void {
  if (plan === undefined || person === undefined) return;
  throw new BridgeError('USAGE', 'A push is for an earlier plan or for one person, not for both.', {
    remedy: 'As in: lucca-scim push --plan plan.json; or lucca-scim push --person 4711',
    exitCode: 2,
  });
}

async function openPlan(
  name: string,
  { target }: Pick<ReadOptions, 'target'>,
  bridge: Bridge,
): Promise<PlanDocument> {
  if (!existsSync(name)) return bridge.storedPlan(name, target?.[0]);
  return readPlanDocument(await readFile(name, 'utf8'));
}

function printResult({ target, planReads, result, stale, approvedBy }: TargetPush, output: Output): void {
  if (result === null) return;
  const { done, failed, skipped, notReached, writes, reads, issues } = result;
  const idle = skipped > 0 ? `, ${skipped} skipped` : '';
  const rest = notReached > 0 ? `, ${notReached} left for the next run` : '';
  const forPlan = planReads > 0 ? `, and ${countOf(planReads, 'read')} for the plan before` : '';
  if (approvedBy !== null) output.line(`${target}: approved by ${approvedBy.by} at ${approvedBy.at}`);
  output.line(
    `${target}: ${done} done, ${failed} failed${idle}${rest}; ${countOf(writes, 'write')} and ${countOf(reads, 'read')} sent${forPlan}`,
  );
  const failing = describeFailing(result.failing);
  if (failing !== null) output.line(`    ${failing}`);
  for (const { id, label, reason } of stale) output.line(`    stale: ${label} (${id}): ${reason}`);
  printIssues(issues, output);
}

/** Null when nothing fails. */
function describeFailing({ people, groups, memberships, since }: Failing): string | null {
  if (since === null) return null;
  const counts = [
    [people, people === 1 ? '1 person' : `${people} people`],
    [groups, countOf(groups, 'group')],
    [memberships, countOf(memberships, 'membership')],
  ] as const;
  const what = counts.flatMap(([count, words]) => (count === 0 ? [] : [words]));
  return `still failing there: ${what.join(', ')}; the oldest since ${since.slice(0, 10)}`;
}
