import { type Claim, decideMatch, type Lookup, listLookups, type Match } from '../../src/identity/match.js';
import type { MatchKey } from '../../src/identity/match-keys.js';
import type { PersonRecord } from '../../src/identity/person.js';

/** Whom one write of an IdP means. @param look answers from an index over the stored people */
export function matchIdp(
  claim: Claim,
  look: (lookup: Lookup) => readonly PersonRecord[],
  matching?: readonly MatchKey[],
): Match {
  return decideMatch(
    claim,
    listLookups(claim, matching).map((lookup) => ({ lookup, people: look(lookup) })),
  );
}
