import { expect, it } from 'vitest';
import { createMemoryStore } from '../../src/store/memory.js';
import { type BegunSync, isBegun, noteBegun } from '../../src/sync/begun.js';

const [EARLIER, INSTANT] = ['2026-11-19T04:00:00.000Z', '2026-11-20T04:00:00.000Z'];

it('a scheduled run counts as begun until it was begun five times, or another one was', async () => {
  const begun = createMemoryStore().collection<BegunSync>('acme', 'scheduled-syncs');
  expect(await isBegun(begun, INSTANT)).toBe(false);
  await noteBegun(begun, EARLIER);
  expect(await isBegun(begun, INSTANT)).toBe(false);
  for (let times = 1; times < 5; times += 1) {
    await noteBegun(begun, INSTANT);
    expect([await isBegun(begun, INSTANT), await isBegun(begun, EARLIER)]).toEqual([true, false]);
  }
  await noteBegun(begun, INSTANT);
  expect(await isBegun(begun, INSTANT)).toBe(false);
});
