/** One figure: what was measured, against which baseline of the same run, and whether the goal is met. */
export interface Measurement {
  id: string;
  value: number;
  unit: string;
  /** The figure that `ratio` divides by, in the same unit; null when the goal is absolute. */
  baseline: number | null;
  ratio: number | null;
  /** In words, e.g. `ratio ≤ 3`. */
  goal: string;
  met: boolean;
}

export interface Benchmark {
  /** Prefix of its measurements' ids; what `--only` selects. */
  id: string;
  /** `short`: small sizes, as CI runs it; the figures then only show that the benchmark works. */
  run(options: { short: boolean }): Promise<Measurement[]>;
}

/** A measurement whose goal bounds the ratio to a baseline of the same run. */
export function ratioMeasurement(
  id: string,
  unit: string,
  value: number,
  baseline: number,
  goal: { atMost: number } | { atLeast: number },
): Measurement {
  const ratio = value / baseline;
  const [sign, bound, met] =
    'atMost' in goal ? ['≤', goal.atMost, ratio <= goal.atMost] : ['≥', goal.atLeast, ratio >= goal.atLeast];
  return { id, value, unit, baseline, ratio, goal: `ratio ${sign} ${bound}`, met: met as boolean };
}

/** A measurement whose goal bounds the value itself. */
export function valueMeasurement(
  id: string,
  unit: string,
  value: number,
  goal: { atMost: number } | { equals: number },
): Measurement {
  const [sign, bound, met] =
    'atMost' in goal ? ['≤', goal.atMost, value <= goal.atMost] : ['=', goal.equals, value === goal.equals];
  return {
    id,
    value,
    unit,
    baseline: null,
    ratio: null,
    goal: `${sign} ${bound} ${unit}`,
    met: met as boolean,
  };
}

/** Median of several timings of `action`, in milliseconds. */
export function timeMedian(times: number, action: () => unknown): number {
  const samples = Array.from({ length: times }, () => {
    const start = performance.now();
    action();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return samples[Math.floor(samples.length / 2)] ?? 0;
}
