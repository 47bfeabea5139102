/** One person in a run: who is meant, and what the run knew of them at each step. */
import { BridgeError } from '../errors.js';
import { foldKey } from '../identity/match-keys.js';
import type { PersonRecord } from '../identity/person.js';
import { resolveUser } from '../identity/resolve.js';
import { isJsonObject, type JsonObject } from '../json.js';
import type { Looked } from './look.js';
import type { RunContext } from './run-context.js';

/** The steps that come before the targets. */
export interface PersonSteps {
  /** Bridge id. */
  id: string;
  luccaId: string | null;
  /** Where the reading of Lucca sees them; null when it did not show them. */
  read: { state: string; reason: string } | null;
  matched: { isNew: boolean; knownSince: string; sources: string[] };
  /** Effective attributes, after precedence. */
  resolved: JsonObject;
}

/**
 * @param reference a bridge id, Lucca id, userName or e-mail, tried in that order
 * @throws BridgeError PERSON_UNKNOWN, PERSON_AMBIGUOUS
 */
export function findPersonIn(reference: string, { found, books }: Looked, { rules }: RunContext): string {
  const people = [...books.people.values()];
  const effective = (person: PersonRecord) => resolveUser(person, rules, found.at);
  const wanted = foldKey(reference);
  const tests: readonly ((person: PersonRecord) => boolean)[] = [
    ({ id, aliases = [] }) => id === reference || aliases.includes(reference),
    ({ lucca }) => lucca?.luccaId === reference,
    (person) => foldKey(effective(person).userName) === wanted,
    (person) => emailsOf(effective(person)).includes(wanted),
  ];
  for (const test of tests) {
    const [person, ...others] = people.filter(test);
    if (person === undefined) continue;
    if (others.length === 0) return person.id;
    throw new BridgeError('PERSON_AMBIGUOUS', 'Several people have this userName or e-mail.', {
      remedy: `Name one by id: ${[person, ...others].map(({ id }) => id).join(', ')}.`,
    });
  }
  throw new BridgeError('PERSON_UNKNOWN', 'Nobody here has this id, Lucca id, userName or e-mail.', {
    remedy: 'Take the Lucca id from the end of the address of the person in Lucca.',
    exitCode: 2,
  });
}

function emailsOf({ emails }: JsonObject): string[] {
  return (Array.isArray(emails) ? emails : []).map((email) =>
    isJsonObject(email) ? foldKey(email.value) : '',
  );
}

export function tellSteps(personId: string, { found, books }: Looked, { rules }: RunContext): PersonSteps {
  const person = books.people.get(personId);
  if (person === undefined) throw new TypeError(`no record of person ${personId}`);
  const shown = found.people.find((one) => one.person.id === personId);
  const lifecycle = shown?.user.lifecycle;
  return {
    id: person.id,
    luccaId: person.lucca?.luccaId ?? null,
    read: lifecycle === undefined ? null : { state: lifecycle.state, reason: lifecycle.reason },
    matched: {
      isNew: person.createdAt === found.at,
      knownSince: person.createdAt,
      sources: Object.keys(person.assertions),
    },
    resolved: resolveUser(person, rules, found.at),
  };
}
