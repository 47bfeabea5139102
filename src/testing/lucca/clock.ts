/**
 * The simulator's own clock, independent of the process clock. Dates in the company, the life of tokens and the request
 * quota all follow it, so a test moves it instead of waiting.
 */
export interface Duration {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
}

export interface SimulatorClock {
  /** Milliseconds since the epoch. */
  now(): number;
  iso(): string;
  /** Jumps to an instant, forwards or backwards. Throws RangeError when it is none. */
  set(instant: string | number | Date): void;
  /** Moves forward by milliseconds or by a duration. */
  advance(by: number | Duration): void;
  /** Stops the hands. */
  freeze(): void;
  /** Lets the hands run at `speed` times the process clock (1 by default). */
  run(speed?: number): void;
  readonly running: boolean;
}

const monotonic = () => performance.now();

/** Makes a clock that shows `at`; it stands still unless `speed` is above 0. */
export function createClock(at: string | number | Date, speed = 0): SimulatorClock {
  let shown = readInstant(at);
  let since = monotonic();
  let rate = speed;
  const now = () => Math.floor(shown + (monotonic() - since) * rate);
  const show = (instant: number) => {
    shown = instant;
    since = monotonic();
  };
  return {
    now,
    iso: () => new Date(now()).toISOString(),
    set: (instant) => show(readInstant(instant)),
    advance: (by) => show(now() + (typeof by === 'number' ? by : toMilliseconds(by))),
    freeze() {
      show(now());
      rate = 0;
    },
    run(next = 1) {
      show(now());
      rate = next;
    },
    get running() {
      return rate > 0;
    },
  };
}

function readInstant(instant: string | number | Date): number {
  const time = new Date(instant).getTime();
  if (Number.isNaN(time)) throw new RangeError(`not an instant: ${String(instant)}`);
  return time;
}

function toMilliseconds({
  days = 0,
  hours = 0,
  minutes = 0,
  seconds = 0,
  milliseconds = 0,
}: Duration): number {
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
}
