/** When two elements of a multi-valued attribute are the same value (RFC 7643 section 2.4). */
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { type CompiledElementFilter, foldCase } from '../filter/index.js';
import { own } from '../path.js';
import type { Attribute } from '../schema.js';

/** Equal for the same value; elements that differ in `type` alone share it too. */
export type ElementKey = JsonValue;

export interface Identity {
  keyOf(element: JsonValue): ElementKey;
  /** Whether the element is told from others by its `value`, not by all that it holds. */
  isIdentified(element: JsonValue): boolean;
  /** Whether two elements of equal key are the same. */
  isSame(a: JsonValue | undefined, b: JsonValue): boolean;
  /** The key that a filter such as `value eq "7f1c"` asks for; undefined for every other filter. */
  keyOfFilter(filter: CompiledElementFilter): ElementKey | undefined;
}

/** Sub-attributes that do not tell one value from another, beside `value` and `type` themselves. */
const DESCRIBING = new Set(['value', 'type', 'display', 'primary', '$ref']);

/**
 * Elements are the same when their `value` is, and their `type` unless one of them has none. Where further sub-attributes
 * tell them apart (addresses), and for an element without `value`, they are the same when they are equal.
 */
export function createIdentity(attribute: Attribute): Identity {
  const value = findValueAttribute(attribute);
  const readValue = (element: JsonValue): JsonValue | undefined => {
    if (value === undefined) return undefined;
    return isJsonObject(element) ? own(element, 'value') : element;
  };
  return {
    keyOf(element) {
      const held = readValue(element);
      if (held === undefined || typeof held === 'object') return writeKey(element);
      return typeof held === 'string' && !value?.caseExact ? foldCase(held) : held;
    },
    isIdentified: (element) => readValue(element) !== undefined,
    isSame: (a, b) => !isJsonObject(a) || !isJsonObject(b) || readValue(a) === undefined || agreeInType(a, b),
    keyOfFilter: ({ checked }) => {
      if (value === undefined || checked.kind !== 'test' || checked.test.kind !== 'text') return undefined;
      const aimsAtValue = (checked.path.subAttribute ?? checked.path.attribute) === value;
      return aimsAtValue && checked.test.operator === 'eq' ? checked.test.value : undefined;
    },
  };
}

/** The attribute whose value identifies an element: `value`, or the attribute itself when it is simple. */
function findValueAttribute(attribute: Attribute): Attribute | undefined {
  if (attribute.type !== 'complex') return attribute;
  const subAttributes = attribute.subAttributes ?? [];
  const identifying = subAttributes.every(({ name }) => DESCRIBING.has(name));
  return identifying ? subAttributes.find(({ name }) => name === 'value') : undefined;
}

function agreeInType(a: JsonObject, b: JsonObject): boolean {
  const types = [a, b].map((element) => foldCase(String(own(element, 'type') ?? '')));
  return types[0] === types[1] || types.includes('');
}

/** A text that is equal for equal elements. No string value starts with U+0000, so it is never taken for one. */
function writeKey(element: JsonValue): string {
  return `\0${canonicalJson(element)}`;
}
