/** What people are recognised by, in one declared form (R14). */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { ENTERPRISE_USER } from '../scim/schema.js';
import { slotOf } from './cells.js';
import type { PersonRecord, SourceName } from './person.js';

/** `externalId` is the source's own id for the person: it is compared with what the same source said earlier only. */
export type MatchKey = 'externalId' | 'employeeNumber' | 'userName' | 'workEmail';

export const MATCH_ORDER: readonly MatchKey[] = ['externalId', 'employeeNumber', 'userName', 'workEmail'];

/** Format characters: zero-width spaces and joiners, byte order marks, soft hyphens, direction marks. */
const INVISIBLE = /\p{Cf}/gu;

/** Printable ASCII without space: nothing in it is invisible, to be trimmed or to be composed. */
const PLAIN = /^[!-~]*$/;

/** The form in which keys are compared: NFC, trimmed, without invisible characters, in lower case unless case counts. */
export function compareKey(text: string, caseExact = false): string {
  // Most keys are plain, and every write compares several.
  if (PLAIN.test(text)) return caseExact ? text : text.toLowerCase();
  const visible = text.normalize('NFC').replace(INVISIBLE, '').trim();
  return caseExact ? visible : visible.toLowerCase().normalize('NFC');
}

/** The same of a value as it stands in a resource; blank where there is none. */
export function foldKey(value: JsonValue | undefined, caseExact = false): string {
  return typeof value === 'string' ? compareKey(value, caseExact) : '';
}

/** One source's own id for a person, as one text. */
export function sourceKey(source: SourceName, sourceId: string): string {
  return `${source} ${compareKey(sourceId, true)}`;
}

/** The keys that a set of attributes gives, in the declared form; blank ones are left out. */
export function keysOf(attributes: JsonObject): Record<Exclude<MatchKey, 'externalId'>, string[]> {
  const enterprise = attributes[ENTERPRISE_USER];
  const employeeNumber = isJsonObject(enterprise) ? enterprise.employeeNumber : undefined;
  return { employeeNumber: comparable(employeeNumber, true), ...userKeysOf(attributes) };
}

/** The keys by which a user signs in and is written to. */
export function userKeysOf(attributes: JsonObject): Record<'userName' | 'workEmail', string[]> {
  return {
    userName: comparable(attributes.userName, false),
    workEmail: listWorkEmails(attributes).flatMap((email) => comparable(email, false)),
  };
}

/** E-mail addresses of type `work`, or of no type, as the source spells them. */
export function listWorkEmails(attributes: JsonObject): string[] {
  if (!Array.isArray(attributes.emails)) return [];
  return attributes.emails.flatMap((email) =>
    isJsonObject(email) && typeof email.value === 'string' && slotOf('emails', email) === 'work'
      ? [email.value]
      : [],
  );
}

/**
 * Index definition for stored people: every key that any source gives, under the key's name; `externalId` holds source keys,
 * `alias` the former ids.
 */
export function indexPerson(person: PersonRecord): Record<MatchKey | 'alias', string[]> {
  const index: Record<MatchKey | 'alias', string[]> = {
    externalId: [],
    employeeNumber: [],
    userName: [],
    workEmail: [],
    alias: person.aliases ?? [],
  };
  for (const [source, { sourceId, attributes }] of Object.entries(person.assertions)) {
    if (sourceId !== null) index.externalId.push(sourceKey(source, sourceId));
    const { employeeNumber, userName, workEmail } = keysOf(attributes);
    index.employeeNumber.push(...employeeNumber);
    index.userName.push(...userName);
    index.workEmail.push(...workEmail);
  }
  return index;
}

function comparable(value: JsonValue | undefined, caseExact: boolean): string[] {
  const key = foldKey(value, caseExact);
  return key === '' ? [] : [key];
}
