/** `lucca-scim push`: read Lucca, plan, and write to the targets. */
import type { TargetPush } from '../sync/run.js';
import { printIssues, withBridge } from './context.js';
import type { Output } from './output.js';
import { exitCodeOf, type PlanOptions, printReading, printTargetPlan, reading, targetData } from './plan.js';

export function push(options: PlanOptions, output: Output): Promise<number> {
  return withBridge(options.config, output, async (bridge) => {
    const interrupted = new AbortController();
    const stop = () => interrupted.abort();
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const report = await bridge
      .push({ targets: options.target, at: options.at, signal: interrupted.signal })
      .finally(() => process.off('SIGINT', stop).off('SIGTERM', stop));
    output.data({ ...reading(report), targets: report.targets.map(targetData) });
    printReading(report, output);
    for (const target of report.targets) {
      printTargetPlan(target, output);
      printResult(target, output);
    }
    const failed = report.targets.some(
      ({ result }) => result !== null && result.failed + result.notReached > 0,
    );
    return Math.max(exitCodeOf(report), failed ? 1 : 0);
  });
}

function printResult({ target, result }: TargetPush, output: Output): void {
  if (result === null) return;
  const { done, failed, notReached, writes, reads, issues } = result;
  const rest = notReached > 0 ? `, ${notReached} left for the next run` : '';
  output.line(`${target}: ${done} done, ${failed} failed${rest}; ${writes} writes and ${reads} reads sent`);
  printIssues(issues, output);
}
