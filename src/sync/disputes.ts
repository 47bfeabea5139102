/** Values on a target that somebody has to decide about, in the conflict queue: fights, and drift that the admin is asked about. */
import {
  type Conflict,
  conflictId,
  type Finding,
  fileConflict,
  retireConflict,
} from '../identity/conflicts.js';
import type { Collection } from '../store/store.js';
import { sourceOf } from './hearing.js';

export interface Dispute {
  kind: 'fight' | 'drift';
  /** Bridge id. */
  person: string;
  targetId: string | null;
  path: string;
}

/** @param isWhole the whole target was looked at: what is not disputed any more is retired */
export async function fileDisputes(
  conflicts: Collection<Conflict>,
  target: string,
  disputes: readonly Dispute[],
  { at, isWhole }: { at: string; isWhole: boolean },
): Promise<void> {
  if (disputes.length === 0 && !isWhole) return;
  const source = sourceOf(target);
  const findings = disputes.map(
    ({ kind, person, targetId, path }): Finding => ({
      kind,
      source,
      sourceId: targetId,
      on: path,
      people: [person],
    }),
  );
  const before = new Map<string, Conflict>();
  for await (const conflict of conflicts.list())
    if (conflict.source === source && (conflict.kind === 'fight' || conflict.kind === 'drift'))
      before.set(conflict.id, conflict);
  const filed = findings.map((finding) => fileConflict(finding, before.get(conflictId(finding)), at));
  const found = new Set(findings.map(conflictId));
  const gone = isWhole ? [...before.values()].filter(({ id }) => !found.has(id)) : [];
  const next = [...filed, ...gone.map((conflict) => retireConflict(conflict, at))];
  await conflicts.put(next.filter((conflict) => conflict !== before.get(conflict.id)));
}
