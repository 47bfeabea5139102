/** Erases a person (GDPR article 17): from every collection, from what is kept for repairs, and for good. */
import { BridgeError } from '../errors.js';
import type { PersonRecord } from '../identity/person.js';
import { COLLECTIONS } from '../server/bridge/collections.js';
import { personUnknown } from '../steward/context.js';
import { isInTime } from '../store/in-time.js';
import type { Collection, Store, StoredRecord } from '../store/store.js';
import type { Backup } from './archive.js';
import { ERASURES, type Erasure, hashId, receiptsOf } from './erasures.js';
import { forget, type Mentions, mentionsOf } from './forget.js';

export interface EraseOptions {
  /** Who does it, for the receipt. */
  by: string;
  /** Erases also somebody whom Lucca still shows. */
  force: boolean;
}

export interface Erased {
  receipt: Erasure;
  /**
   * Accounts of the person that stay as they are: what is on a target is for the target's admin to delete. None when only the end of
   * an erasure was left to do: the receipt still names the targets.
   */
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

/** A record that speaks of the person, and whether something is left of it without them. */
interface Mention {
  collection: string;
  id: string;
  isKept: boolean;
}

/**
 * Removes everything that speaks of the person and keeps a receipt that names nobody. Nothing goes to a target. The receipt is
 * written first and the person's own record goes last, so that an erasure that was interrupted is finished by asking for it again.
 * @param id the bridge id; where only the end was left to do, or nothing, also the Lucca id
 * @throws BridgeError PERSON_UNKNOWN, PERSON_STILL_IN_LUCCA without `force`
 */
export async function erasePerson(
  context: EraseContext,
  id: string,
  { by, force }: EraseOptions,
): Promise<Erased> {
  const { store, tenant, people } = context;
  const person = await people.get(id);
  if (person === undefined) return eraseAgain(context, id);
  if (!force && person.lucca?.missingSince === null) throw stillInLucca(person.id);
  const mentions = mentionsOf(person);
  const found = await findMentions(context, mentions);
  const receipt = await writeReceipt(context, person, mentions, found, by);
  for (const { collection, id } of found) {
    if (collection === COLLECTIONS.people && id === person.id) continue;
    await forgetInRecord(store.collection(tenant, collection), id, collection, mentions);
  }
  await people.delete([person.id]);
  await store.compact({ forget: true });
  return {
    receipt,
    accounts: [...mentions.accounts].map(([target, targetId]) => ({ target, targetId })),
  };
}

/** Nobody is there any more: whoever has a receipt is rid of what may be left in files, and given the receipt. */
async function eraseAgain({ store, tenant, erasures }: EraseContext, id: string): Promise<Erased> {
  const receipt = (await receiptsOf(erasures, tenant, id)).at(-1);
  if (receipt === undefined) throw personUnknown();
  await store.compact({ forget: true });
  return { receipt, accounts: [] };
}

async function findMentions({ store, tenant }: EraseContext, mentions: Mentions): Promise<Mention[]> {
  const found: Mention[] = [];
  for (const { tenant: owner, collection } of await store.holdings()) {
    if (owner !== tenant || collection === ERASURES) continue;
    for await (const record of store.collection(tenant, collection).list()) {
      const rest = forget(record, collection, mentions);
      if (rest !== record) found.push({ collection, id: record.id, isKept: rest !== undefined });
    }
  }
  return found;
}

/** The receipt of an erasure that was interrupted stays what it is, but for backups taken since. */
async function writeReceipt(
  { tenant, erasures, backups, now, newId }: EraseContext,
  person: PersonRecord,
  { ids, sources, accounts }: Mentions,
  found: readonly Mention[],
  by: string,
): Promise<Erasure> {
  const [begun] = (await receiptsOf(erasures, tenant, person.id)).filter(({ at }) => person.createdAt <= at);
  const id = begun?.id ?? newId();
  const names = [...ids, sources.get('lucca') ?? []].flat();
  const receipt: Erasure = {
    id,
    version: 0,
    tenant,
    at: now(),
    by,
    ids: names.map((name) => hashId(id, tenant, name)),
    removed: countBy(found.filter(({ isKept }) => !isKept)),
    shortened: countBy(found.filter(({ isKept }) => isKept)),
    accountsLeft: [...accounts.keys()].sort(),
    ...begun,
    backups: (await backups())
      .filter(({ takenAt }) => takenAt >= person.createdAt)
      .map(({ file, takenAt }) => ({ file, takenAt })),
  };
  const [stored = receipt] = await erasures.put([receipt]);
  return stored;
}

function countBy(found: readonly Mention[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { collection } of found) counts[collection] = (counts[collection] ?? 0) + 1;
  return counts;
}

/** Again when somebody else wrote the record meanwhile. */
async function forgetInRecord(
  collection: Collection<StoredRecord>,
  id: string,
  name: string,
  mentions: Mentions,
): Promise<void> {
  for (;;) {
    const record = await collection.get(id);
    const rest = record && forget(record, name, mentions);
    if (rest === undefined) return collection.delete([id]);
    if (rest === record || (await isInTime(() => collection.put([rest])))) return;
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
