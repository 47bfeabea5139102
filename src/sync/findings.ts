/** What a run finds that somebody has to decide, brought into the conflict queue. */

import {
  type Conflict,
  conflictId,
  type Finding,
  fileConflict,
  retireConflict,
} from '../identity/conflicts.js';
import type { PersonRecord } from '../identity/person.js';
import { resolveUser } from '../identity/resolve.js';
import type { CompiledRules } from '../identity/rules.js';
import { SharedKeys } from '../identity/shared-keys.js';
import { createTurns, visitInTurns } from '../server/turns.js';
import { isInTime } from '../store/in-time.js';
import { readById } from '../store/read-all.js';
import type { Collection } from '../store/store.js';
import type { RecordBook } from './record-book.js';

const turns = createTurns();

/** People who would have the same userName or work e-mail; leavers may share theirs. Lets others through on the way. */
export async function findDoubles(
  people: RecordBook<PersonRecord>,
  rules: CompiledRules,
  at: string,
): Promise<Finding[]> {
  const shared = new SharedKeys();
  await visitInTurns(
    [...people.values()],
    (person) => {
      const attributes = resolveUser(person, rules, at);
      if (attributes.active !== false) shared.add({ id: person.id, attributes });
    },
    turns,
  );
  return shared.findings();
}

/** Files what was found of Lucca, and retires what was found earlier and is not any more. What an IdP's write brought up stays. */
export function fileFindings(
  conflicts: Collection<Conflict>,
  findings: readonly Finding[],
  at: string,
): Promise<void> {
  return bringUp(conflicts, findings, { at, isJudged: isOfRuns });
}

/**
 * Brings the queue up to what was found.
 * @param how.isJudged whether a conflict would have been found again if it still were one: else it is retired
 */
export async function bringUp(
  conflicts: Collection<Conflict>,
  findings: readonly Finding[],
  { at, isJudged }: { at: string; isJudged(conflict: Conflict): boolean },
): Promise<void> {
  const found = new Set(findings.map(conflictId));
  for (;;) {
    const before = await readById(conflicts);
    const filed = findings.map((finding) => fileConflict(finding, before.get(conflictId(finding)), at));
    const gone = [...before.values()].filter((conflict) => !found.has(conflict.id) && isJudged(conflict));
    const changed = [...filed, ...gone.map((conflict) => retireConflict(conflict, at))].filter(
      (conflict) => conflict !== before.get(conflict.id),
    );
    const next = [...new Map(changed.map((conflict) => [conflict.id, conflict])).values()];
    if (await isInTime(() => conflicts.put(next))) return;
  }
}

function isOfRuns({ kind, source }: Conflict): boolean {
  return kind === 'same-email' || source === 'lucca';
}
