/** Adding to and replacing in a multi-valued attribute, or those of its values that a filter selects. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { mutability, noTarget } from '../errors.js';
import { findAttribute, own } from '../path.js';
import type { Attribute } from '../schema.js';
import { isUnassigned, normaliseElement } from '../value.js';
import { checkImmutable, mergeComplex, type Writing } from './complex.js';
import type { Draft } from './draft.js';
import type { Elements } from './elements.js';
import { readEqualities } from './equalities.js';
import { readElement, readList } from './list-value.js';
import type { AttributeTarget } from './target.js';

/** Adds or replaces. */
export function writeMulti(draft: Draft, target: AttributeTarget, given: unknown, writing: Writing): void {
  const elements = draft.elements(target.path, target.attribute);
  draft.touch(target.path);
  if (target.filter === undefined && target.subAttribute === undefined) {
    writeList(elements, target.attribute, given, writing);
  } else {
    writeSelected(elements, target, given, writing);
  }
  checkList(draft, target, elements, writing);
}

/** Throws mutability when a required list has become empty, or an immutable one another. */
export function checkList(draft: Draft, target: AttributeTarget, elements: Elements, { at }: Writing): void {
  const { attribute, path } = target;
  if (!attribute.required && attribute.mutability !== 'immutable') return;
  const list = elements.toArray();
  if (attribute.required && list === undefined) throw mutability(`Attribute ${at} is required.`);
  checkImmutable(draft.stored(path), list, attribute, at);
}

function writeList(elements: Elements, attribute: Attribute, given: unknown, writing: Writing): void {
  const list = readList(given, attribute, writing) ?? [];
  if (writing.op === 'replace') elements.replaceAll(list);
  else for (const element of list) addElement(elements, element, attribute, writing);
}

/** Appends an element, or completes the one that is the same value already. A member is its id: nothing to complete. */
function addElement(elements: Elements, element: JsonValue, attribute: Attribute, writing: Writing): void {
  const [position] = elements.listSame(element);
  if (position === undefined) {
    elements.append(element);
    return;
  }
  const existing = elements.at(position);
  const value = findAttribute(attribute.subAttributes ?? [], 'value');
  if (!isJsonObject(existing) || !isJsonObject(element) || value?.mutability === 'immutable') return;
  elements.put(position, mergeComplex(existing, element, attribute, writing));
}

function writeSelected(elements: Elements, target: AttributeTarget, given: unknown, writing: Writing): void {
  const positions = elements.positions(target.filter);
  if (positions.length === 0) createElement(elements, target, given, writing);
  for (const position of positions) {
    elements.put(position, writeElement(elements.at(position), target, given, writing));
  }
  elements.settle(positions);
}

/** What an operation makes of one selected element; undefined when nothing of it is left. */
export function writeElement(
  existing: JsonValue | undefined,
  target: AttributeTarget,
  given: unknown,
  writing: Writing,
): JsonValue | undefined {
  const { attribute, subAttribute } = target;
  if (subAttribute !== undefined) return writeSubAttribute(existing, attribute, subAttribute, given, writing);
  if (isUnassigned(given)) return writing.op === 'add' ? existing : undefined;
  if (!isJsonObject(existing)) return normaliseElement(given, attribute, writing);
  const parts = readElement(given, attribute, writing);
  const kept = writing.op === 'add' ? existing : keepIdentity(existing, target);
  const written = mergeComplex(kept, parts, attribute, writing);
  return hasContent(written) ? written : undefined;
}

function writeSubAttribute(
  existing: JsonValue | undefined,
  attribute: Attribute,
  sub: Attribute,
  given: unknown,
  writing: Writing,
): JsonValue | undefined {
  if (!isJsonObject(existing)) return existing;
  const written = mergeComplex(existing, { [sub.name]: given as JsonValue }, attribute, writing);
  const losesValue = sub.name === 'value' && own(written, 'value') === undefined;
  return losesValue || !hasContent(written) ? undefined : written;
}

/** Labels alone say nothing: there is no work address without an address. */
function hasContent(element: JsonObject): boolean {
  return Object.keys(element).some((name) => name !== 'type' && name !== 'primary');
}

/**
 * What a replaced element keeps (RFC 7644 section 3.5.2.3 replaces "all matching record values"): what made the filter
 * select it, so that it stays the work address although the new value may not repeat the type; and what the client cannot
 * write.
 */
function keepIdentity(existing: JsonObject, { attribute, filter }: AttributeTarget): JsonObject {
  const named = filter === undefined ? {} : readEqualities(filter.ast, attribute).parts;
  const kept: JsonObject = {};
  for (const sub of attribute.subAttributes ?? []) {
    const value = own(existing, sub.name);
    const isKept =
      Object.hasOwn(named, sub.name) || sub.mutability === 'readOnly' || sub.mutability === 'immutable';
    if (isKept && value !== undefined) kept[sub.name] = value;
  }
  return kept;
}

/**
 * Nothing was selected. Where the filter tells the whole of what to look for, as `type eq "work"` does, the element is
 * created with it: Entra counts on that for add and for replace. Strict mode and the RFC answer noTarget to a replacement.
 * A filter on `value` names an element that must exist: a membership does not come about by replacing its name.
 */
function createElement(elements: Elements, target: AttributeTarget, given: unknown, writing: Writing): void {
  const { attribute, filter, subAttribute } = target;
  if (isUnassigned(given)) return;
  const { parts, complete } =
    filter === undefined ? { parts: {}, complete: true } : readEqualities(filter.ast, attribute);
  const isRefused = filter !== undefined && writing.strict && writing.op === 'replace';
  if (isRefused || !complete || Object.hasOwn(parts, 'value') || attribute.type !== 'complex') {
    throw noTarget(`No value of ${writing.at} is selected by the filter of the path.`);
  }
  const rest =
    subAttribute === undefined
      ? readElement(given, attribute, writing)
      : { [subAttribute.name]: given as JsonValue };
  const labelled = mergeComplex({}, parts, attribute, writing);
  const element = normaliseElement(mergeComplex(labelled, rest, attribute, writing), attribute, writing);
  if (element !== undefined) addElement(elements, element, attribute, writing);
}
