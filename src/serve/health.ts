/** How the bridge is, for load balancers and people: silence is an alarm (R35). No names, no ids. */
import type { ScheduleConfig } from '../config/server-schema.js';
import type { Failing } from '../push/failing.js';
import type { StoreFault } from '../store/fault-watch.js';
import type { SyncRecord } from '../sync/syncs.js';
import { overdueAt } from './schedule.js';

export interface Health {
  /** `overdue`: the schedule is on, and no run has succeeded for too long; else `alarm` while nothing can be stored or read. */
  status: 'ok' | 'overdue' | 'alarm';
  /** Since when this process serves, ISO. */
  servingSince: string;
  lastSuccess: { at: string; ageSeconds: number } | null;
  lastRun: { at: string; outcome: SyncRecord['outcome']; code: string | null } | null;
  running: boolean;
  schedule: 'on' | 'off';
  /** From when on a missing success is an alarm, ISO; null without schedule. */
  overdueAt: string | null;
  /** Why nothing can be stored or read, as far as this process has tried; null while that succeeds. */
  storeFault: StoreFault | null;
  /** What could not be written to the targets at the last run on each; null when nothing failed. */
  failing: FailingHealth | null;
}

export interface FailingHealth extends Pick<Failing, 'people' | 'groups' | 'memberships'> {
  /** The oldest of all. */
  oldest: { since: string; ageSeconds: number };
  /** It has been failing for so long that somebody has to look at it. */
  isLasting: boolean;
}

/** Longer than any target is down over a weekend, and than writes wait that are tried again every day. */
const LASTING_SECONDS = 3 * 86_400;

export interface HealthInput {
  schedule: ScheduleConfig;
  /** The latest first. */
  runs: readonly SyncRecord[];
  running: boolean;
  servingSince: string;
  storeFault: StoreFault | null;
  /** On all targets together. */
  failing: Failing;
  /** ISO instant. */
  now: string;
}

/** Without any success yet, the time counts from the start of the process. */
export function judgeHealth(input: HealthInput): Health {
  const { schedule, runs, running, servingSince, storeFault, failing, now } = input;
  const success = runs.find(({ outcome }) => outcome === 'done' || outcome === 'with-failures');
  const deadline = schedule === false ? null : overdueAt(schedule, success?.endedAt ?? servingSince);
  const [last] = runs;
  return {
    status: deadline !== null && deadline < now ? 'overdue' : storeFault !== null ? 'alarm' : 'ok',
    servingSince,
    lastSuccess: success ? { at: success.endedAt, ageSeconds: secondsBetween(success.endedAt, now) } : null,
    lastRun: last ? { at: last.endedAt, outcome: last.outcome, code: last.code } : null,
    running,
    schedule: schedule === false ? 'off' : 'on',
    overdueAt: deadline,
    storeFault,
    failing: judgeFailing(failing, now),
  };
}

/** Whoever calls the endpoint is served all the same: what fails on a target is an alarm, and no reason to answer 503. */
function judgeFailing({ since, ...counts }: Failing, now: string): FailingHealth | null {
  if (since === null) return null;
  const ageSeconds = secondsBetween(since, now);
  return { ...counts, oldest: { since, ageSeconds }, isLasting: ageSeconds > LASTING_SECONDS };
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1_000));
}
