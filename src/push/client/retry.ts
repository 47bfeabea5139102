/**
 * Repeats what may be repeated. Throttling (429 and 503) holds back every request of the client and is
 * no failure; a transient failure is tried again a few times. A create that the target may have carried out is never
 * repeated here: whoever sent it looks first whether the resource exists (R21, R24).
 */
import type { Clock } from '../../clock.js';
import type { Brake } from './brake.js';
import { isRepeatable, type Layer, type Send, type TargetRequest } from './exchange.js';
import { PutOff, pause } from './held-back.js';
import { TargetError } from './target-error.js';

export interface RetryOptions {
  clock: Clock;
  brake: Brake;
  /** How often a transiently failing request is sent in all. */
  attempts: number;
  /** How long a request bears a 503 that does not say when to come back: the target may be down altogether. */
  outageMs: number;
  /** Both for a request that is to find out whether the target is there. */
  knock: { attempts: number; outageMs: number };
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

export function withRetry(options: RetryOptions): Layer {
  const { clock, brake } = options;
  return (next: Send) => async (request: TargetRequest) => {
    const { attempts, outageMs } = request.isKnock ? options.knock : options;
    let heldSince: number | undefined;
    for (let failures = 0, throttles = 0; ; ) {
      try {
        return await next(request);
      } catch (error) {
        if (!(error instanceof TargetError) || error instanceof PutOff) throw error;
        if (error.kind === 'throttled') {
          throttles += 1;
          heldSince ??= clock.now();
          brake.hold(pauseFor(error.retryAfterMs, throttles, clock), error);
          if (error.mayHaveHappened && !isRepeatable(request)) throw error;
          const isOutage = error.status === 503 && error.retryAfterMs === undefined;
          await brake.wait(request, heldSince, isOutage ? outageMs : undefined);
        } else {
          failures += 1;
          if (failures >= attempts || !mayRepeat(request, error)) throw error;
          await pause(clock, backoff(failures, clock), request);
        }
      }
    }
  };
}

function mayRepeat(request: TargetRequest, error: TargetError): boolean {
  const passes = error.kind === 'transient' || error.kind === 'unreachable';
  return passes && (isRepeatable(request) || !error.mayHaveHappened);
}

/** Somewhat longer than asked for, so that several clients do not come back at once; longer each time it was in vain. */
function pauseFor(retryAfterMs: number | undefined, throttles: number, clock: Clock): number {
  if (retryAfterMs === undefined) return backoff(throttles, clock);
  const spread = Math.round(clock.random() * Math.min(LONGEST_WAIT_MS, retryAfterMs * 0.1));
  return retryAfterMs + spread + (throttles > 1 ? backoff(throttles - 1, clock) : 0);
}

/** Full jitter: anything between nothing and an exponentially growing bound. */
function backoff(attempt: number, clock: Clock): number {
  return Math.round(clock.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)));
}
