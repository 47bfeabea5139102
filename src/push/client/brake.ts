/** Holds every request of a client back until an instant: one throttled request speaks for all (R24). */
import type { Clock } from '../../clock.js';
import type { TargetRequest } from './exchange.js';
import { PutOff, pause } from './held-back.js';
import type { TargetError } from './target-error.js';

export interface Brake {
  /**
   * Nothing is sent for so many milliseconds from now; a longer hold stands.
   * @param because what the target answered; left out where it had said before how few requests it would take
   */
  hold(milliseconds: number, because?: TargetError): void;
  /**
   * Resolves once nothing holds requests back.
   * @param since when the request began to wait
   * @param patienceMs how long it bears that in all, where that is not the patience of the brake
   * @throws PutOff at once where it would have to wait for longer
   * @throws TargetError TARGET_INTERRUPTED as soon as the run stops
   */
  wait(request: TargetRequest, since: number, patienceMs?: number): Promise<void>;
  readonly isHeld: boolean;
}

/**
 * @param patienceMs how long a request bears being held back
 * @param onWait told each time a request waits, with the milliseconds
 */
export function createBrake(
  clock: Clock,
  patienceMs: number,
  onWait?: (milliseconds: number) => void,
): Brake {
  let until = 0;
  let because: TargetError | undefined;
  return {
    get isHeld() {
      return until > clock.now();
    },
    hold(milliseconds, error) {
      const end = clock.now() + milliseconds;
      if (end <= until) return;
      until = end;
      because = error;
    },
    async wait(request, since, patience = patienceMs) {
      for (let left = until - clock.now(); left > 0; left = until - clock.now()) {
        if (until - since > patience) throw new PutOff(request, until, because);
        onWait?.(left);
        await pause(clock, left, request);
      }
    },
  };
}
