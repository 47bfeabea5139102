/** What a sign-in teaches: SSO as a source of names and e-mail, without SCIM. */

import { BridgeError } from '../errors.js';
import { assertionOf, newPerson, putAssertion } from '../identity/assertion.js';
import { joinCells, splitCells } from '../identity/cells.js';
import { conflictId, type Finding, fileConflict } from '../identity/conflicts.js';
import { type Claim, decideMatch, listLookups, type Match } from '../identity/match.js';
import type { PersonRecord, SourceName } from '../identity/person.js';
import type { JsonObject } from '../json.js';
import { isInTime } from '../server/bridge/store-conflict.js';
import type { SignIn } from './claims.js';
import type { StewardContext } from './context.js';

/** What became of a sign-in. */
export type SignInOutcome =
  /** The person's record holds what the sign-in said. */
  | { outcome: 'kept' | 'created'; person: string }
  /** Nobody like this is known. */
  | { outcome: 'unknown' }
  /** It could be one of several people, or the one already stands for another account: an admin has to decide. */
  | { outcome: 'undecided'; conflict: string };

/**
 * Keeps what a sign-in says, under the person whom it means by link, userName or work e-mail (R14).
 * @param createPeople keeps somebody unknown as a new person
 * @throws BridgeError SOURCE_INVALID
 */
export async function keepSignIn(
  context: StewardContext,
  source: SourceName,
  signIn: SignIn,
  createPeople = false,
): Promise<SignInOutcome> {
  if (!/^idp:[a-z0-9][a-z0-9._-]*$/.test(source)) throw sourceInvalid(source);
  const { sub, email, attributes } = signIn;
  const claim: Claim = { source, sourceId: sub, attributes: { ...attributes, userName: email } };
  for (;;) {
    const at = context.now();
    const match = await findMatch(context, claim);
    if (match.kind === 'ambiguous' || match.kind === 'taken') return file(context, claim, match, at);
    if (match.kind === 'none' && !createPeople) return { outcome: 'unknown' };
    const known = match.kind === 'match' ? match.person : undefined;
    const person = known ?? newPerson(context.newId(), at);
    const next = hear(person, source, { sub, attributes }, at);
    if (next === person || (await isInTime(() => context.people.put([next])))) {
      return { outcome: known === undefined ? 'created' : 'kept', person: next.id };
    }
  }
}

async function findMatch({ people }: StewardContext, claim: Claim): Promise<Match> {
  const answers = listLookups(claim).map(async (lookup) => ({
    lookup,
    people: await people.find(lookup.index, lookup.key),
  }));
  return decideMatch(claim, await Promise.all(answers));
}

/** A sign-in says some things and is silent about others: what the source said about those earlier stays. */
function hear(
  person: PersonRecord,
  source: SourceName,
  { sub, attributes }: Pick<SignIn, 'sub' | 'attributes'>,
  at: string,
): PersonRecord {
  const earlier = assertionOf(person, source)?.attributes ?? {};
  return putAssertion(person, source, { sourceId: sub, attributes: overlay(earlier, attributes) }, at);
}

function overlay(earlier: JsonObject, now: JsonObject): JsonObject {
  const cells = [...splitCells(earlier), ...splitCells(now)];
  return joinCells(new Map(cells.map((cell) => [cell.path, cell])).values());
}

async function file(
  { conflicts }: StewardContext,
  { source, sourceId }: Claim,
  match: Match & { kind: 'ambiguous' | 'taken' },
  at: string,
): Promise<SignInOutcome> {
  const people = (match.kind === 'taken' ? [match.person] : match.people).map(({ id }) => id);
  const finding: Finding = { kind: 'ambiguous-match', source, sourceId, on: match.by, people };
  const id = conflictId(finding);
  const known = await conflicts.get(id);
  const filed = fileConflict(finding, known, at);
  // Whoever was faster filed the same.
  if (filed !== known) await isInTime(() => conflicts.put([filed]));
  return { outcome: 'undecided', conflict: id };
}

function sourceInvalid(source: string): BridgeError {
  return new BridgeError(
    'SOURCE_INVALID',
    `${JSON.stringify(source.slice(0, 80))} cannot name a source of sign-ins.`,
    {
      remedy: 'Name it idp: and a name of lower-case letters, digits and dashes, as in idp:company-login.',
    },
  );
}
