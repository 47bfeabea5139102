/** What is known is served while the store cannot be reached, for whatever reason; what may be out of date for good is not. */
import { expect, it, onTestFinished } from 'vitest';
import { BridgeError } from '../../../src/errors.js';
import { createMemoryStore } from '../../../src/store/memory.js';
import type { Collection, Store, StoredRecord } from '../../../src/store/store.js';
import { readLucca, startBridgeEndpoint } from './bridge-endpoint.js';

/** A store of which changes are heard of, and nothing can be read once `fail` says why. */
function unreadable(fail: () => BridgeError | undefined): Store {
  const store = createMemoryStore();
  return Object.assign(Object.create(store) as Store, {
    watch: store.watch.bind(store),
    collection<T extends StoredRecord>(...place: Parameters<Store['collection']>): Collection<T> {
      const collection = store.collection<T>(...(place as [string, string]));
      const getMany: Collection<T>['getMany'] = async (ids) => {
        const trouble = fail();
        if (trouble !== undefined) throw trouble;
        return collection.getMany(ids);
      };
      return new Proxy(collection, {
        get: (target, name) => {
          if (name === 'getMany') return getMany;
          const own = Reflect.get(target, name);
          return typeof own === 'function' ? own.bind(target) : own;
        },
      });
    },
  });
}

it.each([
  ['STORE_UNAVAILABLE', 200],
  ['STORE_TLS_FAILED', 200],
  ['STORE_BEHIND', 503],
])('a read is answered while the store says %s: %i', async (code, status) => {
  let trouble: BridgeError | undefined;
  const store = unreadable(() => trouble);
  const person = { userName: 'ada@acme.example', displayName: 'Ada' };
  await readLucca(store, { ada: person });
  const endpoint = await startBridgeEndpoint({ store });
  onTestFinished(() => endpoint.close());
  await readLucca(store, { ada: { ...person, displayName: 'Ada L.' } });
  trouble = new BridgeError(code, 'No answer.', { remedy: 'Wait.' });
  const answer = await fetch(`${endpoint.base}/Users/ada`, { headers: { authorization: 'Bearer tool' } });
  expect(answer.status).toBe(status);
});
