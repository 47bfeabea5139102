/**
 * Whole synchronisations: Lucca read, joined, stored, and pushed to every target. Never two at once, and each leaves a record
 * that says how it ended, whatever happened.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { BridgeError } from '../errors.js';
import type { Collection, StoredRecord } from '../store/store.js';
import type { RunReport, TargetPush } from './run.js';

/** Who asked for it: the clock, an admin, or the program that embeds the bridge. */
export type SyncTrigger = 'schedule' | 'admin' | 'call';

/**
 * `done`; `with-failures`: single people or groups failed; `failed`: Lucca could not be read, or a target was not brought up to
 * date; `interrupted`: stopped on the way, the next one goes on.
 */
export type SyncOutcome = 'done' | 'with-failures' | 'failed' | 'interrupted';

/** One synchronisation, in numbers and codes. Ids ascend in time. */
export interface SyncRecord extends StoredRecord {
  trigger: SyncTrigger;
  /** ISO instants. */
  startedAt: string;
  endedAt: string;
  outcome: SyncOutcome;
  /** Code of the error that ended it; null when none did. */
  code: string | null;
  /** People whom Lucca showed. */
  people: number;
  targets: SyncedTarget[];
}

export interface SyncedTarget {
  target: string;
  /** Code of the error that kept the target from being brought up to date. */
  code: string | null;
  done: number;
  failed: number;
  notReached: number;
}

export interface RunningSync {
  id: string;
  trigger: SyncTrigger;
  startedAt: string;
}

export interface Syncs {
  /** @throws BridgeError SYNC_UNDER_WAY */
  start(trigger: SyncTrigger): RunningSync & { done: Promise<RunReport<TargetPush>> };
  /** The one under way. */
  readonly running: RunningSync | null;
  /** The latest first. */
  list(limit?: number): Promise<SyncRecord[]>;
  /** Lets the one under way reach a safe point, and starts no other. */
  stop(): Promise<void>;
}

export interface SyncsOptions {
  run: (signal: AbortSignal) => Promise<RunReport<TargetPush>>;
  records: Collection<SyncRecord>;
  clock: Clock;
  log: Logger;
}

/** So many records are kept. */
const KEPT = 500;

export function createSyncs({ run, records, clock, log }: SyncsOptions): Syncs {
  const stopping = new AbortController();
  let running: RunningSync | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const iso = () => new Date(clock.now()).toISOString();

  async function perform(sync: RunningSync): Promise<RunReport<TargetPush>> {
    try {
      const report = await run(stopping.signal);
      await note(sync, judge(report, stopping.signal.aborted));
      return report;
    } catch (error) {
      const outcome = stopping.signal.aborted ? 'interrupted' : 'failed';
      await note(sync, { outcome, code: codeOf(error), people: 0, targets: [] });
      throw error;
    } finally {
      running = null;
    }
  }

  async function note({ id, trigger, startedAt }: RunningSync, ended: SyncResult): Promise<void> {
    log.info({ sync: id, trigger, outcome: ended.outcome, code: ended.code }, 'synchronisation ended');
    try {
      await records.put([{ id, version: 0, trigger, startedAt, endedAt: iso(), ...ended }]);
      const ids: string[] = [];
      for await (const record of records.list()) ids.push(record.id);
      await records.delete(ids.slice(0, -KEPT));
    } catch (error) {
      log.error({ sync: id, code: codeOf(error) }, 'the end of a synchronisation could not be stored');
    }
  }

  return {
    start(trigger) {
      if (running !== null || stopping.signal.aborted) throw underWay(running);
      const startedAt = iso();
      const sync = { id: `${startedAt} ${randomUUID().slice(0, 8)}`, trigger, startedAt };
      running = sync;
      const done = perform(sync);
      last = done.catch(() => {});
      return { ...sync, done };
    },
    get running() {
      return running;
    },
    async list(limit = KEPT) {
      const found: SyncRecord[] = [];
      for await (const record of records.list()) found.push(record);
      return found.reverse().slice(0, limit);
    },
    async stop() {
      stopping.abort();
      await last;
    },
  };
}

type SyncResult = Pick<SyncRecord, 'outcome' | 'code' | 'people' | 'targets'>;

function judge(report: RunReport<TargetPush>, isStopping: boolean): SyncResult {
  const targets = report.targets.map(({ target, error, result }): SyncedTarget => {
    const { done = 0, failed = 0, notReached = 0, stopped = null } = result ?? {};
    return { target, code: (error ?? stopped)?.code ?? null, done, failed, notReached };
  });
  const code = targets.find((target) => target.code !== null)?.code ?? null;
  const hasFailures =
    targets.some(({ failed }) => failed > 0) || report.issues.some(({ severity }) => severity === 'error');
  const isCut = isStopping && targets.some(({ notReached }) => notReached > 0);
  const outcome = isCut ? 'interrupted' : code !== null ? 'failed' : hasFailures ? 'with-failures' : 'done';
  return { outcome, code, people: report.directory.people, targets };
}

function codeOf(error: unknown): string {
  return error instanceof BridgeError ? error.code : 'UNEXPECTED';
}

function underWay(running: RunningSync | null): BridgeError {
  const what =
    running === null
      ? 'The bridge is stopping.'
      : `A synchronisation has been under way since ${running.startedAt}.`;
  return new BridgeError('SYNC_UNDER_WAY', what, {
    remedy: 'Wait until it has ended: GET /admin/runs shows it. There are never two at once.',
  });
}
