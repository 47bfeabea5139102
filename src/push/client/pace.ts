/** Keeps within the rates that a profile declares, so that throttling is the exception (generic cell rate algorithm). */
import type { Clock } from '../../clock.js';
import type { Layer, TargetRequest } from './exchange.js';
import { pause } from './held-back.js';

export interface Rate {
  requests: number;
  seconds: number;
  /** Requests that may go out at once after a pause; a second's worth when left out. */
  burst?: number | undefined;
  /** Which requests count; all when left out. */
  methods?: readonly string[] | undefined;
  /** Beginning of their path; any when left out. */
  path?: string | undefined;
}

interface Meter {
  counts(request: TargetRequest): boolean;
  /** Books one request and returns how long it must wait. */
  book(now: number): number;
}

export function withPace(rates: readonly Rate[], clock: Clock): Layer {
  const meters = rates.map(createMeter);
  return (next) => async (request) => {
    const now = clock.now();
    let wait = 0;
    for (const meter of meters) if (meter.counts(request)) wait = Math.max(wait, meter.book(now));
    if (wait > 0) await pause(clock, wait, request);
    return next(request);
  };
}

function createMeter(rate: Rate): Meter {
  const interval = (rate.seconds * 1000) / rate.requests;
  const burst = rate.burst ?? Math.max(1, Math.floor(rate.requests / rate.seconds));
  const slack = (burst - 1) * interval;
  let due = 0;
  return {
    counts: ({ method, path }) =>
      (rate.methods?.includes(method) ?? true) && path.startsWith(rate.path ?? ''),
    book(now) {
      due = Math.max(due, now);
      const wait = due - slack - now;
      due += interval;
      return wait;
    },
  };
}
