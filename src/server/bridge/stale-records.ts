/** Which stored records changed since they were last looked at, whoever changed them. */
import type { Store } from '../../store/store.js';

export class StaleRecords {
  readonly #ids: ReadonlyMap<string, Set<string>>;
  readonly #stop: () => void;
  #size = 0;

  /** Follows some collections of a tenant, from now on. */
  constructor(store: Store, tenant: string, collections: readonly string[]) {
    this.#ids = new Map(collections.map((name) => [name, new Set()]));
    this.#stop = store.watch(tenant, (changes) => {
      for (const { collection, id } of changes) this.add(collection, [id]);
    });
  }

  get size(): number {
    return this.#size;
  }

  add(collection: string, ids: Iterable<string>): void {
    const known = this.#ids.get(collection);
    if (known === undefined) return;
    for (const id of ids) known.add(id);
    this.#count();
  }

  /** Gives the ids of a collection, which count as looked at from then on. */
  take(collection: string): string[] {
    const known = this.#ids.get(collection);
    const ids = [...(known ?? [])];
    known?.clear();
    this.#count();
    return ids;
  }

  close(): void {
    this.#stop();
  }

  #count(): void {
    this.#size = 0;
    for (const ids of this.#ids.values()) this.#size += ids.size;
  }
}
