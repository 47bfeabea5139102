/** The collections of one tenant's state, by name and type. */
import type { GroupRecord } from '../identity/person.js';
import type { Capabilities } from '../push/capabilities.js';
import type { Counts } from '../push/guard/kinds.js';
import { openServedState, type ServedState } from '../server/bridge/collections.js';
import type { Collection, Store, StoredRecord } from '../store/store.js';
import type { ApprovalRecord } from './approvals.js';
import type { FieldCounts } from './lost-fields.js';
import type { StoredPlan } from './plan-archive.js';
import type { TargetMemory } from './target-memory.js';

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
  /** Null while it runs; when it was killed, its start. */
  endedAt: string | null;
  /** `refused`: a guard kept part of the plan back; the rest was applied. */
  outcome: 'running' | 'killed' | 'done' | 'with-failures' | 'stopped' | 'refused';
  planHash: string;
  /** Fingerprint of scope, mapping and profile. */
  configuration: string;
  /** Hash of the approved plan of which it did what was left. */
  approval: string | null;
  /** What it removed and changed without an approval, by kind of the budget; while it runs, what it means to. */
  counts: Counts;
  done: number;
  failed: number;
  /** Requests sent while applying; those for the plan are counted apart. */
  writes: number;
  reads: number;
  planReads: number;
}

export interface TenantState extends Pick<ServedState, 'people' | 'luccaGroups' | 'idpGroups' | 'conflicts'> {
  groups: Collection<GroupRecord>;
  capabilities: Collection<CapabilityRecord>;
  memories: Collection<TargetMemory>;
  readings: Collection<ReadingRecord>;
  runs: Collection<RunRecord>;
  plans: Collection<StoredPlan>;
  approvals: Collection<ApprovalRecord>;
}

/** Name of the collection of what is remembered of each target. */
export const MEMORIES = 'target-memories';

/** @param tenant the key that keeps customers apart in one store */
export function openState(store: Pick<Store, 'collection'>, tenant: string): TenantState {
  const { people, luccaGroups, idpGroups, conflicts } = openServedState(store, tenant);
  return {
    people,
    luccaGroups,
    idpGroups,
    conflicts,
    groups: store.collection<GroupRecord>(tenant, 'groups'),
    capabilities: store.collection<CapabilityRecord>(tenant, 'capabilities'),
    memories: store.collection<TargetMemory>(tenant, MEMORIES),
    readings: store.collection<ReadingRecord>(tenant, 'readings'),
    runs: store.collection<RunRecord>(tenant, 'runs'),
    plans: store.collection<StoredPlan>(tenant, 'plans'),
    approvals: store.collection<ApprovalRecord>(tenant, 'approvals'),
  };
}
