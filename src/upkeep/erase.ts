/** Erases a person (GDPR article 17): from every collection, from what is kept for repairs, and for good. */
import { BridgeError } from '../errors.js';
import type { PersonRecord } from '../identity/person.js';
import { personUnknown } from '../steward/context.js';
import { isInTime } from '../store/in-time.js';
import type { Collection, Store, StoredRecord } from '../store/store.js';
import type { Backup } from './archive.js';
import { type Erasure, personHash } from './erasures.js';
import { forget, type Mentions, mentionsOf } from './forget.js';

export interface EraseOptions {
  /** Who does it, for the receipt. */
  by: string;
  /** Erases also somebody whom Lucca still shows. */
  force: boolean;
}

export interface Erased {
  receipt: Erasure;
  /** Accounts of the person that stay as they are: what is on a target is for the target's admin to delete. */
  accounts: { target: string; targetId: string }[];
}

export interface EraseContext {
  store: Store;
  tenant: string;
  people: Collection<PersonRecord>;
  erasures: Collection<Erasure>;
  /** Backups that were taken of this state. */
  backups: () => Promise<readonly Backup[]>;
  /** ISO instant. */
  now: () => string;
  newId: () => string;
}

/** @param person a bridge id, Lucca id or userName. @throws BridgeError PERSON_UNKNOWN, PERSON_STILL_IN_LUCCA, SYNC_UNDER_WAY */
export type Erase = (person: string, options: EraseOptions) => Promise<Erased>;

/**
 * Removes everything that speaks of the person and keeps a receipt that names nobody. Nothing goes to a target.
 * @throws BridgeError PERSON_UNKNOWN, PERSON_STILL_IN_LUCCA without `force`
 */
export async function erasePerson(
  context: EraseContext,
  id: string,
  { by, force }: EraseOptions,
): Promise<Erased> {
  const person = await context.people.get(id);
  if (person === undefined) throw personUnknown();
  if (!force && person.lucca?.missingSince === null) throw stillInLucca(person.id);
  const { store, tenant, now, newId } = context;
  const mentions = mentionsOf(person);
  const removed: Record<string, number> = {};
  const shortened: Record<string, number> = {};
  for (const holding of await store.holdings()) {
    if (holding.tenant !== tenant) continue;
    const counts = await forgetIn(store.collection(tenant, holding.collection), holding.collection, mentions);
    if (counts.removed > 0) removed[holding.collection] = counts.removed;
    if (counts.shortened > 0) shortened[holding.collection] = counts.shortened;
  }
  const at = now();
  const receipt: Erasure = {
    id: newId(),
    version: 0,
    tenant,
    at,
    by,
    person: personHash(tenant, person.id),
    removed,
    shortened,
    accountsLeft: [...mentions.accounts.keys()].sort(),
    backups: (await context.backups())
      .filter(({ takenAt }) => takenAt >= person.createdAt)
      .map(({ file, takenAt }) => ({ file, takenAt })),
  };
  const [stored = receipt] = await context.erasures.put([receipt]);
  await store.compact({ forget: true });
  return {
    receipt: stored,
    accounts: [...mentions.accounts].map(([target, targetId]) => ({ target, targetId })),
  };
}

async function forgetIn(
  collection: Collection<StoredRecord>,
  name: string,
  mentions: Mentions,
): Promise<{ removed: number; shortened: number }> {
  const counts = { removed: 0, shortened: 0 };
  const concerned: string[] = [];
  for await (const record of collection.list()) {
    if (forget(record, name, mentions) !== record) concerned.push(record.id);
  }
  for (const id of concerned) {
    const isKept = await forgetInRecord(collection, id, name, mentions);
    counts[isKept ? 'shortened' : 'removed'] += 1;
  }
  return counts;
}

/** Again when somebody else wrote the record meanwhile. Resolves to whether the record still stands. */
async function forgetInRecord(
  collection: Collection<StoredRecord>,
  id: string,
  name: string,
  mentions: Mentions,
): Promise<boolean> {
  for (;;) {
    const record = await collection.get(id);
    const rest = record && forget(record, name, mentions);
    if (rest === undefined) {
      await collection.delete([id]);
      return false;
    }
    if (rest === record || (await isInTime(() => collection.put([rest])))) return true;
  }
}

function stillInLucca(id: string): BridgeError {
  return new BridgeError(
    'PERSON_STILL_IN_LUCCA',
    `Lucca still shows person ${id}: the next run would bring them back.`,
    {
      remedy:
        'Delete the person in Lucca, or take them out of what the credentials may see, and run once; or force it.',
      exitCode: 3,
    },
  );
}
