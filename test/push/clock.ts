import type { Clock } from '../../src/push/client/exchange.js';
import { NOW } from './people.js';

/** A clock on which waiting takes no time. */
export function fakeClock(): Clock & { slept: number[] } {
  let now = Date.parse(NOW);
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    random: () => 0.5,
    async sleep(milliseconds) {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}
