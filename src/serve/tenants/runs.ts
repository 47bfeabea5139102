/** The scheduled runs of many tenants, through a queue: a bounded number at once, none of a tenant twice, each once whoever asks. */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Bridge } from '../../bridge.js';
import type { Clock } from '../../clock.js';
import type { RunsConfig } from '../../config/process-schema.js';
import type { ScheduleConfig } from '../../config/server-schema.js';
import { BridgeError } from '../../errors.js';
import type { Queues, Task } from '../../queue/queue.js';
import { type Schedule, startSchedule } from '../schedule.js';

export interface ScheduledTenant {
  name: string;
  bridge: Pick<Bridge, 'syncOnSchedule'>;
  schedule: ScheduleConfig;
}

/** A run that is due. */
export interface DueRun {
  tenant: string;
  /** The instant of the schedule, ISO; that of the new attempt when it is tried again. */
  instant: string;
  /** How often it has failed. */
  attempt: number;
}

export interface Runs {
  /** The first of all runs to come, ISO; null when there is none. */
  next(): string | null;
  waiting(): Promise<number>;
  /** Starts no more runs. Whoever closes the bridges breaks off those under way; another process takes them up. */
  stop(): void;
  /** Waits for the runs in hand. */
  close(): Promise<void>;
}

export interface RunsOptions {
  tenants: readonly ScheduledTenant[];
  queues: Queues;
  settings: RunsConfig;
  clock: Clock;
  log: Logger;
}

/** Whoever finds a run of the tenant under way comes back so much later. */
const COME_BACK_MS = 15_000;
/** A tenant that this process does not serve may be another's; after so long it is nobody's. */
const GIVE_UP_MS = 3_600_000;
const RETRY_AFTER_MS = 60_000;

export async function startRuns({ tenants, queues, settings, clock, log }: RunsOptions): Promise<Runs> {
  const queue = await queues.open<DueRun>('runs', { atOnce: settings.atOnce });
  const bridges = new Map(tenants.map(({ name, bridge }) => [name, bridge]));
  let isStopping = false;

  async function enqueue(tenant: string, instant: string): Promise<void> {
    const offset = offsetOf(tenant, settings.spreadMinutes * 60_000);
    try {
      await queue.add(taskOf({ tenant, instant, attempt: 0 }, Date.parse(instant) + offset));
    } catch (error) {
      log.error(
        { tenant, code: codeOf(error) },
        'a scheduled synchronisation could not be put into the queue',
      );
    }
  }

  async function perform(due: DueRun): Promise<Task<DueRun> | null> {
    const { tenant, instant } = due;
    const bridge = bridges.get(tenant);
    const later = () => taskOf(due, clock.now() + COME_BACK_MS);
    if (bridge === undefined) return clock.now() - Date.parse(instant) < GIVE_UP_MS ? later() : null;
    try {
      const report = await bridge.syncOnSchedule(instant, { isPatient: false });
      const error = report?.targets.find((target) => target.error !== null)?.error;
      if (error !== undefined && error !== null) throw error;
    } catch (error) {
      const code = codeOf(error);
      if (isStopping || code === 'STORE_FENCED') throw error;
      if (code === 'SYNC_UNDER_WAY') return later();
      log.error(
        { tenant, code, attempt: due.attempt, ...(code === 'UNEXPECTED' && { err: error }) },
        'the scheduled synchronisation failed',
      );
      return nextAttempt(due, settings.retries, clock.now());
    }
    // What was broken off on the way goes on in another process; what had been completed is recognised there.
    if (isStopping)
      throw new BridgeError('SYNC_INTERRUPTED', 'The process stops.', { remedy: 'None is needed.' });
    return null;
  }

  queue.work(perform);
  const schedules: Schedule[] = tenants.flatMap(({ name, schedule }) =>
    schedule === false ? [] : [startSchedule(schedule, (instant) => enqueue(name, instant))],
  );
  return {
    next: () => schedules.map((schedule) => schedule.next()).reduce(earlier, null),
    waiting: () => queue.waiting(),
    stop() {
      isStopping = true;
      for (const schedule of schedules) schedule.stop();
      queue.stop();
    },
    close: () => queue.close(),
  };
}

/**
 * The task of trying a failed run again; null after the last attempt.
 * @param now milliseconds
 */
export function nextAttempt({ tenant, attempt }: DueRun, retries: number, now: number): Task<DueRun> | null {
  if (attempt >= retries) return null;
  const startAt = now + RETRY_AFTER_MS * 4 ** attempt;
  return taskOf({ tenant, instant: new Date(startAt).toISOString(), attempt: attempt + 1 }, startAt);
}

/** The place of a tenant in a window of so many milliseconds: always the same, and spread evenly over all names. */
export function offsetOf(tenant: string, window: number): number {
  const share = createHash('sha256').update(tenant).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(share * window);
}

function taskOf(due: DueRun, at: number): Task<DueRun> {
  const startAt = new Date(at).toISOString();
  return { key: JSON.stringify(['run', due.tenant, due.instant, startAt]), data: due, startAt };
}

function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

function codeOf(error: unknown): string {
  return error instanceof BridgeError ? error.code : 'UNEXPECTED';
}
