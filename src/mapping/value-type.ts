/** Types of the values that a mapping handles, and how they meet the attribute types of SCIM. */
import type { JsonValue } from '../json.js';
import type { Attribute } from '../scim/schema.js';

/** `date` is text of the form `YYYY-MM-DD`; `any` is known only when a person is translated (custom fields, expressions). */
export type ValueType = 'text' | 'date' | 'integer' | 'number' | 'boolean' | 'any';

const NAMES: Record<ValueType, string> = {
  text: 'text',
  date: 'a date',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  any: 'any value',
};

const TAKEN: Record<Attribute['type'], readonly ValueType[]> = {
  string: ['text', 'date', 'any'],
  reference: ['text', 'any'],
  binary: ['text', 'any'],
  dateTime: ['text', 'any'],
  boolean: ['boolean', 'any'],
  integer: ['integer', 'any'],
  decimal: ['integer', 'number', 'any'],
  complex: [],
};

/** The type in words, for messages: `a whole number`. */
export function describeType(type: ValueType): string {
  return NAMES[type];
}

/** What an attribute holds, in words. */
export function describeAttributeType(type: Attribute['type']): string {
  if (type === 'boolean') return NAMES.boolean;
  if (type === 'integer') return NAMES.integer;
  if (type === 'decimal') return NAMES.number;
  return type === 'dateTime' ? 'text such as 2026-11-20T00:00:00Z' : NAMES.text;
}

/** Whether a value of this type may be written to an attribute of that SCIM type. */
export function fits(type: ValueType, attribute: Attribute['type']): boolean {
  return TAKEN[attribute].includes(type);
}

/** Whether a step that takes `accepted` can be fed with `given`. */
export function accepts(accepted: ValueType, given: ValueType): boolean {
  if (accepted === 'any' || given === 'any' || accepted === given) return true;
  return (accepted === 'text' && given === 'date') || (accepted === 'number' && given === 'integer');
}

/** The type of a literal in the mapping file. */
export function typeOfLiteral(value: string | number | boolean): ValueType {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return Number.isInteger(value) ? 'integer' : 'number';
}

/**
 * Brings a value whose type was unknown until now to the attribute's type: numbers and booleans become text where text is
 * wanted. Undefined when it cannot be: lists, objects, fractions for an integer.
 */
export function coerce(value: JsonValue, attribute: Attribute['type']): JsonValue | undefined {
  switch (attribute) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'integer':
      return Number.isInteger(value) ? value : undefined;
    case 'decimal':
      return typeof value === 'number' ? value : undefined;
    default:
      return value === null || typeof value === 'object' ? undefined : String(value);
  }
}

/** The type that covers several: their own when they agree, else `any`. */
export function commonType(types: readonly ValueType[]): ValueType {
  const [first = 'any', ...rest] = types;
  return rest.every((type) => type === first) ? first : 'any';
}

/** A single value as text; undefined for none, lists and objects. */
export function toText(value: JsonValue | undefined): string | undefined {
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

/** Whether a value that came in as `any` is of a type. */
export function isOfType(value: JsonValue, type: ValueType): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return type === 'text' || type === 'date' ? typeof value === 'string' : typeof value === type;
}
