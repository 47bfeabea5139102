/**
 * Long work in slices. Node answers requests between turns of its event loop, so work over a hundred thousand resources
 * must let go of the loop every few milliseconds, and ten such works together must not hold it ten times as long.
 */

/** At most so long does one slice hold the event loop, in milliseconds. */
const SLICE = 2;
/** How many items pass between two looks at the clock. */
const STRIDE = 64;
/** Work no larger than this runs at once: it ends before a slice would. */
const SMALL = 1_000;
/** So many items are sorted at once: comparing names costs more than visiting. */
const RUN = 256;

export interface Turns {
  /** Resolves when the caller may run for one slice. Only one waiting caller is woken in each turn of the event loop. */
  next(): Promise<void>;
}

/** All the long work of one process should share one of these. */
export function createTurns(): Turns {
  const waiting: (() => void)[] = [];
  const wakeOne = (): void => {
    const resume = waiting.shift();
    if (waiting.length > 0) setImmediate(wakeOne);
    resume?.();
  };
  return {
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 1) setImmediate(wakeOne);
      }),
  };
}

/** Calls `visit` for each item in order. `items` must not change meanwhile. */
export async function visitInTurns<T>(
  items: readonly T[],
  visit: (item: T) => void,
  turns: Turns,
): Promise<void> {
  let index = 0;
  const run = (stop: number): void => {
    for (; index < stop; index++) visit(items[index] as T);
  };
  if (items.length <= SMALL) return run(items.length);
  while (index < items.length) {
    await turns.next();
    const end = performance.now() + SLICE;
    do run(Math.min(index + STRIDE, items.length));
    while (index < items.length && performance.now() < end);
  }
}

/** A sorted copy, made of sorted runs that are merged two by two, so that no single step is long. Stable. */
export async function sortInTurns<T>(
  items: readonly T[],
  compare: (left: T, right: T) => number,
  turns: Turns,
): Promise<T[]> {
  let runs: T[][] = [];
  for (let start = 0; start < items.length; start += RUN) {
    if (start > 0) await turns.next();
    runs.push(items.slice(start, start + RUN).sort(compare));
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(await merge(runs[index] as T[], runs[index + 1] ?? [], compare, turns));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (left: T, right: T) => number,
  turns: Turns,
): Promise<T[]> {
  const merged: T[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    if (merged.length % SMALL === SMALL - 1) await turns.next();
    const takesLeft = compare(left[l] as T, right[r] as T) <= 0;
    merged.push(takesLeft ? (left[l++] as T) : (right[r++] as T));
  }
  return merged.concat(left.slice(l), right.slice(r));
}

/**
 * For long work that comes item by item: gives a function to await after each item, which lets others through once a slice is
 * used up.
 */
export function takeTurns(turns: Turns): () => Promise<void> | undefined {
  let items = 0;
  let end = performance.now() + SLICE;
  return () => {
    items += 1;
    if (items % STRIDE !== 0 || performance.now() < end) return undefined;
    return turns.next().then(() => {
      end = performance.now() + SLICE;
    });
  };
}
