/** What is asked often is read once, and not forgotten while the store does not work. */
import { expect, it } from 'vitest';
import { BridgeError } from '../../src/errors.js';
import { remember } from '../../src/serve/remember.js';
import { createMemoryStore } from '../../src/store/memory.js';

it('what was read last is given while the store does not work', async () => {
  const store = createMemoryStore();
  const cards = store.collection('acme', 'cards');
  let trouble: Error | undefined = new BridgeError('STORE_UNAVAILABLE', 'No answer.', { remedy: '' });
  let reads = 0;
  const count = remember(store, 'acme', 'cards', async () => {
    reads += 1;
    if (trouble !== undefined) throw trouble;
    return cards.count();
  });
  await expect(count.get()).rejects.toBe(trouble);
  const away = trouble;
  trouble = undefined;
  expect([await count.get(), await count.get(), reads]).toEqual([0, 0, 2]);

  await cards.put([{ id: 'a', version: 0 }]);
  trouble = away;
  expect(await count.get()).toBe(0);
  trouble = undefined;
  expect(await count.get()).toBe(1);

  await cards.put([{ id: 'b', version: 0 }]);
  trouble = new Error('a mistake of the program');
  await expect(count.get()).rejects.toBe(trouble);
  count.stop();
});
