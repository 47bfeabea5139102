/** Time and chance as dependencies, so that minutes of quota and backoff can pass in a test without passing on the wall. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `milliseconds` of this clock; rejects when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
}

/** A timer of Node that is to wait for longer than this goes off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock on the wall. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    let left = milliseconds;
    do {
      await delay(Math.min(left, LONGEST_TIMER_MS), undefined, signal === undefined ? {} : { signal });
      left -= LONGEST_TIMER_MS;
    } while (left > 0);
  },
  random: () => Math.random(),
};
