/** Runs by the clock: a cron expression in a time zone, never two at once. */
import { Cron } from 'croner';
import type { ScheduleConfig } from '../config/server-schema.js';

export type ActiveSchedule = Exclude<ScheduleConfig, false>;

export interface Schedule {
  /** ISO instant of the next run; null when there will be none. */
  next(): string | null;
  /** ISO instant for which it was last due, also before this process started; null when there is none. */
  last(): string | null;
  stop(): void;
}

/** @param run told the instant for which it runs, ISO; never rejects; while it goes on, further runs are left out. */
export function startSchedule(
  { cron, timeZone }: ActiveSchedule,
  run: (instant: string) => Promise<void>,
): Schedule {
  const job = new Cron(cron, { timezone: timeZone, protect: true }, (self: Cron) => {
    // As the expression names it, so that every process says the same, however late its timer is.
    const [instant = new Date()] = self.previousRuns(1);
    return run(instant.toISOString());
  });
  return {
    last: () => job.previousRuns(1)[0]?.toISOString() ?? null,
    next: () => job.nextRun()?.toISOString() ?? null,
    stop: () => job.stop(),
  };
}

/**
 * The instant by which a successful run is overdue: the n-th scheduled time after `since`.
 * @param since ISO instant of the last success
 */
export function overdueAt({ cron, timeZone, alarmAfter }: ActiveSchedule, since: string): string | null {
  const times = new Cron(cron, { timezone: timeZone, paused: true }).nextRuns(alarmAfter, new Date(since));
  return times.length < alarmAfter ? null : (times.at(-1)?.toISOString() ?? null);
}
