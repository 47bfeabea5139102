/** Everything that a store holds, one record after the other. */
import type { PlacedRecord, Store } from '../store/store.js';

/** By tenant, collection and id, in ascending order; each collection as it was at one moment. */
export async function* listEverything(store: Store): AsyncGenerator<PlacedRecord> {
  for (const { tenant, collection } of await store.holdings()) {
    for await (const record of store.collection(tenant, collection).list()) {
      yield { tenant, collection, record };
    }
  }
}
