/** Which stored records changed since they were last looked at, other than by this process itself. */
import type { Store } from '../../store/store.js';

export class StaleRecords {
  readonly #followed: ReadonlyMap<string, Followed>;
  readonly #stop: () => void;
  #size = 0;

  /** Follows some collections of a tenant, from now on. */
  constructor(store: Store, tenant: string, collections: readonly string[]) {
    this.#followed = new Map(collections.map((name) => [name, { stale: new Set(), expected: new Map() }]));
    this.#stop = store.watch(tenant, (changes) => {
      for (const { collection, id } of changes) this.#notice(collection, id);
    });
  }

  get size(): number {
    return this.#size;
  }

  add(collection: string, ids: Iterable<string>): void {
    const stale = this.#followed.get(collection)?.stale;
    for (const id of ids) stale?.add(id);
    this.#count();
  }

  /** Gives the ids of a collection, which count as looked at from then on. */
  take(collection: string): string[] {
    const stale = this.#followed.get(collection)?.stale;
    if (stale === undefined || stale.size === 0) return [];
    const ids = [...stale];
    stale.clear();
    this.#count();
    return ids;
  }

  /** Announces a write whose result its writer takes in by itself: the next change of each record is not news. */
  expect(collection: string, ids: readonly string[]): void {
    const expected = this.#followed.get(collection)?.expected;
    for (const id of ids) expected?.set(id, (expected.get(id) ?? 0) + 1);
  }

  /** The announced write failed: what was taken for it may have been a change by somebody else. */
  disappoint(collection: string, ids: readonly string[]): void {
    for (const id of ids) this.#meet(collection, id);
    this.add(collection, ids);
  }

  close(): void {
    this.#stop();
  }

  #notice(collection: string, id: string): void {
    if (!this.#meet(collection, id)) this.add(collection, [id]);
  }

  /** Whether a change was expected; from then on one less is. */
  #meet(collection: string, id: string): boolean {
    const expected = this.#followed.get(collection)?.expected;
    const count = expected?.get(id);
    if (expected === undefined || count === undefined) return false;
    if (count === 1) expected.delete(id);
    else expected.set(id, count - 1);
    return true;
  }

  #count(): void {
    this.#size = 0;
    for (const { stale } of this.#followed.values()) this.#size += stale.size;
  }
}

interface Followed {
  stale: Set<string>;
  /** How many changes of a record are on their way that are no news. */
  expected: Map<string, number>;
}
