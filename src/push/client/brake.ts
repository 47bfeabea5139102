/** Holds every request of a client back until an instant: one throttled request speaks for all (R24). */
import type { Clock } from './exchange.js';

export interface Brake {
  /** Nothing is sent for so many milliseconds from now; a longer hold stands. */
  hold(milliseconds: number): void;
  /** Resolves once nothing holds requests back. */
  wait(): Promise<void>;
  readonly isHeld: boolean;
}

/** @param onWait told each time a request waits, with the milliseconds */
export function createBrake(clock: Clock, onWait?: (milliseconds: number) => void): Brake {
  let until = 0;
  return {
    get isHeld() {
      return until > clock.now();
    },
    hold(milliseconds) {
      until = Math.max(until, clock.now() + milliseconds);
    },
    async wait() {
      for (let left = until - clock.now(); left > 0; left = until - clock.now()) {
        onWait?.(left);
        await clock.sleep(left);
      }
    },
  };
}
