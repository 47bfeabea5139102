/**
 * Locks by key: while one write decides over a userName, another that wants the same one waits. All keys of a write are taken at
 * once, so that no two writes ever wait for each other.
 */
export class KeyLocks {
  readonly #held = new Map<string, Promise<void>>();

  /** Runs `action` once nobody else holds any of `keys`. A holder may take further keys only if no holder of those takes its own. */
  async run<T>(keys: readonly string[], action: () => Promise<T>): Promise<T> {
    for (let held = this.#findHeld(keys); held !== undefined; held = this.#findHeld(keys)) await held;
    const { promise, resolve } = withResolvers();
    for (const key of keys) this.#held.set(key, promise);
    try {
      return await action();
    } finally {
      for (const key of keys) this.#held.delete(key);
      resolve();
    }
  }

  #findHeld(keys: readonly string[]): Promise<void> | undefined {
    for (const key of keys) {
      const held = this.#held.get(key);
      if (held !== undefined) return held;
    }
    return undefined;
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
