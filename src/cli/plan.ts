/** `lucca-scim plan`: what a push would do, person by person. Writes nothing. */

import { printPlan } from '../push/print-plan.js';
import type { RunReport, TargetPlan } from '../sync/run.js';
import { hasFailures, printIssues, withBridge } from './context.js';
import type { Output } from './output.js';

export interface PlanOptions {
  config: string;
  target?: string[];
  at?: string;
}

export function plan(options: PlanOptions, output: Output): Promise<number> {
  return withBridge(options.config, output, async (bridge) => {
    const report = await bridge.plan({ targets: options.target, at: options.at });
    output.data({ ...reading(report), targets: report.targets.map(targetData) });
    printReading(report, output);
    for (const target of report.targets) printTargetPlan(target, output);
    return exitCodeOf(report);
  });
}

/** The part of a report that is about Lucca, for `--json`. */
export function reading({ at, directory, issues }: RunReport<TargetPlan>) {
  const { tenant, way, requests, certificate } = directory;
  return {
    at,
    lucca: { tenant, way, requests, people: directory.people, certificate },
    issues,
  };
}

export function targetData<T extends TargetPlan>({ error, ...target }: T) {
  return { ...target, error: error && { code: error.code, message: error.message, remedy: error.remedy } };
}

export function printReading({ directory, issues }: RunReport<TargetPlan>, output: Output): void {
  const { certificate, people, requests, tenant } = directory;
  output.line(`Read ${people} people from ${tenant} in ${requests} requests.`);
  if (!certificate.complete) {
    output.line('The reading did not prove complete: nothing will be removed on the strength of it.');
    for (const { name, faults } of certificate.collections)
      for (const fault of faults) output.line(`  ! ${name}: ${fault}`);
  }
  printIssues(issues, output);
}

export function printTargetPlan({ target, plan, budget, error }: TargetPlan, output: Output): void {
  output.line();
  if (plan !== null) output.line(printPlan(plan, { colour: process.stdout.isTTY }));
  for (const { kind, count, of, limit, exceeded } of budget) {
    if (exceeded)
      output.line(`! over budget: ${count} ${kind} of ${of}, limit ${limit}; a push would refuse`);
  }
  if (error !== null) {
    output.line(`✗ ${target}: ${error.code}: ${error.message}`);
    output.line(`    → ${error.remedy}`);
  }
}

/** What may keep somebody from an account: whether it does, each plan says for the people in its scope. */
const JUDGED_BY_TARGETS: ReadonlySet<string> = new Set([
  'MISSING_EMAIL',
  'MISSING_USER_NAME',
  'DUPLICATE_EMAIL',
  'DUPLICATE_USER_NAME',
]);

/** The worst thing that happened decides (see the exit codes of the command line). */
export function exitCodeOf({ issues, targets }: RunReport<TargetPlan>): number {
  const codes = targets.map(({ plan, error, budget }) => {
    if (error !== null) return error.exitCode;
    if (budget.some(({ exceeded }) => exceeded)) return 3;
    return plan?.skipped.some(({ severity }) => severity === 'error') ? 1 : 0;
  });
  const own = issues.filter(({ code }) => !JUDGED_BY_TARGETS.has(code));
  return Math.max(hasFailures(own) ? 1 : 0, ...codes);
}
