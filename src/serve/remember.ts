/** What was read of a collection, for whoever asks often: kept until the collection changes. */
import type { Store } from '../store/store.js';

export interface Remembered<T> {
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
  const stop = store.watch(tenant, (changes) => {
    if (changes.some((change) => change.collection === collection)) known = undefined;
  });
  return {
    get() {
      if (known !== undefined) return known;
      const reading = read();
      known = reading;
      reading.catch(() => {
        if (known === reading) known = undefined;
      });
      return reading;
    },
    stop,
  };
}
