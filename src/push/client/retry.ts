/**
 * Repeats what may be repeated. Throttling (429, or 503 with Retry-After) holds back every request of the client and is
 * no failure; a transient failure is tried again a few times. A create that the target may have carried out is never
 * repeated here: whoever sent it looks first whether the resource exists (R21, R24).
 */
import { type Clock, isRepeatable, type Layer, type Send, type TargetRequest } from './exchange.js';
import { TargetError } from './target-error.js';

export interface RetryOptions {
  clock: Clock;
  /** How often a transiently failing request is sent in all. */
  attempts: number;
  /** How long one request bears being throttled before it gives up. */
  patienceMs: number;
  onWait?: ((milliseconds: number) => void) | undefined;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

export function withRetry(options: RetryOptions): Layer {
  const { clock } = options;
  /** Nothing is sent before this instant: one throttled request speaks for all. */
  let resumeAt = 0;

  async function pause(): Promise<void> {
    for (let wait = resumeAt - clock.now(); wait > 0; wait = resumeAt - clock.now()) {
      options.onWait?.(wait);
      await clock.sleep(wait);
    }
  }

  return (next: Send) => async (request: TargetRequest) => {
    const began = clock.now();
    for (let failures = 0, throttles = 0; ; ) {
      await pause();
      try {
        return await next(request);
      } catch (error) {
        if (!(error instanceof TargetError)) throw error;
        if (error.kind === 'throttled') {
          throttles += 1;
          const wait = (error.retryAfterMs ?? 0) + backoff(throttles, clock);
          if (clock.now() + wait - began > options.patienceMs) throw error;
          resumeAt = Math.max(resumeAt, clock.now() + wait);
        } else {
          failures += 1;
          if (failures >= options.attempts || !mayRepeat(request, error)) throw error;
          await clock.sleep(backoff(failures, clock));
        }
      }
    }
  };
}

function mayRepeat(request: TargetRequest, error: TargetError): boolean {
  const passes = error.kind === 'transient' || error.kind === 'unreachable';
  return passes && (isRepeatable(request) || !error.mayHaveHappened);
}

/** Full jitter: anything between nothing and an exponentially growing bound. */
function backoff(attempt: number, clock: Clock): number {
  return Math.round(clock.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)));
}
