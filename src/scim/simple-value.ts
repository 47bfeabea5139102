/** The simple data types of RFC 7643 section 2.3: what is accepted for each, and what is kept. */
import type { JsonValue } from '../json.js';
import { parseDateTime } from './date-time.js';
import { invalidValue } from './errors.js';
import type { Attribute, AttributeType } from './schema.js';

interface SimpleType {
  /** Ends the sentence "… must be". */
  expected: string;
  /** The value to keep, or undefined when it is refused. */
  read(value: unknown, strict: boolean): JsonValue | undefined;
}

const SIMPLE_TYPES: Readonly<Record<Exclude<AttributeType, 'complex'>, SimpleType>> = {
  string: {
    expected: 'a string of valid Unicode',
    read: (value) => (isText(value) ? value : undefined),
  },
  boolean: { expected: 'true or false', read: readBoolean },
  integer: {
    expected: 'a whole number',
    read: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
  },
  decimal: {
    expected: 'a number',
    read: (value) => (Number.isFinite(value) ? (value as number) : undefined),
  },
  dateTime: { expected: 'a date and time such as 2026-11-20T08:30:00Z', read: readDateTime },
  binary: {
    expected: 'base64',
    read: (value) => (isText(value) && isBase64(value) ? value : undefined),
  },
  reference: {
    expected: 'a URI',
    read: (value, strict) => (isText(value) && (strict ? URI : IRI).test(value) ? value : undefined),
  },
};

/**
 * Checks one simple value against its attribute and returns what is kept of it. `at` names the attribute in the error.
 * Lenient mode also takes "True" and "False" for booleans, date-times without a zone (as UTC) and URIs with non-ASCII
 * letters. Throws invalidValue.
 */
export function normaliseSimple(
  value: unknown,
  attribute: Attribute & { type: Exclude<AttributeType, 'complex'> },
  at: string,
  strict: boolean,
): JsonValue {
  const { read, expected } = SIMPLE_TYPES[attribute.type];
  const kept = read(value, strict);
  if (kept === undefined) throw invalidValue(`Attribute ${at} must be ${expected}.`);
  return kept;
}

/** Lone surrogates have no UTF-8 form, and PostgreSQL cannot keep U+0000. */
const UNSTORABLE = /[\p{Surrogate}\0]/u;

function isText(value: unknown): value is string {
  return typeof value === 'string' && !UNSTORABLE.test(value);
}

function readBoolean(value: unknown, strict: boolean): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (strict || typeof value !== 'string') return undefined;
  const lower = value.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

const ZONE = /(?:Z|[+-]\d\d:\d\d)$/;

function readDateTime(value: unknown, strict: boolean): string | undefined {
  if (typeof value !== 'string' || parseDateTime(value) === undefined) return undefined;
  if (ZONE.test(value)) return value;
  return strict ? undefined : `${value}Z`;
}

const BASE64 = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)(={0,2})$/;

/** RFC 4648 section 4 or 5; the padding may be left out (RFC 7643 section 2.3.6). */
function isBase64(text: string): boolean {
  const padding = BASE64.exec(text)?.[1];
  if (padding === undefined) return false;
  return padding === '' ? text.length % 4 !== 1 : text.length % 4 === 0;
}

/** RFC 3986, absolute or relative. */
const URI = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\dA-Fa-f]{2})+$/;
/** RFC 3987: the same with letters beyond ASCII. */
const IRI = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\dA-Fa-f]{2}|[\u{a0}-\u{10ffff}])+$/u;
