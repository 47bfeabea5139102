/** The tasks that one process has in hand: a bounded number, and the way to wait for them. */
export class Hands {
  readonly #atOnce: number;
  readonly #inHand = new Set<Promise<void>>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** So many more may be taken. */
  get free(): number {
    return this.#atOnce - this.#inHand.size;
  }

  /** @param task never rejects */
  take(task: Promise<void>): void {
    const held = task.finally(() => this.#inHand.delete(held));
    this.#inHand.add(held);
  }

  async allDone(): Promise<void> {
    await Promise.all(this.#inHand);
  }
}
