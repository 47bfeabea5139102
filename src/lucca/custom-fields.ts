/** Custom fields (`e_…`), whatever shape Lucca gives them (reference page, section 4.7). */
import { isJsonObject, type JsonValue } from '../json.js';

export type CustomFields = Readonly<Record<string, JsonValue>>;
/** All custom fields, none, or those named. */
export type WantedCustomFields = boolean | readonly string[];

/** Shared by everybody without custom fields. */
export const NO_CUSTOM_FIELDS: CustomFields = Object.freeze({});

/** True when at least one custom field is wanted. */
export function wantsCustomFields(wanted: WantedCustomFields): boolean {
  return wanted === true || (wanted !== false && wanted.length > 0);
}

const DEEPEST = 16;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Takes the `{value}` wrappers off and keeps the wanted fields. Input that is no object gives no fields. */
export function readCustomFields(extendedData: unknown, wanted: WantedCustomFields): CustomFields {
  if (wanted === false || !isJsonObject(extendedData)) return NO_CUSTOM_FIELDS;
  const names = wanted === true ? null : new Set(wanted.map((name) => name.toLowerCase()));
  const fields = members(extendedData)
    .filter(([name]) => names === null || names.has(name.toLowerCase()))
    .map(([name, value]) => [name, unwrap(value)] as const);
  return fields.length === 0 ? NO_CUSTOM_FIELDS : Object.fromEntries(fields);
}

/** Scalar, `{value}`, composite of these, array of these, or null → plain JSON without wrappers. */
export function unwrap(value: JsonValue | undefined, depth = 0): JsonValue {
  if (value === undefined || depth > DEEPEST) return null;
  if (Array.isArray(value)) return value.map((entry) => unwrap(entry, depth + 1));
  if (!isJsonObject(value)) return value;
  const parts = members(value);
  const isWrapper = Object.hasOwn(value, 'value') && !parts.some(([name]) => name.startsWith('e_'));
  if (isWrapper) return unwrap(value.value, depth + 1);
  return Object.fromEntries(parts.map(([name, part]) => [name, unwrap(part, depth + 1)]));
}

/** Replaces the entry ids of list fields by the entries' names, at any depth. `lists`: field → entry id → name. */
export function nameListEntries(
  fields: CustomFields,
  lists: ReadonlyMap<string, ReadonlyMap<string, string>>,
): CustomFields {
  const named = (name: string, value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map((entry) => named(name, entry));
    if (isJsonObject(value)) return nameListEntries(value as CustomFields, lists) as JsonValue;
    if (value === null) return null;
    return lists.get(name)?.get(String(value)) ?? value;
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, named(name, value)]));
}

/** The names, at any depth, of fields that hold a whole number and may therefore be list entries. */
export function fieldsWithWholeNumbers(fields: CustomFields, found: Set<string> = new Set()): Set<string> {
  const visit = (name: string, value: JsonValue | undefined): void => {
    if (Number.isInteger(value)) found.add(name);
    else if (Array.isArray(value)) for (const entry of value) visit(name, entry);
    else if (isJsonObject(value)) for (const [part, inner] of Object.entries(value)) visit(part, inner);
  };
  for (const [name, value] of Object.entries(fields)) visit(name, value);
  return found;
}

function members(object: Readonly<Record<string, JsonValue | undefined>>): [string, JsonValue | undefined][] {
  return Object.entries(object).filter(([name]) => !FORBIDDEN.has(name));
}
