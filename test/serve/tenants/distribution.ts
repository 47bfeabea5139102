/** How long runs waited and took, as people read it. */
import type { EndedRun } from './processes.js';

export interface Distribution {
  min: number;
  median: number;
  p95: number;
  max: number;
}

/** @param values seconds */
export function distribute(values: readonly number[]): Distribution {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) };
}

/** @param dueAt milliseconds */
export function describeRuns(runs: readonly EndedRun[], dueAt: number): string {
  const write = (name: string, values: number[]) => {
    const { min, median, p95, max } = distribute(values);
    const [a, b, c, d] = [min, median, p95, max].map((value) => value.toFixed(1));
    return `${name} min ${a} s, median ${b} s, p95 ${c} s, max ${d} s`;
  };
  const processes = [...new Set(runs.map((run) => run.process))].sort();
  const shares = processes.map((name) => `${name}: ${runs.filter((run) => run.process === name).length}`);
  return [
    `${runs.length} runs (${shares.join(', ')})`,
    write(
      'waiting',
      runs.map(({ startedAt }) => (startedAt - dueAt) / 1_000),
    ),
    write(
      'running',
      runs.map(({ startedAt, endedAt }) => (endedAt - startedAt) / 1_000),
    ),
  ].join('\n');
}
