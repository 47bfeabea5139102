/** Whom an IdP means when it creates a user (R14). */
import { assertionOf } from '../../identity/assertion.js';
import { conflictId, type Finding, fileConflict } from '../../identity/conflicts.js';
import { type Claim, decideMatch, listLookups, type Match } from '../../identity/match.js';
import { MATCH_ORDER, type MatchKey } from '../../identity/match-keys.js';
import type { PersonRecord } from '../../identity/person.js';
import { conflict, uniqueness } from '../../scim/errors.js';
import { isInTime } from '../../store/in-time.js';
import type { ServedState } from './collections.js';
import { speaks, userNameKey } from './effective.js';
import type { FoundPeople } from './found-people.js';

export class UserMatching {
  readonly #state: ServedState;
  readonly #order: readonly MatchKey[];

  constructor(state: ServedState, order: readonly MatchKey[] = MATCH_ORDER) {
    this.#state = state;
    this.#order = order;
  }

  /** What a claim is recognised by, as keys under which others must wait. */
  keys(claim: Claim): string[] {
    const lookups = listLookups(claim, this.#order).map(({ index, key }) => `${index} ${key}`);
    const name = userNameKey(claim.attributes);
    return [...new Set(name === undefined ? lookups : [...lookups, `userName ${name}`])];
  }

  /**
   * The stored person whom a claim means; undefined when it is somebody new. Throws uniqueness when the source has created that
   * person already, and conflict, which it also files, when it could be one of several.
   */
  async find(claim: Claim, at: string, found: FoundPeople): Promise<PersonRecord | undefined> {
    const match = await this.#match(claim, this.#order, found);
    if (match.kind === 'match' && isTwin(match.person, claim)) {
      // A client may use one externalId for several users; then the other keys tell them apart.
      if (match.by !== 'externalId' || hasSameName(match.person, claim)) throw taken();
      const others = this.#order.filter((key) => key !== 'externalId');
      return this.#decide(await this.#match(claim, others, found), claim, at);
    }
    return this.#decide(match, claim, at);
  }

  async #decide(match: Match, claim: Claim, at: string): Promise<PersonRecord | undefined> {
    switch (match.kind) {
      case 'none':
        return undefined;
      case 'match':
        if (isTwin(match.person, claim)) throw taken();
        return match.person;
      case 'taken':
        throw taken();
      case 'ambiguous':
        return this.#settle(match, claim, at);
    }
  }

  /** Asks one key after the other, until one decides. */
  async #match(claim: Claim, order: readonly MatchKey[], found: FoundPeople): Promise<Match> {
    for (const lookup of listLookups(claim, order)) {
      const people = await found.find(lookup.index, lookup.key);
      const match = decideMatch(claim, [{ lookup, people }]);
      if (match.kind !== 'none') return match;
    }
    return { kind: 'none' };
  }

  /** The person whom an admin chose from the queue; else the question is put there. */
  async #settle(match: Match & { kind: 'ambiguous' }, claim: Claim, at: string): Promise<PersonRecord> {
    const { source, sourceId } = claim;
    const people = match.people.map(({ id }) => id);
    const finding: Finding = { kind: 'ambiguous-match', source, sourceId, on: match.by, people };
    const known = await this.#state.conflicts.get(conflictId(finding));
    const chosen = known?.state === 'linked' ? known.resolution?.person : undefined;
    const person = match.people.find(({ id }) => id === chosen);
    if (person !== undefined && !isTwin(person, claim)) return person;
    await fileFindings(this.#state, [finding], at);
    throw conflict('Several people could be meant; an administrator has to say which one.');
  }
}

/** Puts into the queue what is not there yet. */
export async function fileFindings(
  { conflicts }: Pick<ServedState, 'conflicts'>,
  findings: readonly Finding[],
  at: string,
): Promise<void> {
  for (const finding of findings) {
    const known = await conflicts.get(conflictId(finding));
    const filed = fileConflict(finding, known, at);
    // Whoever was faster filed the same.
    if (filed !== known) await isInTime(() => conflicts.put([filed]));
  }
}

/** Whether the claim's source has said something about the person already. */
function isTwin(person: PersonRecord, { source }: Claim): boolean {
  const said = assertionOf(person, source);
  return said !== undefined && speaks(person, source) && Object.keys(said.attributes).length > 0;
}

function hasSameName(person: PersonRecord, { source, attributes }: Claim): boolean {
  const said = assertionOf(person, source)?.attributes ?? {};
  return userNameKey(said) === userNameKey(attributes);
}

function taken(): Error {
  return uniqueness('The user exists already: another User has the same userName, e-mail or externalId.');
}
