/**
 * The request ledger of one tenant (R3). Lucca allows a number of requests in 60 seconds to all integrations of a
 * customer together; the ledger keeps ours below that number less a reserve, and gives way when Lucca says 429.
 */
import type { Clock } from './clock.js';

export interface Quota {
  /** What Lucca allows to all integrations of the tenant together. */
  requestsPerMinute: number;
  /** What we leave to the others even when they are silent. */
  reserve: number;
}

export const DEFAULT_QUOTA: Quota = { requestsPerMinute: 50, reserve: 5 };

export interface Waiting {
  signal?: AbortSignal | undefined;
  /** Told before each wait how long it will last, in milliseconds. */
  onWait?: ((ms: number) => void) | undefined;
}

const WINDOW = 60_000;
/** How long to stay away after a 429 that gives no Retry-After, and at most. */
const UNTOLD_PAUSE = 10_000;
const LONGEST_PAUSE = 5 * WINDOW;

/**
 * Keeps at most `requestsPerMinute - reserve` requests in any sliding 60 seconds, whatever way Lucca counts them: a
 * request holds its place from before it is sent until 60 seconds after its answer. A 429 lowers the allowance to what
 * Lucca has just let through; each following quiet minute gives a tenth of the full allowance back.
 */
export class RequestLedger {
  readonly #clock: Clock;
  #ceiling: number;
  #allowance: number;
  /** When the answers of the last 60 seconds came, oldest first. */
  readonly #answered: number[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();
  #closedUntil = Number.NEGATIVE_INFINITY;
  #quietSince = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, quota: Quota = DEFAULT_QUOTA) {
    this.#clock = clock;
    this.#ceiling = ceilingOf(quota);
    this.#allowance = this.#ceiling;
  }

  /** How many requests may go out in 60 seconds, as learnt so far. */
  get allowance(): number {
    this.#growBack();
    return this.#allowance;
  }

  /** Changes the quota; what was learnt from 429 stays as far as the new quota allows it. */
  setQuota(quota: Quota): void {
    const slowedDown = this.#allowance < this.#ceiling;
    this.#ceiling = ceilingOf(quota);
    this.#allowance = slowedDown ? Math.min(this.#allowance, this.#ceiling) : this.#ceiling;
  }

  /** Waits for a free place, sends, and keeps the place for 60 seconds after the answer. */
  async spend<T>(send: () => Promise<T>, waiting: Waiting = {}): Promise<T> {
    await this.#waitForPlace(waiting);
    const answer = send().finally(() => {
      this.#inFlight.delete(answer);
      this.#answered.push(this.#clock.now());
    });
    this.#inFlight.add(answer);
    return answer;
  }

  /** Tells the ledger that Lucca answered 429, with its Retry-After in milliseconds when it gave one. */
  refused(retryAfter: number | null): void {
    const now = this.#clock.now();
    this.#forget(now);
    const letThrough = this.#answered.length - 1;
    this.#allowance = Math.max(Math.ceil(this.#ceiling / 10), Math.min(this.#allowance, letThrough));
    this.#closedUntil = Math.max(
      this.#closedUntil,
      now + Math.min(retryAfter ?? UNTOLD_PAUSE, LONGEST_PAUSE),
    );
    this.#quietSince = this.#closedUntil;
  }

  async #waitForPlace({ signal, onWait }: Waiting): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const now = this.#clock.now();
      this.#forget(now);
      const open = now >= this.#closedUntil;
      if (open && this.#inFlight.size + this.#answered.length < this.allowance) return;
      const oldest = this.#answered[0];
      if (open && oldest === undefined) {
        await Promise.race([...this.#inFlight].map((request) => request.catch(() => undefined)));
        continue;
      }
      const until = open && oldest !== undefined ? oldest + WINDOW : this.#closedUntil;
      const pause = Math.max(1, until - now);
      onWait?.(pause);
      await this.#clock.sleep(pause, signal);
    }
  }

  #forget(now: number): void {
    while (this.#answered[0] !== undefined && this.#answered[0] + WINDOW <= now) this.#answered.shift();
  }

  #growBack(): void {
    const quietMinutes = Math.floor((this.#clock.now() - this.#quietSince) / WINDOW);
    if (this.#allowance >= this.#ceiling || quietMinutes < 1) return;
    this.#allowance = Math.min(this.#ceiling, this.#allowance + quietMinutes * Math.ceil(this.#ceiling / 10));
    this.#quietSince += quietMinutes * WINDOW;
  }
}

const ledgers = new WeakMap<Clock, Map<string, RequestLedger>>();

/** The one ledger of a tenant in this process, by the tenant's base URL (and clock, so that a test's time is its own). */
export function ledgerOf(baseUrl: string, clock: Clock, quota: Quota = DEFAULT_QUOTA): RequestLedger {
  const ofClock = ledgers.get(clock) ?? new Map<string, RequestLedger>();
  ledgers.set(clock, ofClock);
  const known = ofClock.get(baseUrl);
  if (known !== undefined) {
    known.setQuota(quota);
    return known;
  }
  const ledger = new RequestLedger(clock, quota);
  ofClock.set(baseUrl, ledger);
  return ledger;
}

function ceilingOf({ requestsPerMinute, reserve }: Quota): number {
  return Math.max(1, requestsPerMinute - reserve);
}
