/** A company in a store, of any size. */
import { openLowdbStore } from '../../src/store/lowdb.js';
import type { PlacedRecord, Store } from '../../src/store/store.js';
import { openState } from '../../src/sync/state.js';
import { recordOf } from '../server/population.js';

export const TENANT = 'bench';

export function* company(people: number): Generator<PlacedRecord> {
  for (let number = 0; number < people; number += 1) {
    const record = { ...recordOf(number), version: 1 };
    yield { tenant: TENANT, collection: 'people', record };
  }
}

/** Fills a store and brings its files to rest. */
export async function settle(store: Store, people: number): Promise<void> {
  openState(store, TENANT);
  await store.replaceAll(company(people));
  await store.compact({ forget: true });
}

/**
 * Mean time of one write of one person, in ms, in each of several state folders: in turn, so that whatever else the machine does
 * meanwhile weighs on all of them alike.
 */
export async function timeWrites(folders: readonly string[], writes: number): Promise<number[]> {
  const companies = await Promise.all(folders.map(openCompany));
  try {
    for (let write = 0; write < writes; write += 1) {
      for (const company of companies) await company.write(write);
    }
    return companies.map(({ took }) => took / writes);
  } finally {
    for (const { store } of companies) await store.close();
  }
}

async function openCompany(folder: string) {
  const store = await openLowdbStore({ folder });
  const { people } = openState(store, TENANT);
  const ids: string[] = [];
  for await (const { id } of people.list()) ids.push(id);
  return {
    store,
    took: 0,
    async write(turn: number) {
      const person = await people.get(ids[(turn * 7_919) % ids.length] ?? '');
      if (person === undefined) return;
      const begin = performance.now();
      await people.put([{ ...person, updatedAt: `${turn}` }]);
      this.took += performance.now() - begin;
    },
  };
}
