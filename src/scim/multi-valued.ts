/** Rules between the values of one multi-valued attribute (RFC 7643 section 2.4). */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { invalidValue } from './errors.js';
import { foldCase } from './filter/operators.js';
import { own } from './path.js';
import type { Attribute } from './schema.js';

/** Sub-attributes that describe a value without being part of its identity, beside `value` and `type` themselves. */
const DESCRIBING = new Set(['value', 'type', 'display', 'primary', '$ref']);

/**
 * Collapses values that are the same: equal simple values, and elements with the same `value` and `type`. Letter case
 * counts as the schema says. An element without `type` is the same as one with. The first stays in its place, completed by
 * what the later ones add. Elements without an identifying attribute are left alone. Linear in the number of values.
 */
export function collapseDuplicates(values: readonly JsonValue[], attribute: Attribute): JsonValue[] {
  const identifying = findIdentifyingAttribute(attribute);
  if (identifying === undefined) return [...values];
  return identifying === attribute
    ? collapseSimple(values, attribute)
    : collapseElements(values, identifying);
}

/**
 * The attribute whose value tells one element from another: `value`, or the attribute itself when it is simple; undefined
 * when elements have no `value` (addresses) or are told apart by further sub-attributes (`axis`, `name`).
 */
export function findIdentifyingAttribute(attribute: Attribute): Attribute | undefined {
  if (attribute.type !== 'complex') return attribute;
  const subAttributes = attribute.subAttributes ?? [];
  if (!subAttributes.every(({ name }) => DESCRIBING.has(name))) return undefined;
  return subAttributes.find(({ name }) => name === 'value');
}

function collapseSimple(values: readonly JsonValue[], attribute: Attribute): JsonValue[] {
  const kept = new Map<JsonValue, JsonValue>();
  for (const value of values) {
    const key = comparable(value, attribute);
    if (!kept.has(key)) kept.set(key, value);
  }
  return [...kept.values()];
}

function collapseElements(elements: readonly JsonValue[], valueAttribute: Attribute): JsonValue[] {
  const kept: JsonValue[] = [];
  /** value → type ('' without) → place in `kept`. */
  const places = new Map<JsonValue, Map<string, number>>();
  for (const element of elements) {
    const value = isJsonObject(element) ? own(element, 'value') : undefined;
    if (!isJsonObject(element) || value === undefined) {
      kept.push(element);
      continue;
    }
    const key = comparable(value, valueAttribute);
    const byType = places.get(key) ?? new Map<string, number>();
    places.set(key, byType);
    const type = foldCase(String(own(element, 'type') ?? ''));
    const [anyPlace] = byType.values();
    const place = byType.get(type) ?? (type === '' ? anyPlace : byType.get(''));
    if (place === undefined) {
      byType.set(type, kept.push(element) - 1);
    } else {
      kept[place] = { ...element, ...(kept[place] as JsonObject) };
      byType.set(type, place);
    }
  }
  return kept;
}

function comparable(value: JsonValue, attribute: Attribute): JsonValue {
  return typeof value === 'string' && !attribute.caseExact ? foldCase(value) : value;
}

/**
 * Leaves at most one element primary. Lenient mode keeps the first and sets the others to false, in the order in which the
 * client wrote them; strict mode throws invalidValue.
 */
export function keepOnePrimary(elements: readonly JsonValue[], at: string, strict: boolean): JsonValue[] {
  const first = elements.findIndex(isPrimary);
  return elements.map((element, place) => {
    if (place === first || !isPrimary(element)) return element;
    if (strict) throw invalidValue(`Attribute ${at} has more than one primary value.`);
    return { ...element, primary: false };
  });
}

function isPrimary(element: JsonValue): element is JsonObject {
  return isJsonObject(element) && own(element, 'primary') === true;
}
