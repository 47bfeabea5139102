import type { Clock } from '../../../src/lucca/clock.js';
import type { SimulatorClock } from '../../../src/testing/lucca/clock.js';

/**
 * A clock that only moves when somebody sleeps: several sleepers wake in the order of their hours, each at its own.
 * Between wakings every piece of work that is ready runs to its next wait.
 */
export class FakeClock implements Clock {
  #now: number;
  #sleepers: { at: number; wake: () => void }[] = [];
  /** Every sleep so far, in milliseconds. */
  readonly slept: number[] = [];

  constructor(at = Date.parse('2026-11-20T09:00:00Z')) {
    this.#now = at;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    return new Promise((wake) => {
      this.#sleepers.push({ at: this.#now + ms, wake });
      setImmediate(() => this.#turn());
    });
  }

  /** Moves the hands to the next sleeper's hour and wakes it. */
  #turn(): void {
    this.#sleepers.sort((a, b) => a.at - b.at);
    const next = this.#sleepers.shift();
    if (next === undefined) return;
    this.#now = Math.max(this.#now, next.at);
    next.wake();
  }
}

/** The simulator's own time as the reader's clock: waiting moves it on at once. */
export function clockOf({ clock }: { clock: SimulatorClock }): Clock {
  return {
    now: () => clock.now(),
    sleep: async (ms) => clock.advance(ms),
  };
}
