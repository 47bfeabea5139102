/** The request quota of a tenant: 50 in 60 s, shared by every integration the customer has, in both ways in. */
import type { SimulatorClock } from './clock.js';

export interface QuotaOptions {
  requests: number;
  windowSeconds: number;
  /** Fixed windows start on the minute; a sliding one looks back from each request. Lucca does not say which it uses. */
  window: 'fixed' | 'sliding';
  /** Requests that another integration of the same customer spends in each window, evenly spread. */
  otherClient: number;
  /** False: never refuses. */
  enforced: boolean;
}

export const DEFAULT_QUOTA: QuotaOptions = {
  requests: 50,
  windowSeconds: 60,
  window: 'fixed',
  otherClient: 0,
  enforced: true,
};

export class Quota {
  options: QuotaOptions;
  readonly #clock: SimulatorClock;
  /** Instants of the requests granted in the current window, oldest first. */
  #granted: number[] = [];
  #lastTick: number;

  constructor(clock: SimulatorClock, options: Partial<QuotaOptions> = {}) {
    this.options = { ...DEFAULT_QUOTA, ...options };
    this.#clock = clock;
    this.#lastTick = clock.now();
  }

  /** Spends one request. Returns null when granted, else the milliseconds until it makes sense to ask again. */
  take(): number | null {
    const now = this.#clock.now();
    this.#letOtherClientSpend(now);
    if (this.#spend(now) || !this.options.enforced) return null;
    const oldest = this.#granted[0] ?? now;
    const window = this.#windowLength();
    return this.options.window === 'fixed' ? this.#windowStart(now) + window - now : oldest + window - now;
  }

  /** Lets another client of the tenant spend `count` requests at once. */
  consume(count: number): void {
    const now = this.#clock.now();
    this.#letOtherClientSpend(now);
    for (let spent = 0; spent < count; spent++) this.#spend(now);
  }

  /** Requests still free in the current window. */
  remaining(): number {
    const now = this.#clock.now();
    this.#letOtherClientSpend(now);
    this.#forgetBefore(now);
    return Math.max(0, this.options.requests - this.#granted.length);
  }

  #spend(at: number): boolean {
    this.#forgetBefore(at);
    if (this.#granted.length >= this.options.requests) return false;
    this.#granted.push(at);
    return true;
  }

  #letOtherClientSpend(now: number): void {
    const { otherClient } = this.options;
    const window = this.#windowLength();
    // After a long jump of the clock only the last window still matters; after a jump back, nothing does.
    const since = Math.max(Math.min(this.#lastTick, now), now - window);
    this.#lastTick = now;
    if (otherClient <= 0) return;
    const step = window / otherClient;
    for (let tick = (Math.floor(since / step) + 1) * step; tick <= now; tick += step) this.#spend(tick);
  }

  #forgetBefore(now: number): void {
    const start = this.#windowStart(now);
    this.#granted = this.#granted.filter((instant) => instant >= start && instant <= now);
  }

  #windowStart(now: number): number {
    const window = this.#windowLength();
    return this.options.window === 'fixed' ? Math.floor(now / window) * window : now - window + 1;
  }

  #windowLength(): number {
    return this.options.windowSeconds * 1000;
  }
}
