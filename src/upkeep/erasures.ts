/** Who was erased: receipts without personal data, kept so that no backup brings anybody back. */

import { hash } from 'node:crypto';
import { z } from 'zod';
import type { PersonRecord } from '../identity/person.js';
import { readAll } from '../store/read-all.js';
import type { Collection, PlacedRecord, Store, StoredRecord } from '../store/store.js';
import { forget, mentionsOf } from './forget.js';

/** The receipt of one erasure. */
export interface Erasure extends StoredRecord {
  tenant: string;
  /** ISO instant. */
  at: string;
  /** Who did it. */
  by: string;
  /**
   * Each id by which the person was known, the bridge's, former ones and Lucca's, as `hashId` gives it: whoever has the receipt can
   * see whether it is that of an id.
   */
  ids: string[];
  /** Records removed, by collection. */
  removed: Record<string, number>;
  /** Records that no longer speak of the person, by collection. */
  shortened: Record<string, number>;
  /** Targets that still have an account of the person. */
  accountsLeft: string[];
  /** Backups taken while the person was there; `state restore` leaves the person out of them. */
  backups: { file: string; takenAt: string }[];
}

const erasureSchema: z.ZodType<Erasure> = z.object({
  id: z.string(),
  version: z.number(),
  tenant: z.string(),
  at: z.iso.datetime(),
  by: z.string(),
  ids: z.array(z.string()),
  removed: z.record(z.string(), z.number()),
  shortened: z.record(z.string(), z.number()),
  accountsLeft: z.array(z.string()),
  backups: z.array(z.object({ file: z.string(), takenAt: z.string() })),
});

/** Reads the lines that `people erase --json` printed. Throws when one of them is none. */
export function readReceipts(text: string): Erasure[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => z.object({ receipt: erasureSchema }).parse(JSON.parse(line)).receipt);
}

export const ERASURES = 'erasures';

export function erasuresOf(store: Store, tenant: string): Collection<Erasure> {
  return store.collection<Erasure>(tenant, ERASURES);
}

/** The receipts of all tenants. */
export async function listErasures(store: Store): Promise<Erasure[]> {
  const found: Erasure[] = [];
  for (const { tenant, collection } of await store.holdings()) {
    if (collection === ERASURES) found.push(...(await readAll(erasuresOf(store, tenant))));
  }
  return found;
}

/**
 * SHA-256 over the receipt's own id, the tenant and an id of the person. The receipt's id is random, so that neither two receipts nor
 * a ready-made table can be compared; who has a receipt and a list of ids can still try them one by one.
 */
export function hashId(receipt: string, tenant: string, id: string): string {
  return hash('sha256', `${receipt} ${tenant} ${id}`, 'hex');
}

function isOf({ id: receipt, ids }: Erasure, tenant: string, id: string): boolean {
  return ids.includes(hashId(receipt, tenant, id));
}

/** The receipts of a person by one of their ids, the earliest first. */
export async function receiptsOf(
  erasures: Collection<Erasure>,
  tenant: string,
  id: string,
): Promise<Erasure[]> {
  const found = (await readAll(erasures)).filter((receipt) => isOf(receipt, tenant, id));
  return found.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/**
 * Leaves out of a backup's records whoever was erased after they came into being, and adds the receipts that the backup does not
 * have yet.
 */
export async function eraseTombstoned(
  records: AsyncIterable<PlacedRecord>,
  known: readonly Erasure[],
): Promise<{ kept: PlacedRecord[]; erased: number }> {
  let kept: PlacedRecord[] = [];
  for await (const placed of records) kept.push(placed);
  const receipts = new Map<string, Erasure>();
  for (const { collection, record } of kept) {
    if (collection === ERASURES) receipts.set(record.id, record as Erasure);
  }
  for (const receipt of known) {
    if (receipts.has(receipt.id)) continue;
    receipts.set(receipt.id, receipt);
    kept.push({ tenant: receipt.tenant, collection: ERASURES, record: receipt });
  }
  const erased = kept.filter((placed) => isErased(placed, [...receipts.values()]));
  for (const { tenant, record } of erased) {
    const mentions = mentionsOf(record as PersonRecord);
    kept = kept.flatMap((placed) => {
      if (placed.tenant !== tenant || placed.collection === ERASURES) return [placed];
      const rest = forget(placed.record, placed.collection, mentions);
      return rest === undefined ? [] : [{ ...placed, record: rest }];
    });
  }
  return { kept, erased: erased.length };
}

/** Whoever came back after the erasure is somebody with a record made since then, and stays. */
function isErased({ tenant, collection, record }: PlacedRecord, receipts: readonly Erasure[]): boolean {
  if (collection !== 'people') return false;
  const { id, createdAt } = record as PersonRecord;
  return receipts.some((receipt) => createdAt <= receipt.at && isOf(receipt, tenant, id));
}
