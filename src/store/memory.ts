/** A store that lives and dies with the process: for tests, benchmarks, and embedders who keep nothing. */
import type { Store } from './store.js';
import { ChangeFeed, TableStore } from './table-store.js';
import { BatchPlan, Tables } from './tables.js';

/** Opens an empty store in memory; "durable" means until the process ends. */
export function createMemoryStore(): Store {
  const tables = new Tables(1);
  const feed = new ChangeFeed();
  return new TableStore(
    tables,
    feed,
    async (write) => {
      const entries = new BatchPlan(tables).add(write);
      feed.tell(tables.apply(entries));
      return entries;
    },
    async () => {},
  );
}
