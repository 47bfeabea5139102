/** What the commands share: a bridge made from the configuration file, a log, and the report of issues. */
import { type Bridge, createBridge } from '../bridge.js';
import { loadConfig } from '../config/load.js';
import type { Issue } from '../errors.js';
import { createLog } from './log.js';
import type { Output } from './output.js';

/** Makes the bridge of a configuration file, hands it to `work`, and closes it, whatever happens. */
export async function withBridge<T>(
  file: string,
  output: Output,
  work: (bridge: Bridge) => Promise<T>,
): Promise<T> {
  const log = createLog('warn');
  const bridge = await createBridge(loadConfig(file), { onProgress: output.onProgress, log });
  try {
    return await work(bridge);
  } finally {
    output.endProgress();
    await bridge.close();
  }
}

const MARK = { error: '✗', warning: '!', info: '·' } as const;
const SHOWN_PER_CODE = 5;

/** Issues for a person: worst first, the same code together, each with its remedy once. */
export function printIssues(issues: readonly Issue[], output: Output): void {
  const byCode = new Map<string, Issue[]>();
  for (const severity of ['error', 'warning', 'info'] as const) {
    for (const issue of issues) {
      if (issue.severity === severity) byCode.set(issue.code, [...(byCode.get(issue.code) ?? []), issue]);
    }
  }
  for (const [code, list] of byCode) {
    const [first] = list;
    if (first === undefined) continue;
    output.line(`${MARK[first.severity]} ${code} (${list.length})`);
    for (const issue of list.slice(0, SHOWN_PER_CODE)) {
      output.line(`    ${issue.subject.kind} ${issue.subject.id}: ${issue.message}`);
    }
    if (list.length > SHOWN_PER_CODE)
      output.line(`    … and ${list.length - SHOWN_PER_CODE} more (--json lists all)`);
    output.line(`    → ${first.remedy}`);
  }
}

/** True when somebody could not be done: exit code 1. */
export function hasFailures(issues: readonly Issue[]): boolean {
  return issues.some(({ severity }) => severity === 'error');
}
