/** What a sign-in teaches: SSO as a source of names and e-mail, without SCIM. */

import { BridgeError } from '../errors.js';
import { assertionOf, newPerson, putAssertion } from '../identity/assertion.js';
import { joinCells, splitCells } from '../identity/cells.js';
import { conflictId, type Finding } from '../identity/conflicts.js';
import { type Claim, decideMatch, listLookups, type Match } from '../identity/match.js';
import type { Assertion, PersonRecord, SourceName } from '../identity/person.js';
import type { JsonObject } from '../json.js';
import { fileFindings } from '../server/bridge/user-matching.js';
import { isInTime } from '../store/in-time.js';
import type { SignIn } from './claims.js';
import type { StewardContext } from './context.js';

/** What became of a sign-in. */
export type SignInOutcome =
  /** The person's record holds what the sign-in said. */
  | { outcome: 'kept' | 'created'; person: string }
  /** The source, or an admin about it, has said something since: what the sign-in said does not count any more. */
  | { outcome: 'outdated'; person: string }
  /** Nobody like this is known. */
  | { outcome: 'unknown' }
  /** It could be one of several people, or the one already stands for another account: an admin has to decide. */
  | { outcome: 'undecided'; conflict: string };

export interface SignInOptions {
  /** Keeps somebody unknown as a new person. */
  createPeople?: boolean;
  /** The very token was handed over before. */
  isRepeated?: boolean;
}

/**
 * Keeps what a sign-in says, under the person whom it means by link, userName or work e-mail (R14).
 * @throws BridgeError SOURCE_INVALID
 */
export async function keepSignIn(
  context: StewardContext,
  source: SourceName,
  signIn: SignIn,
  { createPeople = false, isRepeated = false }: SignInOptions = {},
): Promise<SignInOutcome> {
  if (!/^idp:[a-z0-9][a-z0-9._-]*$/.test(source)) throw sourceInvalid(source);
  const { sub, email, attributes, issuedAt } = signIn;
  const claim: Claim = { source, sourceId: sub, attributes: { ...attributes, userName: email } };
  for (;;) {
    const at = context.now();
    const match = await findMatch(context, claim);
    if (match.kind === 'ambiguous' || match.kind === 'taken') return file(context, claim, match, at);
    if (match.kind === 'none' && !createPeople) return { outcome: 'unknown' };
    const known = match.kind === 'match' ? match.person : undefined;
    const person = known ?? newPerson(context.newId(), at);
    const word = { ...claim, attributes, at: issuedAt ?? at, heardAt: at, isRepeated };
    const next = hear(person, word);
    if (next === 'outdated') return { outcome: 'outdated', person: person.id };
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

/**
 * A sign-in says some things and is silent about others: what the source said about those earlier stays. Its instant is that of
 * its token, so that an older token, or the same one over again, takes nothing back that was said or handed back since.
 */
function hear(person: PersonRecord, word: Word): PersonRecord | 'outdated' {
  const { source, sourceId, attributes, at, heardAt } = word;
  const before = assertionOf(person, source);
  const said = overlay(before?.attributes ?? {}, attributes);
  const next = putAssertion(person, source, { sourceId, attributes: said }, at);
  if (next !== person) return isNews(word, before) ? { ...next, updatedAt: heardAt } : 'outdated';
  if (before === undefined || before.at >= at) return person;
  // The same words again: nothing changes for anybody, but what was said before them is older now.
  return { ...person, assertions: { ...person.assertions, [source]: { ...before, at } } };
}

/** A sign-in as it is heard. Instants are ISO. */
interface Word extends Claim {
  /** When its token was issued. */
  at: string;
  heardAt: string;
  /** The very token was heard before. */
  isRepeated: boolean;
}

/** Tokens tell the second in which they were issued, no more: of two from one second the later to come counts. */
function isNews({ at, isRepeated }: Word, before: Assertion | undefined): boolean {
  if (before === undefined) return true;
  const [issued, known] = [at, before.at].map((instant) => Math.floor(Date.parse(instant) / 1_000));
  return issued === known ? !isRepeated : Number(issued) > Number(known);
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
  await fileFindings({ conflicts }, [finding], at);
  return { outcome: 'undecided', conflict: conflictId(finding) };
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
