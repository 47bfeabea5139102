/** How a process for many tenants is: which of them are overdue, cannot store anything, or cannot be served. Names of tenants, nothing more. */
import { basename } from 'node:path';
import type { Bridge } from '../../bridge.js';
import type { BrokenTenant } from '../../config/load-process.js';
import { FileError } from '../../config/yaml-file.js';

export interface ProcessHealth {
  status: 'ok' | 'alarm';
  /** Since when this process serves, ISO. */
  servingSince: string;
  /** How many tenants are served. */
  served: number;
  /** Names of those whose runs do not succeed. */
  overdue: string[];
  /** Those of whom nothing can be stored, and why. */
  storeFaults: { tenant: string; code: string; since: string }[];
  broken: BrokenReport[];
}

export interface BrokenReport {
  tenant: string;
  file: string;
  /** Null where the fault has no line. */
  line: number | null;
  code: string;
}

export async function judgeProcess(
  tenants: readonly { name: string; bridge: Pick<Bridge, 'health'> }[],
  broken: readonly BrokenTenant[],
  servingSince: string,
): Promise<ProcessHealth> {
  const healths = await Promise.all(
    tenants.map(async ({ name, bridge }) => ({ name, ...(await bridge.health()) })),
  );
  const overdue = healths.filter(({ status }) => status === 'overdue').map(({ name }) => name);
  const storeFaults = healths.flatMap(({ name, storeFault }) =>
    storeFault === null ? [] : [{ tenant: name, code: storeFault.code, since: storeFault.since }],
  );
  const isWell = healths.every(({ status }) => status === 'ok') && broken.length === 0;
  return {
    status: isWell ? 'ok' : 'alarm',
    servingSince,
    served: tenants.length,
    overdue,
    storeFaults,
    broken: broken.map(reportBroken),
  };
}

/** What may be told to whoever asks: no message, no folder. */
export function reportBroken({ name, file, error }: BrokenTenant): BrokenReport {
  const line = error instanceof FileError ? (error.problems[0]?.line ?? null) : null;
  return { tenant: name, file: basename(file), line, code: error.code };
}
