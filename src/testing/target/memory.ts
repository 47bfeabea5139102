/** Remembers what resources were before the latest requests, for targets whose reads lag behind their writes. */
import type { JsonObject } from '../../json.js';

interface Former {
  /** Number of the request that changed the resource, and when that was, in milliseconds. */
  at: number;
  time: number;
  /** Null: it did not exist. */
  before: JsonObject | null;
}

/** So long at most may reads lag. */
const LAG_MS = 2_000;

export class Memory {
  readonly #now: () => number;
  #requests = 0;
  readonly #formers = new Map<string, Former[]>();

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a request. */
  tick(): void {
    this.#requests += 1;
  }

  /** The request under way changes the resource, which was `before` until now. */
  changing(id: string, before: JsonObject | null): void {
    this.#formers.set(id, [
      ...(this.#formers.get(id) ?? []),
      { at: this.#requests, time: this.#now(), before },
    ]);
  }

  /** The resource as it was before the last `lag` requests, or two seconds ago; undefined when it did not exist. */
  asSeen(resource: JsonObject, lag: number): JsonObject | undefined {
    if (lag === 0) return resource;
    const id = String(resource.id);
    const since = this.#now() - LAG_MS;
    const recent = (this.#formers.get(id) ?? []).filter(
      ({ at, time }) => at >= this.#requests - lag && time > since,
    );
    this.#formers.set(id, recent);
    const [oldest] = recent;
    if (oldest === undefined) return resource;
    // What the server adds for the wire stays as it is now.
    return oldest.before === null ? undefined : { ...oldest.before, meta: resource.meta };
  }
}
