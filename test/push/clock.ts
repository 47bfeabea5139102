import type { Clock } from '../../src/clock.js';
import { NOW } from './people.js';

/** A clock on which waiting takes no time. */
export function fakeClock(): Clock & { slept: number[] } {
  let now = Date.parse(NOW);
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    random: () => 0.5,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}

/** A clock that stands still: who sleeps sleeps until aborted. */
export function stillClock(): Clock & { readonly sleepers: number } {
  let sleepers = 0;
  return {
    get sleepers() {
      return sleepers;
    },
    now: () => Date.parse(NOW),
    random: () => 0.5,
    async sleep(_, signal) {
      signal?.throwIfAborted();
      sleepers += 1;
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
  };
}
