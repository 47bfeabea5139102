/** The texts of a person in the one form in which they are used and compared. */
import type { Contract, Person } from '../lucca/directory.js';
import { cleanText } from './transforms/text.js';

const PERSON_TEXTS = [
  'remoteId',
  'firstName',
  'lastName',
  'displayName',
  'login',
  'email',
  'employeeNumber',
  'jobTitle',
  'workPhone',
  'mobilePhone',
  'personalEmail',
  'personalPhone',
] as const satisfies readonly (keyof Person)[];

const CONTRACT_TEXTS = ['typeName', 'term'] as const satisfies readonly (keyof Contract)[];

/** The person with clean texts (see `cleanText`) and null for blank ones; the same object when nothing had to change. */
export function cleanPerson(person: Person): Person {
  const cleaned = cleanTexts(person, PERSON_TEXTS);
  const contract = person.contract === null ? null : cleanTexts(person.contract, CONTRACT_TEXTS);
  return contract === person.contract ? cleaned : { ...cleaned, contract };
}

function cleanTexts<Key extends string, Thing extends Record<Key, string | null>>(
  thing: Thing,
  keys: readonly Key[],
): Thing {
  let cleaned = thing;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as Key;
    const text = thing[key];
    const clean = cleanText(text) ?? null;
    if (clean === text) continue;
    if (cleaned === thing) cleaned = { ...thing };
    (cleaned as Record<Key, string | null>)[key] = clean;
  }
  return cleaned;
}
