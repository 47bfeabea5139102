/** Joining a whole Lucca directory with the stored people, in linear time. */
import type { JsonObject } from '../json.js';
import { decideMatch, indexPeople, listLookups } from './match.js';
import type { MatchKey } from './match-keys.js';
import type { PersonRecord } from './person.js';
import { isStranger } from './strangers.js';

/** A person as translated from Lucca; `id` is the bridge id that a new record would get. */
export interface LuccaPerson {
  luccaId: string;
  id: string;
  attributes: JsonObject;
}

export type LuccaMatch =
  | { kind: 'new' }
  /** New too, but the bridge id is that of somebody whom an admin told apart from this Lucca person. */
  | { kind: 'apart' }
  /** Stored as this Lucca person already, or (`by` a key) born of an IdP and now recognised. */
  | { kind: 'match'; person: PersonRecord; by: MatchKey | 'id' }
  /** Several stored people could be the one, or several Lucca people could be the same stored one. */
  | { kind: 'ambiguous'; people: readonly PersonRecord[]; by: MatchKey };

/**
 * Finds the stored record of each Lucca person: by stored link, by bridge id, and else, among people whom Lucca has not brought
 * yet, by the keys of R14. A record already linked to another Lucca person is never a candidate.
 * @returns by Lucca id
 */
export function matchLucca(
  users: readonly LuccaPerson[],
  stored: Iterable<PersonRecord>,
  matching?: readonly MatchKey[],
): Map<string, LuccaMatch> {
  const byLuccaId = new Map<string, PersonRecord>();
  const byId = new Map<string, PersonRecord>();
  const unlinked: PersonRecord[] = [];
  for (const person of stored) {
    const luccaId = luccaIdOf(person);
    if (luccaId === null) unlinked.push(person);
    else byLuccaId.set(luccaId, person);
    byId.set(person.id, person);
  }
  const matches = new Map<string, LuccaMatch>();
  const look = indexPeople(unlinked);
  const lookFor = ({ luccaId, attributes }: Omit<LuccaPerson, 'id'>): LuccaMatch => {
    const claim = { source: 'lucca', sourceId: luccaId, attributes };
    const answers = listLookups(claim, matching).map((lookup) => ({ lookup, people: look(lookup) }));
    const match = decideMatch(claim, answers);
    return match.kind === 'match' || match.kind === 'ambiguous' ? match : { kind: 'new' };
  };
  for (const { luccaId, id, attributes } of users) {
    const linked = byLuccaId.get(luccaId);
    const born = byId.get(id);
    if (linked) {
      matches.set(luccaId, { kind: 'match', person: linked, by: 'externalId' });
    } else if (born && isStranger(born, 'lucca', luccaId)) {
      const match = lookFor({ luccaId, attributes });
      matches.set(luccaId, match.kind === 'new' ? { kind: 'apart' } : match);
    } else if (born) {
      const isFree = luccaIdOf(born) === null;
      const match: LuccaMatch = isFree
        ? { kind: 'match', person: born, by: 'id' }
        : { kind: 'ambiguous', people: [born], by: 'externalId' };
      matches.set(luccaId, match);
    } else {
      matches.set(luccaId, lookFor({ luccaId, attributes }));
    }
  }
  return withoutRivals(matches);
}

function luccaIdOf(person: PersonRecord): string | null {
  return person.lucca?.luccaId ?? person.assertions.lucca?.sourceId ?? null;
}

/** Two Lucca people who both look like the same stored one: neither gets it. */
function withoutRivals(matches: Map<string, LuccaMatch>): Map<string, LuccaMatch> {
  const claims = new Map<PersonRecord, number>();
  for (const match of matches.values()) {
    if (match.kind === 'match') claims.set(match.person, (claims.get(match.person) ?? 0) + 1);
  }
  for (const [luccaId, match] of matches) {
    if (match.kind !== 'match' || match.by === 'id' || match.by === 'externalId') continue;
    if ((claims.get(match.person) ?? 0) > 1) {
      matches.set(luccaId, { kind: 'ambiguous', people: [match.person], by: match.by });
    }
  }
  return matches;
}
