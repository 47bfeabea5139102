/** How many rows to ask for: fewer after a 408, more again after pages that went well (R3). */

/** Each step divides the one before, so that numbered pages of any size begin where larger ones do. */
export const THOUSAND = [1000, 500, 250, 125, 25] as const;
export const HUNDRED = [100, 50, 25, 5] as const;

const PATIENCE = 3;

export class PageSize {
  readonly #steps: readonly number[];
  #step = 0;
  #successes = 0;
  #patience = PATIENCE;
  #justGrown = false;

  constructor(steps: readonly number[]) {
    this.#steps = steps;
  }

  get current(): number {
    return this.#steps[this.#step] ?? 1;
  }

  get canShrink(): boolean {
    return this.#step < this.#steps.length - 1;
  }

  /** After a request that was too slow. A size that fails as soon as it is tried again is tried half as often. */
  shrink(): void {
    if (this.#justGrown) this.#patience *= 2;
    if (this.canShrink) this.#step += 1;
    this.#successes = 0;
    this.#justGrown = false;
  }

  /** After a page that came in time. @param offset of the following page: a larger page must be able to begin there */
  succeed(offset: number): void {
    this.#successes += 1;
    this.#justGrown = false;
    const larger = this.#steps[this.#step - 1];
    if (larger === undefined || this.#successes < this.#patience || offset % larger !== 0) return;
    this.#step -= 1;
    this.#successes = 0;
    this.#justGrown = true;
  }
}
