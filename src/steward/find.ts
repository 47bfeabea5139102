/** Finding the person whom an admin means. */
import { BridgeError } from '../errors.js';
import { compareKey, sourceKey } from '../identity/match-keys.js';
import type { PersonRecord } from '../identity/person.js';
import { resolveUser } from '../identity/resolve.js';
import { userNameKey } from '../server/bridge/effective.js';
import { personUnknown, type StewardContext } from './context.js';

/** What an admin may search people by. */
export type SearchKey = 'id' | 'luccaId' | 'userName';

/** Everybody who has the value: people merged into another are found by their former id too. */
export async function searchPeople(
  { people, rules, now }: StewardContext,
  key: SearchKey,
  value: string,
): Promise<PersonRecord[]> {
  if (key === 'id') {
    const person = await people.get(value);
    return person === undefined ? people.find('alias', value) : [person];
  }
  if (key === 'luccaId') return people.find('externalId', sourceKey('lucca', value));
  const wanted = compareKey(value);
  const candidates = await people.find('userName', wanted);
  return candidates.filter((person) => userNameKey(resolveUser(person, rules, now())) === wanted);
}

/**
 * The one person of a reference: a bridge id, a Lucca id or an effective userName, tried in that order.
 * @throws BridgeError PERSON_UNKNOWN, PERSON_AMBIGUOUS
 */
export async function findPerson(context: StewardContext, reference: string): Promise<PersonRecord> {
  for (const key of ['id', 'luccaId', 'userName'] as const) {
    const [person, ...others] = await searchPeople(context, key, reference);
    if (person === undefined) continue;
    if (others.length === 0) return person;
    throw new BridgeError('PERSON_AMBIGUOUS', `Several people have this ${key}.`, {
      remedy: `Name one by id: ${[person, ...others].map(({ id }) => id).join(', ')}.`,
    });
  }
  throw personUnknown();
}
