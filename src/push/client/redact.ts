/** Keeps personal data and secrets out of what a target says about a request. */

import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { attributeIn, blankJson, blankLiterals, isShown, LITERAL } from './blank-json.js';
import type { TargetRequest } from './exchange.js';

const LONGEST = 300;
/** So many characters of what a target says are looked at, whatever its length. */
const READ = 50_000;
/** Looked for where a word begins, and nowhere within it: a page may be one long word. */
const ADDRESS = /(?<![^\s@"'<>])[^\s@"'<>]+@[^\s@"'<>]+/g;
const CREDENTIAL = /\b(bearer|apikey|basic|token)\s+\S+/gi;
const JSON_START = /^(\{|\[) ?(["[{\]}\d-]|$)/;
/** A member of JSON within other words. */
const MEMBER = /"((?:[^"\\]|\\.){1,80})" ?: ?("(?:[^"\\]|\\.?)*"?|[\d.-]+)/g;
/** What the company gives names to, and nobody's own: without them nobody could mend the record. */
const COMPANY = new Set([
  'title',
  'usertype',
  'costcenter',
  'division',
  'department',
  'organization',
  'travelpolicy',
  'invoiceprofiles',
  'roles',
  'entitlements',
]);
/** A shorter value stands in too many words. */
const SHORTEST = 3;

/**
 * Bounds what a target says. Of JSON, only what `blankJson` shows is left; of other words, e-mail addresses, credentials, members of
 * JSON and every value that we had sent are taken out, but for ids, and for cost centres, job titles and the like. Linear in time.
 * @param request what the target speaks about
 * @param longest characters that are kept
 */
export function redact(
  text: string,
  request: Pick<TargetRequest, 'body' | 'query'>,
  longest = LONGEST,
): string {
  const words = text.slice(0, READ).replace(/\s+/g, ' ').trim();
  const shown = JSON_START.test(words)
    ? blankJson(words)
    : blankSent(words.replace(MEMBER, blankMember).replace(ADDRESS, '[…]'), valuesIn(request));
  const safe = shown.replace(ADDRESS, '[…]').replace(CREDENTIAL, '$1 […]');
  return safe.length > longest ? `${safe.slice(0, longest)}…` : safe;
}

/** A query as it is asked, without the values that its filter compares with; undefined where there is none. */
export function redactQuery(query: TargetRequest['query']): string | undefined {
  if (query === undefined) return undefined;
  const parts = Object.entries(query).map(([name, value]) => `${name}=${blankLiterals(String(value))}`);
  return parts.join('&').replace(ADDRESS, '[…]').slice(0, LONGEST);
}

function blankMember(member: string, name: string, value: string): string {
  return isShown(name, value.replaceAll('"', '')) ? member : `"${name}":"[…]"`;
}

/** Takes the values out of a text, the longest first, whichever case they are written in. */
function blankSent(text: string, values: ReadonlySet<string>): string {
  const folded = fold(text);
  const lengths = [...new Set([...values].map(({ length }) => length))].sort((a, b) => b - a);
  const beginnings = new Set([...values].map((value) => value.slice(0, SHORTEST)));
  let blanked = '';
  let copied = 0;
  for (let at = 0; at < folded.length; ) {
    const length = beginnings.has(folded.slice(at, at + SHORTEST))
      ? lengths.find((length) => values.has(folded.slice(at, at + length)))
      : undefined;
    if (length === undefined) {
      at += 1;
      continue;
    }
    blanked += `${text.slice(copied, at)}[…]`;
    at += length;
    copied = at;
  }
  return blanked + text.slice(copied);
}

/** Lower case, letter by letter, so that places in the text stay where they are. */
function fold(text: string): string {
  return text.replace(/[A-ZÀ-ÖØ-Þ]/g, (letter) => letter.toLowerCase());
}

/** Everything that a request says of anybody. */
function valuesIn({ body, query }: Pick<TargetRequest, 'body' | 'query'>): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (text: string) => {
    const value = fold(text.replace(/\s+/g, ' ').trim());
    if (value.length >= SHORTEST) found.add(value);
  };
  const addLiterals = (path: string) => {
    for (const [, literal = ''] of path.matchAll(LITERAL)) add(literal.replace(/\\(.)/g, '$1'));
  };
  const visit = (value: JsonValue | undefined, name: string): void => {
    if (COMPANY.has(name.toLowerCase())) return;
    if (typeof value === 'string') {
      if (name === 'path') addLiterals(value);
      else if (!isShown(name, value)) add(value);
    } else if (Array.isArray(value)) for (const element of value) visit(element, name);
    else if (isJsonObject(value)) visitObject(value);
  };
  const visitObject = (object: JsonObject): void => {
    const { path } = object;
    for (const [name, value] of Object.entries(object)) {
      const isAimed = name === 'value' && typeof path === 'string';
      visit(value, isAimed ? attributeIn(path) : name);
    }
  };
  if (body !== undefined) visitObject(body);
  addLiterals(String(query?.filter ?? ''));
  return found;
}
