/** Changing some sub-attributes of a complex value and leaving the others (RFC 7644 section 3.5.2.3). */
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '../../json.js';
import { mutability } from '../errors.js';
import { collapseDuplicates } from '../multi-valued.js';
import { findAttribute, own } from '../path.js';
import type { Attribute } from '../schema.js';
import { checkRequired, normaliseValue, refuseUnknown } from '../value.js';

/** How one operation writes. */
export interface Writing {
  op: 'add' | 'replace';
  strict: boolean;
  /** Path of the attribute, for errors. */
  at: string;
}

/**
 * Returns a copy of `existing` with the sub-attributes that `given` names: null and "" clear, everything else replaces, and
 * `add` appends to a sub-attribute that is a list. Throws mutability for a sub-attribute that is immutable and set, required
 * and cleared, or (strict) readOnly; lenient mode passes over readOnly and unknown ones.
 */
export function mergeComplex(
  existing: JsonObject,
  given: JsonObject,
  attribute: Attribute,
  writing: Writing,
): JsonObject {
  const result = { ...existing };
  for (const [name, value] of Object.entries(given)) {
    const sub = findAttribute(attribute.subAttributes ?? [], name);
    if (sub === undefined) refuseUnknown(`${writing.at}.${name}`, writing.strict);
    else writeSub(result, sub, value, { ...writing, at: `${writing.at}.${sub.name}` });
  }
  if (Object.keys(result).length > 0) checkSubAttributes(result, attribute, writing);
  return result;
}

function writeSub(holder: JsonObject, sub: Attribute, given: unknown, writing: Writing): void {
  if (sub.mutability === 'readOnly') {
    if (writing.strict) throw mutability(`Attribute ${writing.at} is read-only.`);
    return;
  }
  const before = own(holder, sub.name);
  const value = combine(before, normaliseValue(given, sub, writing), sub, writing);
  checkImmutable(before, value, sub, writing.at);
  if (value !== undefined) holder[sub.name] = value;
  else if (sub.required && before !== undefined) throw mutability(`Attribute ${writing.at} is required.`);
  else delete holder[sub.name];
}

function combine(
  before: JsonValue | undefined,
  value: JsonValue | undefined,
  sub: Attribute,
  { op }: Writing,
): JsonValue | undefined {
  if (op === 'replace' || !sub.multiValued || !Array.isArray(before)) return value;
  return Array.isArray(value) ? collapseDuplicates([...before, ...value], sub) : before;
}

/** An immutable attribute can be set once (RFC 7643 section 2.2). */
export function checkImmutable(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  attribute: Attribute,
  at: string,
): void {
  if (attribute.mutability !== 'immutable' || before === undefined || isDeepStrictEqual(before, after))
    return;
  throw mutability(`Attribute ${at} is immutable and has a value.`);
}

function checkSubAttributes(value: JsonObject, attribute: Attribute, { at }: Writing): void {
  for (const sub of attribute.subAttributes ?? []) checkRequired(value, sub, `${at}.${sub.name}`);
}
