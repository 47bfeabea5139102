/** What ages out: records of what was done, once nobody asks any more (GDPR article 5: no longer than needed). */
import type { z } from 'zod';
import type { retentionSchema } from '../config/retention-schema.js';
import type { Conflict } from '../identity/conflicts.js';
import type { Store, StoredRecord } from '../store/store.js';
import type { ApprovalRecord } from '../sync/approvals.js';
import type { StoredPlan } from '../sync/plan-archive.js';
import type { RunRecord } from '../sync/state.js';
import type { SyncRecord } from '../sync/syncs.js';

export type Retention = z.output<typeof retentionSchema>;

/** A rule: since when a record has been over (ISO); null while it must stay. */
interface Rule {
  collection: string;
  days: (retention: Retention) => number;
  since: (record: never) => string | null;
}

const RULES: readonly Rule[] = [
  // One that was killed never ended.
  { collection: 'runs', days: ({ runs }) => runs, since: (run: RunRecord) => run.endedAt ?? run.startedAt },
  { collection: 'syncs', days: ({ runs }) => runs, since: ({ endedAt }: SyncRecord) => endedAt },
  { collection: 'approvals', days: ({ runs }) => runs, since: ({ expiresAt }: ApprovalRecord) => expiresAt },
  { collection: 'plans', days: ({ plans }) => plans, since: ({ madeAt }: StoredPlan) => madeAt },
  { collection: 'conflicts', days: ({ conflicts }) => conflicts, since: settledSince },
];

/**
 * Removes what is older than the configured days, and renews the snapshot, so that what was deleted leaves the disk.
 * @param now ISO instant
 * @returns records removed, by collection
 */
export async function retire(
  store: Store,
  tenant: string,
  retention: Retention,
  now: string,
): Promise<Record<string, number>> {
  const removed: Record<string, number> = {};
  for (const { collection: name, days, since } of RULES) {
    const collection = store.collection<StoredRecord>(tenant, name);
    const limit = new Date(Date.parse(now) - days(retention) * 86_400_000).toISOString();
    const old: string[] = [];
    for await (const record of collection.list()) {
      const over = since(record as never);
      if (over !== null && over < limit) old.push(record.id);
    }
    await collection.delete(old);
    if (old.length > 0) removed[name] = old.length;
  }
  await store.compact();
  return removed;
}

/** A dismissed conflict stays: without it the next run would ask the same question again. */
function settledSince({ state, resolution }: Conflict): string | null {
  return state === 'linked' || state === 'settled' || state === 'gone' ? (resolution?.at ?? null) : null;
}
