/**
 * Locks by key: while one write decides over a userName, another that wants the same one waits. All keys of a write are taken at
 * once, so that no two writes ever wait for each other.
 */
export class KeyLocks {
  readonly #held = new Map<string, Holder>();

  /** Runs `action` once nobody else holds any of `keys`. A holder may take further keys only if no holder of those takes its own. */
  async run<T>(keys: readonly string[], action: () => Promise<T>): Promise<T> {
    for (let other = this.#findHolder(keys); other !== undefined; other = this.#findHolder(keys)) {
      await leaving(other);
    }
    const holder: Holder = { waiting: [] };
    for (const key of keys) this.#held.set(key, holder);
    try {
      return await action();
    } finally {
      for (const key of keys) this.#held.delete(key);
      for (const resume of holder.waiting) resume();
    }
  }

  #findHolder(keys: readonly string[]): Holder | undefined {
    for (const key of keys) {
      const holder = this.#held.get(key);
      if (holder !== undefined) return holder;
    }
    return undefined;
  }
}

interface Holder {
  /** To be called when the keys are free again, in the order in which they began to wait. */
  waiting: (() => void)[];
}

function leaving({ waiting }: Holder): Promise<void> {
  return new Promise((resolve) => waiting.push(resolve));
}
