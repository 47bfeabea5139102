/** Normalising the value of one attribute (RFC 7643 sections 2.3 to 2.5). */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { unwrapAppRole } from './compat/entra.js';
import { invalidSyntax, invalidValue } from './errors.js';
import { collapseDuplicates, keepOnePrimary } from './multi-valued.js';
import { findAttribute } from './path.js';
import type { Attribute, AttributeType } from './schema.js';
import { normaliseSimple } from './simple-value.js';

export interface NormaliseOptions {
  /** Refuse what the RFC text refuses, instead of taking it as real clients send it. Default false. */
  strict?: boolean;
}

interface Place {
  /** The attribute's path, for errors. */
  at: string;
  strict: boolean;
}

/** Sub-attributes that say which kind of value an element is, not what it is. */
const LABELS = new Set(['type', 'primary']);

/**
 * Turns an untrusted value of `attribute` into its canonical form, or undefined when it is unassigned: null, "", [], {}, a
 * complex value of which nothing is left, a list of which no element is left. Sub-attributes get the schema's spelling;
 * readOnly ones are dropped, unknown ones are dropped or (strict) refused. The mutability of `attribute` itself is the
 * caller's affair. `options.at` names the attribute in errors. Throws invalidValue, or invalidSyntax for unknown names.
 */
export function normaliseValue(
  value: unknown,
  attribute: Attribute,
  options: NormaliseOptions & { at?: string } = {},
): JsonValue | undefined {
  const place = { at: options.at ?? attribute.name, strict: options.strict ?? false };
  if (isUnassigned(value)) return undefined;
  if (attribute.multiValued) return normaliseList(value, attribute, place);
  return normaliseSingle(place.strict ? value : unwrapReference(value, attribute), attribute, place);
}

/** Normalises one element of a multi-valued attribute, by the rules of `normaliseValue`. */
export function normaliseElement(
  value: unknown,
  attribute: Attribute,
  options: NormaliseOptions & { at?: string } = {},
): JsonValue | undefined {
  const place = { at: options.at ?? attribute.name, strict: options.strict ?? false };
  const element = normaliseSingle(place.strict ? value : unwrapRole(value, attribute), attribute, place);
  if (!isJsonObject(element) || Object.keys(element).some((name) => !LABELS.has(name))) return element;
  return undefined;
}

/** The state that RFC 7643 section 2.5 makes equal to absence; an empty string or object holds nothing either. */
export function isUnassigned(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** Entra writes a manager as its bare id or as a list of one: both become the object that the schema asks for. */
function unwrapReference(value: unknown, attribute: Attribute): unknown {
  if (attribute.type !== 'complex' || !attribute.subAttributes?.some(({ name }) => name === 'value'))
    return value;
  const single = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof single === 'string' ? { value: single } : single;
}

/** Entra writes the whole of an app role as text into the `value` of a role. */
export function unwrapRole(value: unknown, attribute: Attribute): unknown {
  return attribute.name === 'roles' ? unwrapAppRole(value) : value;
}

function normaliseList(value: unknown, attribute: Attribute, place: Place): JsonValue[] | undefined {
  if (!Array.isArray(value)) throw invalidValue(`Attribute ${place.at} must be a list.`);
  const elements: JsonValue[] = [];
  for (const each of value) {
    if (place.strict && each === null) throw invalidValue(`Attribute ${place.at} must not hold null.`);
    const element = normaliseElement(each, attribute, place);
    if (element !== undefined) elements.push(element);
  }
  if (elements.length === 0) return undefined;
  return keepOnePrimary(collapseDuplicates(elements, attribute), place.at, place.strict);
}

function normaliseSingle(value: unknown, attribute: Attribute, place: Place): JsonValue | undefined {
  if (isUnassigned(value)) return undefined;
  if (isSimple(attribute)) return normaliseSimple(value, attribute, place.at, place.strict);
  if (!isJsonObject(value)) throw invalidValue(`Attribute ${place.at} must be an object.`);
  return normaliseComplex(value, attribute.subAttributes ?? [], place);
}

function isSimple(
  attribute: Attribute,
): attribute is Attribute & { type: Exclude<AttributeType, 'complex'> } {
  return attribute.type !== 'complex';
}

function normaliseComplex(
  value: JsonObject,
  subAttributes: readonly Attribute[],
  place: Place,
): JsonObject | undefined {
  const result: JsonObject = {};
  for (const [name, given] of Object.entries(value)) {
    const sub = findAttribute(subAttributes, name);
    if (sub === undefined) refuseUnknown(`${place.at}.${name}`, place.strict);
    else assign(result, sub, given, { at: `${place.at}.${sub.name}`, strict: place.strict });
  }
  if (Object.keys(result).length === 0) return undefined;
  for (const sub of subAttributes) checkRequired(result, sub, `${place.at}.${sub.name}`);
  return result;
}

/**
 * Puts the canonical form of a given value into `target` under the attribute's own spelling. A readOnly attribute and an
 * unassigned value leave no trace; an attribute given twice, in two spellings or places, throws invalidSyntax.
 */
export function assign(target: JsonObject, attribute: Attribute, given: unknown, place: Place): void {
  if (attribute.mutability === 'readOnly') return;
  const value = normaliseValue(given, attribute, place);
  if (value === undefined) return;
  if (Object.hasOwn(target, attribute.name)) throw invalidSyntax(`Attribute ${place.at} is given twice.`);
  target[attribute.name] = value;
}

/** Throws invalidValue when `holder` lacks a required attribute that a client can write. */
export function checkRequired(holder: JsonObject, attribute: Attribute, at: string): void {
  if (!attribute.required || attribute.mutability === 'readOnly') return;
  const value = Object.hasOwn(holder, attribute.name) ? holder[attribute.name] : undefined;
  if (value === undefined || (typeof value === 'string' && value.trim() === '')) {
    throw invalidValue(`Attribute ${at} is required.`);
  }
}

/** Lenient mode passes over an unknown attribute, strict mode throws invalidSyntax. */
export function refuseUnknown(at: string, strict: boolean): void {
  // The name comes from the client and may be of any length: it is shown in part.
  if (strict) throw invalidSyntax(`Attribute ${at.slice(0, 120)} is not defined.`);
}
