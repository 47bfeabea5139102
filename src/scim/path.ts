/**
 * Attribute paths (RFC 7644 section 3.10) as a type. A path is parsed and resolved once, by `ResourceType.resolve`; after
 * that nobody handles it as a string, and reading by it touches own properties only.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Attribute } from './schema.js';

/** A resolved path. The same path of one resource type is always the same object. */
export interface AttributePath {
  /** URN of the extension container, or null for a core or common attribute. */
  extension: string | null;
  /** Null means the whole extension container. */
  attribute: Attribute | null;
  subAttribute: Attribute | null;
  /** Canonical spelling; core attributes without their URN. */
  text: string;
}

/** Spells a path canonically: `name.givenName`, `urn:…:User:manager.value`, or an extension URN alone. */
export function formatPath(
  extension: string | null,
  attribute: Attribute | null,
  subAttribute: Attribute | null,
): string {
  if (attribute === null) return extension ?? '';
  const name = subAttribute === null ? attribute.name : `${attribute.name}.${subAttribute.name}`;
  return extension === null ? name : `${extension}:${name}`;
}

/** The attribute of that name, any letter case (RFC 7643 section 2.1). */
export function findAttribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const lower = name.toLowerCase();
  return attributes.find((each) => each.name === name || each.name.toLowerCase() === lower);
}

/** The own property `key` of an object, undefined when it is only inherited. */
export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * Reads what a canonical resource holds at `path`; undefined when unassigned. A multi-valued attribute gives its array as
 * stored. A sub-attribute of a multi-valued attribute gives the array of that sub-attribute's values, in stored order,
 * without the elements that lack it.
 */
export function readPath(resource: JsonObject, path: AttributePath): JsonValue | undefined {
  const container = path.extension === null ? resource : own(resource, path.extension);
  if (path.attribute === null || !isJsonObject(container)) return container;
  const value = own(container, path.attribute.name);
  return path.subAttribute === null || value === undefined ? value : readSub(value, path.subAttribute.name);
}

function readSub(value: JsonValue, name: string): JsonValue | undefined {
  if (isJsonObject(value)) return own(value, name);
  if (!Array.isArray(value)) return undefined;
  const found: JsonValue[] = [];
  for (const element of value) {
    const sub = isJsonObject(element) ? own(element, name) : undefined;
    if (sub !== undefined) found.push(sub);
  }
  return found.length === 0 ? undefined : found;
}
