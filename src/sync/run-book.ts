/** The record of runs on each target: how they ended, and what they took away, which counts against the budget for 7 days. */
import { randomUUID } from 'node:crypto';
import type { ApplyResult } from '../push/apply/apply.js';
import { WINDOW_MS } from '../push/guard/budget.js';
import { BUDGET_KINDS, type Counts, countKinds } from '../push/guard/kinds.js';
import type { Operation } from '../push/plan/operation.js';
import type { Collection } from '../store/store.js';
import type { RunRecord } from './state.js';

/** A run about to write. */
export interface BeginningRun {
  target: string;
  planHash: string;
  /** Fingerprint of scope, mapping and profile. */
  configuration: string;
  /** ISO instant. */
  startedAt: string;
  /** Requests that reading the target for the plan took. */
  planReads: number;
  /** What counts against the budget: without what an approval lets through. */
  counted: readonly Operation[];
  /** Hash of the approved plan that it uses; null when it needs none. */
  approval: string | null;
}

/** Stored before the first write: a run that is killed has its planned removals counted until it is settled. */
export async function beginRun(
  runs: Collection<RunRecord>,
  { counted, ...run }: BeginningRun,
): Promise<RunRecord> {
  // In the order of time, and never the same twice: a clock may stand still.
  const id = `${run.startedAt} ${run.target} ${randomUUID()}`;
  const [record] = await runs.put([
    {
      ...run,
      id,
      version: 0,
      endedAt: null,
      outcome: 'running',
      counts: countKinds(counted),
      done: 0,
      failed: 0,
      writes: 0,
      reads: 0,
    },
  ]);
  if (record === undefined) throw new TypeError('the store gave nothing back');
  return record;
}

/** @param isRefused a guard kept part of the plan back */
export async function endRun(
  runs: Collection<RunRecord>,
  begun: RunRecord,
  counted: readonly Operation[],
  result: ApplyResult,
  { endedAt, isRefused }: { endedAt: string; isRefused: boolean },
): Promise<RunRecord> {
  const { done, failed, writes, reads, stopped, outcomes } = result;
  const finished = new Set(outcomes.flatMap(({ id, state }) => (state === 'done' ? [id] : [])));
  const counts = countKinds(counted.filter(({ id }) => finished.has(id)));
  const outcome =
    stopped !== null ? 'stopped' : isRefused ? 'refused' : failed > 0 ? 'with-failures' : 'done';
  const record: RunRecord = { ...begun, endedAt, outcome, counts, done, failed, writes, reads };
  await runs.put([record]);
  return record;
}

/**
 * The runs on a target that are recorded, the earliest first. A run that was killed did what it had planned, less what is
 * still to be done.
 * @param wanted the operations of the plan at hand
 */
export async function runsOn(
  runs: Collection<RunRecord>,
  target: string,
  wanted: readonly Operation[],
): Promise<RunRecord[]> {
  const open = countKinds(wanted);
  const found: RunRecord[] = [];
  for await (const run of runs.list())
    if (run.target === target) found.push(run.outcome === 'running' ? settle(run, open) : run);
  return found;
}

function settle(run: RunRecord, open: Counts): RunRecord {
  const counts = { ...run.counts };
  for (const kind of BUDGET_KINDS) counts[kind] = Math.max(0, counts[kind] - open[kind]);
  return { ...run, endedAt: run.startedAt, outcome: 'killed', counts };
}

/** Keeps how killed runs were settled: the next run finishes their work, and it must not count twice. */
export async function keepSettled(runs: Collection<RunRecord>, settled: readonly RunRecord[]): Promise<void> {
  const killed = settled.filter(({ outcome }) => outcome === 'killed');
  const stored = await Promise.all(killed.map(({ id }) => runs.get(id)));
  await runs.put(killed.filter((_, index) => stored[index]?.outcome === 'running'));
}

/** What was applied within 7 days. */
export function findSpent(runs: readonly RunRecord[], now: number): Counts {
  const spent = countKinds([]);
  for (const { startedAt, counts } of runs) {
    if (now - Date.parse(startedAt) >= WINDOW_MS) continue;
    for (const kind of BUDGET_KINDS) spent[kind] += counts[kind];
  }
  return spent;
}

/** Fingerprint of the configuration that the target was last brought to, whatever was tried since; undefined before. */
export function lastConfiguration(runs: readonly RunRecord[]): string | undefined {
  return runs.findLast(({ outcome }) => outcome === 'done' || outcome === 'with-failures')?.configuration;
}
