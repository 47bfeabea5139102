/**
 * Whole synchronisations: Lucca read, joined, stored, and pushed to every target. Never two at once, and each leaves a record
 * that says how it ended, whatever happened.
 */

import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { BridgeError } from '../errors.js';
import { isHeldBack } from '../push/client/target-error.js';
import { readAll } from '../store/read-all.js';
import type { Collection, Store, StoredRecord, Term } from '../store/store.js';
import { type BegunSync, isBegun, noteBegun } from './begun.js';
import { runsElsewhere } from './leading.js';
import type { RunReport, TargetPush } from './run.js';

/** Who asked for it: the clock, an admin, or the program that embeds the bridge. */
export type SyncTrigger = 'schedule' | 'admin' | 'call';

/**
 * `done`; `with-failures`: single people or groups failed, or wait because a target asks to wait; `failed`: Lucca could not be
 * read, or a target was not brought up to date; `interrupted`: stopped on the way, the next one goes on.
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
  /** @throws BridgeError SYNC_UNDER_WAY, also while another process on the same state runs */
  start(trigger: SyncTrigger): Promise<RunningSync & { done: Promise<RunReport<TargetPush>> }>;
  /**
   * What the clock of every process starts at one instant: one of them does it, the others wait until it is done, or take over.
   * @param instant ISO
   * @param options.isPatient false: whoever finds another process at work comes again by himself
   * @param options.onlyBegun true: only goes on with one that was begun and broken off
   * @returns null when another process did it, or nobody began it
   * @throws BridgeError SYNC_UNDER_WAY while this process does another, or, without patience, another one does
   */
  startOnSchedule(instant: string, options?: Patience): Promise<RunReport<TargetPush> | null>;
  /** @throws BridgeError SYNC_UNDER_WAY, for what must not happen beside one */
  refuseWhileRunning(): void;
  /** The one under way. */
  readonly running: RunningSync | null;
  /** The latest first. */
  list(limit?: number): Promise<SyncRecord[]>;
  /** Lets the one under way reach a safe point, and starts no other. */
  stop(): Promise<void>;
}

export interface Patience {
  isPatient?: boolean;
  onlyBegun?: boolean;
}

export interface SyncsOptions {
  /** Begins to lead; null while another process does. */
  lead: () => Promise<Term | null>;
  run: (term: Term, signal: AbortSignal) => Promise<RunReport<TargetPush>>;
  recordsIn: (store: Pick<Store, 'collection'>) => Collection<SyncRecord>;
  begunIn: (store: Pick<Store, 'collection'>) => Collection<BegunSync>;
  store: Pick<Store, 'collection'>;
  clock: Clock;
  log: Logger;
  /** Told how each one of this process ended. */
  onEnd?: ((ended: SyncResult) => void) | undefined;
}

/** So many records are kept. */
const KEPT = 500;
/** Whoever waits for another process looks so often whether it is gone. */
const LOOK_AGAIN_MS = 1_000;

export function createSyncs(options: SyncsOptions): Syncs {
  const { lead, run, recordsIn, begunIn, store, clock, log, onEnd = () => {} } = options;
  const stopping = new AbortController();
  const records = recordsIn(store);
  const begun = begunIn(store);
  let isBeginning = false;
  let running: RunningSync | null = null;
  const underWayNow = new Set<Promise<unknown>>();
  const iso = () => new Date(clock.now()).toISOString();

  function refuseWhileRunning(): void {
    if (running !== null || isBeginning || stopping.signal.aborted) throw underWay(running, stopping.signal);
  }

  /** Remembers what has to end before everything is closed. */
  function followed<T>(work: Promise<T>): Promise<T> {
    const end: Promise<unknown> = work.then(
      () => underWayNow.delete(end),
      () => underWayNow.delete(end),
    );
    underWayNow.add(end);
    return work;
  }

  /** A term for the next one; null while another process leads. */
  async function begin(): Promise<Term | null> {
    refuseWhileRunning();
    isBeginning = true;
    return lead().finally(() => {
      isBeginning = false;
    });
  }

  function perform(trigger: SyncTrigger, term: Term): RunningSync & { done: Promise<RunReport<TargetPush>> } {
    const startedAt = iso();
    const sync = { id: `${startedAt} ${randomUUID().slice(0, 8)}`, trigger, startedAt };
    running = sync;
    return { ...sync, done: followed(complete(sync, term)) };
  }

  async function complete(sync: RunningSync, term: Term): Promise<RunReport<TargetPush>> {
    const signal = AbortSignal.any([stopping.signal, term.signal]);
    try {
      const report = await run(term, signal);
      await note(sync, term, judge(report, signal.aborted));
      return report;
    } catch (thrown) {
      const error = signal.aborted ? asInterruption(thrown) : thrown;
      const outcome = signal.aborted ? 'interrupted' : 'failed';
      await note(sync, term, { outcome, code: codeOf(error), people: 0, targets: [] });
      throw error;
    } finally {
      await term.end();
      running = null;
    }
  }

  async function note({ id, trigger, startedAt }: RunningSync, term: Term, ended: SyncResult): Promise<void> {
    log.info({ sync: id, trigger, outcome: ended.outcome, code: ended.code }, 'synchronisation ended');
    onEnd(ended);
    try {
      const book = recordsIn(term.store);
      await book.put([{ id, version: 0, trigger, startedAt, endedAt: iso(), ...ended }]);
      const old = (await readAll(book)).slice(0, -KEPT);
      await book.delete(old.map((record) => record.id));
    } catch (error) {
      log.error({ sync: id, code: codeOf(error) }, 'the end of a synchronisation could not be stored');
    }
  }

  async function isDone(instant: string): Promise<boolean> {
    for await (const { trigger, startedAt, outcome } of records.list()) {
      if (trigger === 'schedule' && startedAt >= instant && outcome !== 'interrupted') return true;
    }
    return false;
  }

  /** False when it was done meanwhile. */
  async function claim(instant: string, term: Term): Promise<boolean> {
    if (await isDone(instant)) return false;
    await noteBegun(begunIn(term.store), instant);
    return true;
  }

  async function start(trigger: SyncTrigger): ReturnType<Syncs['start']> {
    const term = await begin();
    if (term === null) throw runsElsewhere();
    return perform(trigger, term);
  }

  /** Waits in line; null when it was done meanwhile. */
  async function runOnSchedule(
    instant: string,
    { isPatient = true, onlyBegun = false }: Patience,
  ): Promise<RunReport<TargetPush> | null> {
    if (onlyBegun && !(await isBegun(begun, instant))) return null;
    for (;;) {
      const term = await begin();
      if (term === null && !isPatient) throw runsElsewhere();
      if (term === null) {
        await clock.sleep(LOOK_AGAIN_MS, stopping.signal).catch(refuseWhileRunning);
      } else if (await claim(instant, term).catch((error) => term.end().then(() => Promise.reject(error)))) {
        return perform('schedule', term).done;
      } else {
        await term.end();
        return null;
      }
    }
  }

  return {
    start: (trigger) => followed(start(trigger)),
    startOnSchedule: (instant, how = {}) => followed(runOnSchedule(instant, how)),
    refuseWhileRunning,
    get running() {
      return running;
    },
    async list(limit = KEPT) {
      return (await readAll(records)).reverse().slice(0, limit);
    },
    async stop() {
      stopping.abort();
      // What was about to begin may have begun meanwhile.
      while (underWayNow.size > 0) await Promise.all(underWayNow);
    },
  };
}

export type SyncResult = Pick<SyncRecord, 'outcome' | 'code' | 'people' | 'targets'>;

function judge(report: RunReport<TargetPush>, isStopping: boolean): SyncResult {
  const targets = report.targets.map(({ target, error, result }): SyncedTarget => {
    const { done = 0, failed = 0, notReached = 0 } = result ?? {};
    return { target, code: error?.code ?? null, done, failed, notReached };
  });
  const errors = report.targets.flatMap(({ error }) => error ?? []);
  const code = errors.find((error) => !isHeldBack(error))?.code ?? report.doubt?.code ?? null;
  // Who is left out, or waits, is no more provisioned than whose write failed just now.
  const hasFailures =
    errors.some(isHeldBack) ||
    targets.some(({ failed }) => failed > 0) ||
    [...report.issues, ...report.targets.flatMap(({ plan }) => plan?.skipped ?? [])].some(
      ({ severity }) => severity === 'error',
    );
  const isCut = isStopping && (errors.some(isHeldBack) || targets.some(({ notReached }) => notReached > 0));
  const outcome = isCut ? 'interrupted' : code !== null ? 'failed' : hasFailures ? 'with-failures' : 'done';
  return { outcome, code, people: report.directory.people, targets };
}

function codeOf(error: unknown): string {
  return error instanceof BridgeError ? error.code : 'UNEXPECTED';
}

/** What breaks off because everything stops is no fault, unless it has a code of its own. */
function asInterruption(error: unknown): unknown {
  if (error instanceof BridgeError) return error;
  return new BridgeError('SYNC_INTERRUPTED', 'The synchronisation was stopped before it reached a target.', {
    remedy: 'Nothing is lost: the next one starts over.',
    cause: error,
  });
}

function underWay(running: RunningSync | null, { aborted }: AbortSignal): BridgeError {
  const since = running === null ? '' : ` since ${running.startedAt}`;
  const what = aborted ? 'The bridge is stopping.' : `A synchronisation has been under way${since}.`;
  return new BridgeError('SYNC_UNDER_WAY', what, {
    remedy: 'Wait until it has ended: GET /admin/runs shows it. There are never two at once.',
  });
}
