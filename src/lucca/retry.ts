/** Asking again: which faults deserve it, how often, and after how long. */
import { LuccaError, type LuccaFault } from './errors.js';
import type { Session } from './session.js';

const TRANSIENT: ReadonlySet<LuccaFault> = new Set(['server', 'network', 'cut', 'slow']);
const RETRIES = 3;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5 * 60_000;
/** How often one and the same request is refused with 429 before the reading gives up. */
const REFUSALS = 20;

export interface Persistence {
  /** What to do about a 429: tell the ledger, or wait. */
  onThrottled(retryAfter: number | null): void | Promise<void>;
  /** A fault that the caller handles better than asking the same again; it is thrown at once. */
  except?: LuccaFault | undefined;
}

/**
 * Runs an attempt until it succeeds or its fault is final: transient faults are tried three more times with jittered,
 * doubling pauses; a 429 slows down and never counts as a failure (R24).
 * @throws LuccaError of the last attempt
 */
export async function persist<T>(
  session: Session,
  attempt: () => Promise<T>,
  persistence: Persistence,
): Promise<T> {
  let failures = 0;
  let refusals = 0;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof LuccaError) || error.fault === persistence.except) throw error;
      if (error.fault === 'throttled' && refusals < REFUSALS) {
        refusals += 1;
        await persistence.onThrottled(error.retryAfter);
      } else if (TRANSIENT.has(error.fault) && failures < RETRIES) {
        const pause = FIRST_PAUSE * 2 ** failures * (0.5 + session.random());
        failures += 1;
        const asked = Math.min(error.retryAfter ?? 0, LONGEST_PAUSE);
        await session.clock.sleep(Math.max(pause, asked), session.signal);
      } else {
        throw error;
      }
    }
  }
}
