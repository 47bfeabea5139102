/** Finding the stored person whom a source means (R14): one candidate links, several are never guessed between. */
import type { JsonObject } from '../json.js';
import { assertionOf } from './assertion.js';
import { indexPerson, keysOf, MATCH_ORDER, type MatchKey, sourceKey } from './match-keys.js';
import type { PersonRecord, SourceName } from './person.js';
import { isStranger } from './strangers.js';

/** A resource that a source speaks about. */
export interface Claim {
  source: SourceName;
  /** The source's own id for the person: Lucca id, or the client's `externalId`; null when it gave none. */
  sourceId: string | null;
  attributes: JsonObject;
}

export type Match =
  | { kind: 'none' }
  | { kind: 'match'; person: PersonRecord; by: MatchKey }
  /** The one candidate already stands for another resource of the same source. */
  | { kind: 'taken'; person: PersonRecord; by: MatchKey }
  | { kind: 'ambiguous'; people: readonly PersonRecord[]; by: MatchKey };

/** One question to an index that `indexPerson` defines. */
export interface Lookup {
  index: MatchKey;
  key: string;
}

/** The questions to ask for a claim, in the order of `matching`. */
export function listLookups(claim: Claim, matching: readonly MatchKey[] = MATCH_ORDER): Lookup[] {
  const keys = keysOf(claim.attributes);
  const own = claim.sourceId === null ? [] : [sourceKey(claim.source, claim.sourceId)];
  return matching.flatMap((index) =>
    (index === 'externalId' ? own : keys[index]).map((key) => ({ index, key })),
  );
}

/**
 * Decides from the answers to `listLookups`, in that order. The first key that anybody has decides. An employee number that
 * several people have is no key and is passed over.
 */
export function decideMatch(
  claim: Claim,
  answers: readonly { lookup: Lookup; people: readonly PersonRecord[] }[],
): Match {
  for (const { lookup, people } of answers) {
    const by = lookup.index;
    const candidates = people.filter((person) => !isStranger(person, claim.source, claim.sourceId));
    const [person] = candidates;
    if (!person || (by === 'employeeNumber' && candidates.length > 1)) continue;
    if (candidates.length > 1) return { kind: 'ambiguous', people: candidates, by };
    return { kind: stands(person, claim) ? 'taken' : 'match', person, by };
  }
  return { kind: 'none' };
}

/** Whether the person already stands for another resource of the claim's source. */
function stands(person: PersonRecord, { source, sourceId }: Claim): boolean {
  const assertion = assertionOf(person, source);
  if (!assertion || assertion.deletedAt !== undefined) return false;
  return sourceId === null || assertion.sourceId !== sourceId;
}

/** Answers look-ups from people held in memory; built in one pass over them. */
export function indexPeople(people: Iterable<PersonRecord>): (lookup: Lookup) => readonly PersonRecord[] {
  const index = new Map<string, Set<PersonRecord>>();
  for (const person of people) {
    for (const [name, keys] of Object.entries(indexPerson(person))) {
      for (const key of keys) {
        const found = index.get(`${name} ${key}`) ?? new Set();
        index.set(`${name} ${key}`, found.add(person));
      }
    }
  }
  return ({ index: name, key }) => [...(index.get(`${name} ${key}`) ?? [])];
}
