/** What the operations on people work with. */

import { BridgeError } from '../errors.js';
import type { Conflict } from '../identity/conflicts.js';
import type { PersonRecord, SourceName } from '../identity/person.js';
import type { CompiledRules } from '../identity/rules.js';
import { isInTime } from '../store/in-time.js';
import type { Collection } from '../store/store.js';

export interface StewardContext {
  people: Collection<PersonRecord>;
  conflicts: Collection<Conflict>;
  rules: CompiledRules;
  /** Sources from which nothing is heard any more, and since when (ISO). */
  silent: () => ReadonlyMap<SourceName, string>;
  /** ISO instant. */
  now: () => string;
  newId: () => string;
}

/** Reads a person, changes the record and stores it; again when somebody else wrote it meanwhile. */
export async function changePerson(
  { people }: StewardContext,
  id: string,
  change: (person: PersonRecord) => PersonRecord,
): Promise<PersonRecord> {
  for (;;) {
    const person = await people.get(id);
    if (person === undefined) throw personUnknown();
    const next = change(person);
    if (next === person || (await isInTime(() => people.put([next])))) return next;
  }
}

export function personUnknown(): BridgeError {
  return new BridgeError('PERSON_UNKNOWN', 'Nobody here has this id, Lucca id or userName.', {
    remedy:
      'Take the id from the list of people, from Lucca, or from a target; somebody new is known after the next run.',
  });
}
