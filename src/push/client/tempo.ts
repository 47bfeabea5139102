/**
 * Finds the rate that a target takes when its profile states none. Without throttling there is no bound. A 429 after enough
 * answers shows what the target took until then and while it made us wait: that becomes the rate. From there it grows slowly,
 * steps back a little when it was too much, and stays there for a while. Where stepping back does not help, the 429 do not
 * come from our rate, and it is measured anew. A quota that the target states in its answers is kept.
 */

import type { Clock } from '../../clock.js';
import type { Brake } from './brake.js';
import { kindOf, type Layer, type TargetRequest, type TargetResponse } from './exchange.js';
import { pause } from './held-back.js';
import type { Quota } from './quota.js';
import { TargetError } from './target-error.js';

/** Growth a second: faster and faster while nothing is known, slowly towards a rate that was too much, and past it. */
const FIRST_SEARCH = 0.05;
const FASTEST_SEARCH = 0.4;
const APPROACH = 0.03;
const PROBE = 0.01;
const STEP_BACK = 0.95;
/** When a rate did not even last for a second it was far too high. */
const LEAP_BACK = 0.7;
const FIRST_REST_MS = 30_000;
const SLOWEST = 0.1;
/** Answers, and the time of being busy, from which a rate can be told. */
const SAMPLE = 10;
const SAMPLE_MS = 1000;
/** Steps back in a row with fewer answers than this between them: so many of them did not help. */
const QUIET = 100;
const STEPS_IN_VAIN = 3;
/** The longest time without a request that counts as being busy. */
const LONGEST_GAP_MS = 1000;
/** A target is not believed that its quota resets only later than this; if it is true, it will answer 429. */
const LONGEST_QUOTA_MS = 60_000;

export function withTempo(clock: Clock, brake: Brake): Layer {
  const tempi = new Map<string, Tempo>();
  const turns = new Map<string, Promise<void>>();
  let underWay = 0;
  const obey = (quota: Quota | undefined) => {
    if (quota !== undefined && quota.remaining <= underWay - 1)
      brake.hold(Math.min(quota.resetMs, LONGEST_QUOTA_MS));
  };

  async function waitFor(tempo: Tempo, request: TargetRequest): Promise<void> {
    const since = clock.now();
    do {
      await brake.wait(request, since);
      const wait = tempo.book(clock.now());
      if (wait > 0) await pause(clock, wait, request);
    } while (brake.isHeld);
  }

  /** One after the other, so that whoever waits books at the rate there is by then. Who gives up lets the next one try. */
  function takeTurn(request: TargetRequest, kind: string, tempo: Tempo): Promise<void> {
    const turn = (turns.get(kind) ?? Promise.resolve()).then(() => waitFor(tempo, request));
    turns.set(
      kind,
      turn.catch(() => {}),
    );
    return turn;
  }

  return (next) => async (request) => {
    const kind = kindOf(request);
    const tempo = tempi.get(kind) ?? new Tempo();
    tempi.set(kind, tempo);
    await takeTurn(request, kind, tempo);
    const sentAt = clock.now();
    underWay += 1;
    try {
      const response: TargetResponse = await next(request);
      tempo.answered(clock.now());
      obey(response.quota);
      return response;
    } catch (error) {
      if (error instanceof TargetError && error.status !== null) {
        if (error.kind === 'throttled') tempo.throttled(sentAt, clock.now(), error.retryAfterMs ?? 0);
        else tempo.answered(clock.now());
      }
      throw error;
    } finally {
      underWay -= 1;
    }
  };
}

export class Tempo {
  /** Requests a second; null while nothing bounds it. */
  #rate: number | null = null;
  /** When the next request may go. */
  #due = 0;
  /** Requests sent before this instant tell nothing new. */
  #cutAt = Number.NEGATIVE_INFINITY;
  #answered = 0;
  #busyMs = 0;
  #lastAnswerAt: number | null = null;
  /** A rate that was too much. */
  #tooMuch = Number.POSITIVE_INFINITY;
  #search = FIRST_SEARCH;
  #grownAt = 0;
  /** The rate at the last two full seconds. */
  #lately: { at: number; rates: [number, number] } = { at: 0, rates: [0, 0] };
  #restsUntil = 0;
  #restMs = FIRST_REST_MS;
  #stepsInVain = 0;

  get rate(): number | null {
    return this.#rate;
  }

  /** Books one request; returns the milliseconds that it must wait. */
  book(now: number): number {
    if (this.#rate === null) return 0;
    const wait = Math.max(0, this.#due - now);
    // A rate that is not used up proves nothing by being kept.
    if (wait > 0) this.#grow(now, this.#rate);
    else this.#grownAt = now;
    this.#due = now + wait + 1000 / this.#rate;
    return wait;
  }

  answered(now: number): void {
    this.#answered += 1;
    this.#busyMs += Math.min(LONGEST_GAP_MS, Math.max(0, now - (this.#lastAnswerAt ?? now)));
    this.#lastAnswerAt = now;
  }

  /** @param pauseMs how long the target asks us to send nothing */
  throttled(sentAt: number, now: number, pauseMs: number): void {
    if (sentAt < this.#cutAt) return;
    this.#cutAt = now + pauseMs;
    this.#due = this.#cutAt;
    const rate = this.#rate === null ? this.#measure(pauseMs) : this.#stepBack(this.#rate);
    this.#rate = rate === null ? null : Math.max(SLOWEST, rate);
    if (this.#rate === null) return;
    this.#answered = 0;
    this.#busyMs = 0;
    this.#lastAnswerAt = null;
    this.#grownAt = this.#cutAt;
    this.#search = FIRST_SEARCH;
    this.#lately = { at: this.#cutAt, rates: [this.#rate, this.#rate] };
  }

  /** What the target took so far; null while that is too little to tell, and the pause alone must do. */
  #measure(pauseMs: number): number | null {
    this.#busyMs += pauseMs;
    if (pauseMs > 0) this.#lastAnswerAt = this.#cutAt;
    const isEnough = this.#answered >= SAMPLE && this.#busyMs >= SAMPLE_MS;
    return isEnough ? this.#answered / (this.#busyMs / 1000) : null;
  }

  /** To the rate of two seconds ago, which was good enough; and where that is near, a rest from trying. */
  #stepBack(rate: number): number | null {
    this.#stepsInVain = this.#answered < QUIET ? this.#stepsInVain + 1 : 0;
    if (this.#stepsInVain >= STEPS_IN_VAIN) return this.#forget();
    this.#tooMuch = rate;
    if (this.#answered < rate) {
      this.#restsUntil = 0;
      return rate * LEAP_BACK;
    }
    const [earlier] = this.#lately.rates;
    if (earlier > rate * 0.9) {
      this.#restsUntil = this.#cutAt + this.#restMs;
      this.#restMs *= 2;
    }
    return Math.min(rate * STEP_BACK, Math.max(rate * LEAP_BACK, earlier));
  }

  #forget(): null {
    this.#stepsInVain = 0;
    this.#tooMuch = Number.POSITIVE_INFINITY;
    this.#restsUntil = 0;
    this.#restMs = FIRST_REST_MS;
    this.#answered = 0;
    this.#busyMs = 0;
    this.#lastAnswerAt = null;
    return null;
  }

  #grow(now: number, rate: number): void {
    const seconds = Math.min(1, Math.max(0, now - this.#grownAt) / 1000);
    this.#grownAt = Math.max(this.#grownAt, now);
    if (now - this.#lately.at >= 1000) {
      this.#lately = { at: now, rates: [this.#lately.rates[1], rate] };
      this.#search = Math.min(FASTEST_SEARCH, this.#search * 2);
    }
    if (now >= this.#restsUntil) this.#rate = rate * (1 + this.#growth(rate)) ** seconds;
  }

  #growth(rate: number): number {
    // What was too much once may not be for ever.
    if (rate > this.#tooMuch * 1.1) this.#tooMuch = Number.POSITIVE_INFINITY;
    if (this.#tooMuch === Number.POSITIVE_INFINITY) return this.#search;
    return rate < this.#tooMuch * 0.97 ? APPROACH : PROBE;
  }
}
