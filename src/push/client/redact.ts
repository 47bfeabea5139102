/** Keeps personal data and secrets out of what a target says about a request. */

import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import type { TargetRequest } from './exchange.js';

const LONGEST = 300;
/** So many characters of what a target says are looked at, whatever its length. */
const READ = 100_000;
/** Looked for where a word begins, and nowhere within it: a page may be one long word. */
const ADDRESS = /(?<![^\s@"'<>])[^\s@"'<>]+@[^\s@"'<>]+/g;
const CREDENTIAL = /\b(bearer|apikey|basic|token)\s+\S+/gi;
/** A member of JSON that holds something personal, be the JSON cut off in the middle of it. */
const MEMBER =
  /"(userName|formatted|familyName|givenName|middleName|displayName|nickName|display|value|streetAddress)"\s*:\s*"(\\.|[^"\\])*"?/gi;
/** Attributes whose values name a person. */
const PERSONAL = new Set([
  'username',
  'name',
  'displayname',
  'nickname',
  'emails',
  'phonenumbers',
  'addresses',
]);

/**
 * Bounds a target's message and takes out e-mail addresses, credentials, the personal values that we had sent, and those that
 * it tells of others in JSON.
 * Ids, cost centres and job titles stay: without them nobody could mend the record.
 * @param request what the target speaks about
 * @param longest characters that are kept
 */
export function redact(
  text: string,
  { body, query }: Pick<TargetRequest, 'body' | 'query'>,
  longest = LONGEST,
): string {
  let words = text
    .slice(0, READ)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(MEMBER, '"$1":"[…]"')
    .replace(ADDRESS, '[…]')
    .replace(CREDENTIAL, '$1 […]');
  for (const value of personalValues(body, String(query?.filter ?? '')))
    words = words.replaceAll(value, '[…]');
  return words.length > longest ? `${words.slice(0, longest)}…` : words;
}

function personalValues(body: JsonObject | undefined, filter: string): string[] {
  const found = new Set<string>(filter.match(/(?<=").+(?=")/));
  if (body !== undefined) collectBody(body, found);
  return [...found].filter((value) => value.length > 2).sort((a, b) => b.length - a.length);
}

/** A resource, a PATCH, or a bulk request with either of them inside. */
function collectBody(body: JsonObject, found: Set<string>): void {
  collectPersonal(body, found);
  const operations = body.Operations;
  if (Array.isArray(operations)) for (const operation of operations) collectOperation(operation, found);
}

function collectPersonal(body: JsonObject, found: Set<string>): void {
  for (const [name, value] of Object.entries(body)) {
    if (PERSONAL.has(name.toLowerCase())) collectStrings(value, found);
  }
}

function collectOperation(operation: JsonValue, found: Set<string>): void {
  if (!isJsonObject(operation)) return;
  if (isJsonObject(operation.data)) collectBody(operation.data, found);
  if (typeof operation.path !== 'string') {
    if (isJsonObject(operation.value)) collectPersonal(operation.value, found);
  } else if (PERSONAL.has((operation.path.match(/^[a-z]+/i)?.[0] ?? '').toLowerCase())) {
    collectStrings(operation.value, found);
  }
}

function collectStrings(value: JsonValue | undefined, found: Set<string>): void {
  if (typeof value === 'string') found.add(value);
  else if (Array.isArray(value)) for (const item of value) collectStrings(item, found);
  else if (isJsonObject(value)) for (const item of Object.values(value)) collectStrings(item, found);
}
