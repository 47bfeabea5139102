/** The collections of one tenant's state, by name and type. */
import type { GroupRecord } from '../identity/person.js';
import type { Capabilities } from '../push/capabilities.js';
import { openServedState, type ServedState } from '../server/bridge/collections.js';
import type { Collection, Store, StoredRecord } from '../store/store.js';
import type { FieldCounts } from './lost-fields.js';

/** What discovery found at one address; its id is the target's name. */
export interface CapabilityRecord extends StoredRecord {
  url: string;
  capabilities: Capabilities;
}

/** What the last trusted reading showed, to notice a right that is lost (R6); its id is `last`. */
export interface ReadingRecord extends StoredRecord {
  at: string;
  fields: FieldCounts;
}

/** One run on one target, as it is kept for later questions. */
export interface RunRecord extends StoredRecord {
  target: string;
  /** ISO instants. */
  startedAt: string;
  endedAt: string;
  outcome: 'done' | 'with-failures' | 'stopped' | 'refused';
  planHash: string;
  done: number;
  failed: number;
  writes: number;
  reads: number;
}

export interface TenantState extends Pick<ServedState, 'people' | 'luccaGroups' | 'conflicts'> {
  groups: Collection<GroupRecord>;
  capabilities: Collection<CapabilityRecord>;
  readings: Collection<ReadingRecord>;
  runs: Collection<RunRecord>;
}

/** @param tenant the key that keeps customers apart in one store */
export function openState(store: Store, tenant: string): TenantState {
  const { people, luccaGroups, conflicts } = openServedState(store, tenant);
  return {
    people,
    luccaGroups,
    conflicts,
    groups: store.collection<GroupRecord>(tenant, 'groups'),
    capabilities: store.collection<CapabilityRecord>(tenant, 'capabilities'),
    readings: store.collection<ReadingRecord>(tenant, 'readings'),
    runs: store.collection<RunRecord>(tenant, 'runs'),
  };
}
