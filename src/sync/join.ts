/** Brings the stored people in line with a reading of Lucca (R4, R5, R9). Pure: gives new records, stores nothing. */
import { isDeepStrictEqual } from 'node:util';
import { newPerson, putAssertion } from '../identity/assertion.js';
import type { LuccaSighting, PersonRecord } from '../identity/person.js';
import { isJsonObject, type JsonObject } from '../json.js';
import type { Contract, Person } from '../lucca/directory.js';
import type { TranslatedUser } from '../mapping/translation.js';
import { ENTERPRISE_USER } from '../scim/schema.js';

export interface JoinInput {
  /** The instant of the reading, ISO. */
  at: string;
  users: readonly TranslatedUser[];
  /** As Lucca shows the person of a Lucca id. */
  shown: (luccaId: string) => Pick<Person, 'contract' | 'managerId'> | undefined;
  /** Whether a contract of the person that ended on `day` is over at `at`, days of grace included (R8). */
  isOver: (luccaId: string, day: string) => boolean;
  /** Bridge id of a Lucca id that the store knows. */
  known: (luccaId: string) => string | undefined;
  /** Stored record by bridge id. */
  stored: (id: string) => PersonRecord | undefined;
  all: Iterable<PersonRecord>;
  /** Bridge ids of everybody whom Lucca showed. Those among them who are no `users` keep their last good state (R7). */
  shownAtAll: ReadonlySet<string>;
  /** Whether the reading of the people proved complete: only then is somebody known to be missing. */
  complete: boolean;
  /** The reading cannot be trusted for what it does not show: what a person had is kept (R4, R6). */
  keepAbsent: boolean;
}

interface JoinContext extends JoinInput {
  /** Bridge ids of everybody in the reading. */
  seen: ReadonlySet<string>;
}

export interface JoinedPerson {
  person: PersonRecord;
  user: TranslatedUser;
  /** Set when an earlier contract was seen to end, although the applicable one has not started (a gap before a rehire). */
  endedBefore: string | undefined;
}

export interface Joined {
  people: JoinedPerson[];
  /** Records that differ from what is stored. */
  changed: PersonRecord[];
  /** Bridge ids of people whom Lucca showed earlier and does not show now. */
  missing: Set<string>;
}

export function joinPeople(input: JoinInput): Joined {
  const seen = new Set(input.users.map(({ id }) => id));
  const context: JoinContext = { ...input, seen };
  const changed: PersonRecord[] = [];
  const people = input.users.map((user): JoinedPerson => {
    const before = input.stored(user.id);
    const contract = input.shown(user.luccaId)?.contract ?? null;
    const person = sight(before ?? newPerson(user.id, input.at), user, contract, context);
    if (person !== before) changed.push(person);
    const ended = person.lucca?.endedOn ?? null;
    return {
      person,
      user,
      endedBefore:
        ended === null ? undefined : `contract ended ${ended}, the next one starts ${contract?.start}`,
    };
  });

  const missing = new Set<string>();
  for (const person of input.all) {
    if (person.lucca === null || seen.has(person.id)) continue;
    if (!input.shownAtAll.has(person.id)) missing.add(person.id);
    const missingSince = absenceOf(person, person.lucca, input);
    if (missingSince !== person.lucca.missingSince)
      changed.push({ ...person, lucca: { ...person.lucca, missingSince } });
  }
  return { people, changed, missing };
}

/** Since when somebody whose record is not in the reading has been missing; null when Lucca did show them. */
function absenceOf({ id }: PersonRecord, { missingSince }: LuccaSighting, input: JoinInput): string | null {
  if (input.shownAtAll.has(id)) return null;
  return missingSince ?? (input.complete ? input.at : null);
}

function sight(
  before: PersonRecord,
  user: TranslatedUser,
  contract: Contract | null,
  input: JoinContext,
): PersonRecord {
  const { at } = input;
  const person = putAssertion(
    before,
    'lucca',
    { sourceId: user.luccaId, attributes: statementOf(before, user, input) },
    at,
  );
  const sighting: LuccaSighting = {
    luccaId: user.luccaId,
    contractStart: contract?.start ?? null,
    contractEnd: contract?.end ?? null,
    endedOn: endOfEarlierContract(before.lucca, user, contract, input),
    missingSince: null,
  };
  return isDeepStrictEqual(person.lucca, sighting) ? person : { ...person, lucca: sighting };
}

/** Lucca shows the next contract once the last one is over: the end of that one must not be forgotten (R5). */
function endOfEarlierContract(
  before: LuccaSighting | null,
  user: TranslatedUser,
  contract: Contract | null,
  { isOver }: JoinInput,
): string | null {
  if (user.lifecycle.state !== 'upcoming' || before === null) return null;
  if (before.endedOn !== null) return before.endedOn;
  if (before.contractEnd === null || contract?.start == null) return null;
  const hasGap = contract.start > before.contractEnd;
  return hasGap && isOver(user.luccaId, before.contractEnd) ? before.contractEnd : null;
}

/**
 * What Lucca says of the person, with what it said earlier where silence means nothing: in a reading that cannot be trusted,
 * and for a manager who is still named but whose own record the reading did not show.
 */
function statementOf(before: PersonRecord, user: TranslatedUser, input: JoinContext): JsonObject {
  const earlier = before.assertions.lucca?.attributes;
  if (earlier === undefined) return user.attributes;
  if (input.keepAbsent) return overlay(earlier, user.attributes);
  const manager = managerOf(earlier);
  const isStillNamed =
    manager !== undefined && input.known(input.shown(user.luccaId)?.managerId ?? '') === manager.value;
  if (!isStillNamed || managerOf(user.attributes) !== undefined || input.seen.has(String(manager.value)))
    return user.attributes;
  return overlay({ [ENTERPRISE_USER]: { manager } }, user.attributes);
}

/** What was said earlier, under what is said now; extensions attribute by attribute. */
function overlay(earlier: JsonObject, now: JsonObject): JsonObject {
  const result: JsonObject = { ...earlier, ...now };
  for (const [key, value] of Object.entries(now)) {
    const before = earlier[key];
    if (key.startsWith('urn:') && isJsonObject(before) && isJsonObject(value))
      result[key] = { ...before, ...value };
  }
  return result;
}

function managerOf(attributes: JsonObject): JsonObject | undefined {
  const enterprise = attributes[ENTERPRISE_USER];
  return isJsonObject(enterprise) && isJsonObject(enterprise.manager) ? enterprise.manager : undefined;
}
