/** Serialised resources, kept within bounds: a company of a hundred thousand would otherwise stand in memory twice. */
import type { StoredResource } from './backend.js';

export class KeptBytes {
  readonly #half: number;
  /** Two generations: when the younger is full, the older is forgotten. What is read again moves to the younger one. */
  #young = new WeakMap<StoredResource, Buffer>();
  #old = new WeakMap<StoredResource, Buffer>();
  #size = 0;

  /** @param limit bytes that are kept at most */
  constructor(limit: number) {
    this.#half = limit / 2;
  }

  /** What is kept of a resource, or what `make` gives. */
  get(stored: StoredResource, make: () => Buffer): Buffer {
    const ready = this.#young.get(stored);
    if (ready !== undefined) return ready;
    const bytes = this.#old.get(stored) ?? make();
    this.#keep(stored, bytes);
    return bytes;
  }

  #keep(stored: StoredResource, bytes: Buffer): void {
    if (this.#size + bytes.length > this.#half) {
      this.#old = this.#young;
      this.#young = new WeakMap();
      this.#size = 0;
    }
    this.#young.set(stored, bytes);
    this.#size += bytes.length;
  }
}
