/** What was read of a collection, for whoever asks often: kept until the collection changes. */
import { isStoreFault } from '../store/fault-watch.js';
import type { Store } from '../store/store.js';

export interface Remembered<T> {
  /** While the store does not work: what was read last. @throws what reading failed with, when nothing was read yet */
  get(): Promise<T>;
  stop(): void;
}

export function remember<T>(
  store: Pick<Store, 'watch'>,
  tenant: string,
  collection: string,
  read: () => Promise<T>,
): Remembered<T> {
  let known: Promise<T> | undefined;
  let latest: { value: T } | undefined;
  const stop = store.watch(tenant, (changes) => {
    if (changes.some((change) => change.collection === collection)) known = undefined;
  });
  return {
    async get() {
      const reading = known ?? read();
      known = reading;
      try {
        const value = await reading;
        latest = { value };
        return value;
      } catch (error) {
        if (known === reading) known = undefined;
        if (latest === undefined || !isStoreFault(error)) throw error;
        return latest.value;
      }
    },
    stop,
  };
}
