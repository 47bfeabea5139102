/** A Map that forgets what was used least recently: for things derived from what clients send. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value kept for `key`, made by `make` when there is none. What `make` throws is not kept. */
  get(key: K, make: (key: K) => V): V {
    const kept = this.#entries.get(key);
    const value = kept ?? make(key);
    if (kept !== undefined) this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#limit) this.#forgetOldest();
    return value;
  }

  #forgetOldest(): void {
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
