/**
 * How many requests of one kind are under way at once: more as long as the target answers as fast as before, half as many
 * when it shows strain. A target that fails (5xx) only above some number of requests is found out: that number is
 * remembered and tried again ever more seldom.
 */
import type { Clock } from '../../clock.js';
import type { Brake } from './brake.js';
import { kindOf, type Layer, type TargetResponse } from './exchange.js';
import { TargetError } from './target-error.js';

const FIRST_LIMIT = 4;
/** An answer may take so many times the usual before no more requests are added. */
const TOLERANCE = 2;
const TOLERANCE_MS = 10;
/** Answers without strain after which a wall is tried again; doubled each time. */
const FIRST_PATIENCE = 200;

/** @param ceiling the most requests of one kind at a time */
export function withGate(ceiling: number, clock: Clock, brake: Brake): Layer {
  const gates = new Map<string, Gate>();
  return (next) => async (request) => {
    const kind = kindOf(request);
    const gate = gates.get(kind) ?? new Gate(ceiling);
    gates.set(kind, gate);
    await gate.enter();
    try {
      // The target may have asked to wait while this stood in line.
      await brake.wait(request, clock.now());
      return await timed(() => next(request), gate, clock);
    } finally {
      gate.leave();
    }
  };
}

/** Tells the gate how long the answer took, or that the target showed strain. */
async function timed(send: () => Promise<TargetResponse>, gate: Gate, clock: Clock): Promise<TargetResponse> {
  const began = clock.now();
  try {
    const response = await send();
    gate.answered(clock.now() - began);
    return response;
  } catch (error) {
    if (isStrain(error)) gate.strained(began, clock.now(), error.kind !== 'throttled');
    throw error;
  }
}

function isStrain(error: unknown): error is TargetError {
  return error instanceof TargetError && (error.kind === 'throttled' || error.kind === 'transient');
}

export class Gate {
  readonly #ceiling: number;
  readonly #queue: (() => void)[] = [];
  #underWay = 0;
  #limit: number;
  /** Until the first strain the limit grows with every answer, later with every round of them. */
  #isFresh = true;
  /** Requests sent before this instant tell nothing new about strain. */
  #cutAt = Number.NEGATIVE_INFINITY;
  /** As many requests at once made the target fail. */
  #wall = Number.POSITIVE_INFINITY;
  #patience = FIRST_PATIENCE;
  #calm = 0;
  /** Milliseconds that an answer takes when the target is at ease, and these days. */
  #usual = Number.POSITIVE_INFINITY;
  #recent = 0;

  constructor(ceiling: number) {
    this.#ceiling = ceiling;
    this.#limit = Math.min(FIRST_LIMIT, ceiling);
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Resolves when there is room for one request more. */
  async enter(): Promise<void> {
    if (this.#underWay >= this.limit) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#underWay += 1;
  }

  leave(): void {
    this.#underWay -= 1;
    while (this.#queue.length > 0 && this.#underWay < this.limit) {
      this.#underWay += 1;
      this.#queue.shift()?.();
    }
  }

  answered(milliseconds: number): void {
    this.#recent = this.#recent === 0 ? milliseconds : this.#recent * 0.9 + milliseconds * 0.1;
    this.#usual = Math.min(milliseconds, this.#usual * 1.00005);
    this.#calm += 1;
    if (this.#calm >= this.#patience && this.limit >= this.#wall - 1) {
      this.#wall += 1;
      this.#calm = 0;
    }
    const isUsed = this.#underWay >= this.limit;
    const isFast = this.#recent <= this.#usual * TOLERANCE + TOLERANCE_MS;
    if (!isUsed || !isFast) return;
    const step = this.#isFresh ? 1 : 1 / this.#limit;
    this.#limit = Math.min(this.#ceiling, this.#wall - 1, this.#limit + step);
  }

  /**
   * @param sentAt when the strained request was sent
   * @param isFailure it failed, rather than being told to slow down
   */
  strained(sentAt: number, now: number, isFailure: boolean): void {
    if (sentAt < this.#cutAt) return;
    this.#cutAt = now;
    // One request alone fails for a reason of its own.
    if (isFailure && this.#underWay < 2) return;
    this.#isFresh = false;
    this.#calm = 0;
    if (isFailure) {
      if (this.#wall !== Number.POSITIVE_INFINITY) this.#patience *= 2;
      this.#wall = Math.max(2, Math.min(this.#underWay, this.limit));
    }
    this.#limit = Math.max(1, this.#limit / 2);
  }
}
