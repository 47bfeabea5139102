/** What the endpoint keeps in the store, by name and type. */
import type { Conflict } from '../../identity/conflicts.js';
import { indexPerson } from '../../identity/match-keys.js';
import type { PersonRecord } from '../../identity/person.js';
import type { Collection, Store } from '../../store/store.js';
import type { IdpGroupRecord } from './idp-groups.js';
import type { LuccaGroupRecord } from './lucca-groups.js';

export interface ServedState {
  people: Collection<PersonRecord>;
  /** Groups that IdPs wrote. */
  idpGroups: Collection<IdpGroupRecord>;
  /** Groups of the last reading of Lucca, so that they are served before the next one. */
  luccaGroups: Collection<LuccaGroupRecord>;
  conflicts: Collection<Conflict>;
}

/** Names of the collections, for those who write them and for those who follow their changes. */
export const COLLECTIONS: Readonly<Record<keyof ServedState, string>> = {
  people: 'people',
  idpGroups: 'idp-groups',
  luccaGroups: 'lucca-groups',
  conflicts: 'conflicts',
};

/** @param tenant the key that keeps customers apart in one store */
export function openServedState(store: Pick<Store, 'collection'>, tenant: string): ServedState {
  return {
    people: store.collection<PersonRecord>(tenant, COLLECTIONS.people, indexPerson),
    idpGroups: store.collection<IdpGroupRecord>(tenant, COLLECTIONS.idpGroups),
    luccaGroups: store.collection<LuccaGroupRecord>(tenant, COLLECTIONS.luccaGroups),
    conflicts: store.collection<Conflict>(tenant, COLLECTIONS.conflicts),
  };
}
