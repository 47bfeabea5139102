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

/** Files what was found, and retires what was found earlier and is not any more. What an IdP's write brought up stays. */
export async function fileFindings(
  conflicts: Collection<Conflict>,
  findings: readonly Finding[],
  at: string,
): Promise<void> {
  const known = await readById(conflicts);
  const found = new Set(findings.map(conflictId));
  const filed = findings.map((finding) => fileConflict(finding, known.get(conflictId(finding)), at));
  const gone = [...known.values()].filter((conflict) => isOfRuns(conflict) && !found.has(conflict.id));
  const next = [...filed, ...gone.map((conflict) => retireConflict(conflict, at))];
  await conflicts.put(next.filter((conflict) => conflict !== known.get(conflict.id)));
}

function isOfRuns({ kind, source }: Conflict): boolean {
  return kind === 'same-email' || source === 'lucca';
}
