/** The values that a client gives for a multi-valued attribute. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { invalidValue } from '../errors.js';
import type { Attribute } from '../schema.js';
import { isUnassigned, normaliseValue, unwrapRole } from '../value.js';
import type { Writing } from './complex.js';

type Reading = Pick<Writing, 'strict' | 'at'>;

/**
 * Reads a list of values, or one value alone. Returns them in canonical form, undefined when nothing is left of them.
 * Lenient mode takes the bare string for an object with that `value`. Throws invalidValue.
 */
export function readList(given: unknown, attribute: Attribute, reading: Reading): JsonValue[] | undefined {
  if (isUnassigned(given)) return undefined;
  const list: unknown[] = Array.isArray(given) ? given : [given];
  if (list.includes(null)) throw invalidValue(`Attribute ${reading.at} must not hold null.`);
  const values = reading.strict ? list : list.map((value) => unwrap(value, attribute));
  return normaliseValue(values, attribute, reading) as JsonValue[] | undefined;
}

/** Reads the sub-attributes given for one value of a complex attribute. Throws invalidValue. */
export function readElement(given: unknown, attribute: Attribute, { strict, at }: Reading): JsonObject {
  const single: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given;
  const value = strict ? single : unwrapRole(unwrap(single, attribute), attribute);
  if (!isJsonObject(value))
    throw invalidValue(`Attribute ${at} needs one object for the values that are selected.`);
  return value;
}

function unwrap(value: unknown, attribute: Attribute): unknown {
  if (attribute.type !== 'complex') return value;
  return typeof value === 'string' && hasValue(attribute) ? { value } : value;
}

/** Whether values of the attribute are objects around a `value`. */
export function hasValue(attribute: Attribute): boolean {
  return attribute.subAttributes?.some(({ name }) => name === 'value') ?? false;
}
