/** `lucca-scim plan`: what a push would do, person by person. Writes nothing. */

import type { BridgeError } from '../errors.js';
import { describeLine } from '../push/guard/budget.js';
import { type PlanDocument, writePlanDocument } from '../push/plan-file/document.js';
import { printPlan } from '../push/print-plan.js';
import { printReconciliation } from '../push/reconcile/print.js';
import { writeWorkbook } from '../report/workbook.js';
import type { RunReport, TargetPlan } from '../sync/run.js';
import { hasFailures, printIssues, withBridge } from './context.js';
import type { Output } from './output.js';
import { writePrivateFile } from './output-file.js';

export interface ReadOptions {
  config: string;
  target?: string[];
  at?: string;
  reconcile?: boolean;
  remake?: boolean;
}

export interface PlanOptions extends ReadOptions {
  /** A file for the plan: `.xlsx` for a spreadsheet, anything else for the document that `push --plan` takes. */
  out?: string[];
}

export function plan(options: PlanOptions, output: Output): Promise<number> {
  return withBridge(options.config, output, async (bridge) => {
    const report = await bridge.plan({
      targets: options.target,
      at: options.at,
      reconcile: options.reconcile,
      remake: options.remake,
    });
    output.data({ ...reading(report), targets: report.targets.map(targetData) });
    printReading(report, output);
    for (const target of report.targets) {
      printTargetPlan(target, output);
      if (target.planReads > 0)
        output.line(`${target.target}: ${countOf(target.planReads, 'read')} sent for the plan`);
    }
    for (const file of options.out ?? []) {
      await writePrivateFile(file, await render(bridge.planDocument(report), file));
      output.line(`Written to ${file}.`);
    }
    printDoubt(report, output);
    return exitCodeOf(report);
  });
}

async function render(document: PlanDocument, file: string): Promise<string | Buffer> {
  if (file.toLowerCase().endsWith('.xlsx')) return writeWorkbook(document.plans.map((part) => part.plan));
  return writePlanDocument(document);
}

/** The part of a report that is about Lucca, for `--json`. */
export function reading({ at, directory, issues, doubt }: RunReport<TargetPlan>) {
  const { tenant, way, requests, certificate } = directory;
  return {
    at,
    lucca: { tenant, way, requests, people: directory.people, certificate },
    issues,
    doubt: inWords(doubt),
  };
}

export function targetData<T extends TargetPlan>({ error, ...target }: T) {
  return { ...target, error: inWords(error) };
}

function inWords(error: BridgeError | null) {
  return error && { code: error.code, message: error.message, remedy: error.remedy };
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

export function printTargetPlan(
  { target, plan, budget, overBudget, reconciliation, error }: TargetPlan,
  output: Output,
): void {
  output.line();
  if (reconciliation !== null) {
    for (const line of printReconciliation(target, reconciliation)) output.line(line);
    output.line();
  }
  if (plan !== null) output.line(printPlan(plan, { colour: process.stdout.isTTY }));
  for (const line of budget) if (line.exceeded) output.line(`! over budget: ${describeLine(line)}`);
  if (plan !== null && overBudget.length + plan.awaiting.length > 0)
    output.line(`    → to let it through once: lucca-scim approve ${plan.hash.slice(0, 12)}`);
  if (error !== null) {
    output.line(`✗ ${target}: ${error.code}: ${error.message}`);
    output.line(`    → ${error.remedy}`);
  }
}

/** The last lines, so that nobody takes the run for a success. */
export function printDoubt({ doubt }: RunReport<TargetPlan>, output: Output): void {
  if (doubt === null) return;
  output.line();
  output.line(`✗ Lucca: ${doubt.code}: ${doubt.message}`);
  output.line(`    → ${doubt.remedy}`);
}

/** What may keep somebody from an account: whether it does, each plan says for the people in its scope. */
const JUDGED_BY_TARGETS: ReadonlySet<string> = new Set([
  'MISSING_EMAIL',
  'MISSING_USERNAME',
  'DUPLICATE_EMAIL',
  'DUPLICATE_USERNAME',
]);

/** As in `1 read`, `2 reads`. */
export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** The worst thing that happened decides (see the exit codes of the command line). */
export function exitCodeOf({ issues, targets, doubt }: RunReport<TargetPlan>): number {
  const codes = targets.map(({ plan, error, overBudget }) => {
    if (error !== null) return error.exitCode;
    if (overBudget.length > 0) return 3;
    return plan?.skipped.some(({ severity }) => severity === 'error') ? 1 : 0;
  });
  const own = issues.filter(({ code }) => !JUDGED_BY_TARGETS.has(code));
  return Math.max(hasFailures(own) ? 1 : 0, doubt?.exitCode ?? 0, ...codes);
}
