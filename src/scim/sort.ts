/** Sorting (RFC 7644 section 3.4.2.3). */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { parseDateTime } from './date-time.js';
import { type AttributePath, own } from './path.js';
import type { ResourceType } from './registry.js';
import type { Attribute } from './schema.js';
import { isVisible, type VisibilityOptions } from './visibility.js';

export type SortOrder = 'ascending' | 'descending';

export interface Ordering {
  /** Of the simple attribute by which resources are ordered. */
  path: AttributePath;
  compare(a: JsonObject, b: JsonObject): number;
  /** A sorted copy; resources that compare equal keep their order. Looks at every resource once. */
  sort(resources: readonly JsonObject[]): JsonObject[];
}

/** What a resource is sorted by; undefined when it has no value. */
type SortKey = string | number | undefined;

/** Unicode's own alphabetic order, which English does not change: é stands between e and f, whatever the letter case. */
const ALPHABETIC = new Intl.Collator('en', { sensitivity: 'accent' });

/**
 * The order of resources by an attribute: by its type, letter case as the schema says, of several values the primary or else
 * the first. Resources without a value come last in ascending and first in descending order.
 *
 * `sortBy` is a path in any letter case; a complex attribute stands for its `value`. Returns undefined for a path that
 * nothing can be sorted by: unknown, complex without `value`, never returned, or not `visible` to the caller.
 */
export function createOrdering(
  type: ResourceType,
  sortBy: string,
  sortOrder: SortOrder = 'ascending',
  options: VisibilityOptions = {},
): Ordering | undefined {
  const path = resolveSimple(type, sortBy);
  const leaf = path?.subAttribute ?? path?.attribute;
  if (path === undefined || !leaf || !isVisible(path, type, options)) return undefined;
  const readKey = (resource: JsonObject): SortKey => toKey(readFirst(resource, path), leaf);
  const compareKeys = chooseComparison(leaf);
  const sign = sortOrder === 'descending' ? -1 : 1;
  const compare = (a: SortKey, b: SortKey): number => {
    if (a === undefined || b === undefined) return sign * (Number(a === undefined) - Number(b === undefined));
    return sign * compareKeys(a, b);
  };
  return {
    path,
    compare: (a, b) => compare(readKey(a), readKey(b)),
    sort: (resources) =>
      resources
        .map((resource) => ({ resource, key: readKey(resource) }))
        .sort((a, b) => compare(a.key, b.key))
        .map(({ resource }) => resource),
  };
}

/** The path itself, or that of its `value`. */
function resolveSimple(type: ResourceType, sortBy: string): AttributePath | undefined {
  const named = type.resolve(sortBy);
  if (named === undefined || named.attribute === null) return undefined;
  const isComplex = (named.subAttribute ?? named.attribute).type === 'complex';
  return isComplex ? type.resolve(`${named.text}.value`) : named;
}

/** The value at the path; of a list, the primary or else the first one. */
function readFirst(resource: JsonObject, path: AttributePath): JsonValue | undefined {
  const container = path.extension === null ? resource : own(resource, path.extension);
  if (!isJsonObject(container) || path.attribute === null) return undefined;
  const value = choose(own(container, path.attribute.name));
  if (path.subAttribute === null) return value;
  return isJsonObject(value) ? choose(own(value, path.subAttribute.name)) : undefined;
}

function choose(value: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(value)) return value;
  return value.find((element) => isJsonObject(element) && own(element, 'primary') === true) ?? value[0];
}

function toKey(value: JsonValue | undefined, leaf: Attribute): SortKey {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return undefined;
  return leaf.type === 'dateTime' ? parseDateTime(value) : value;
}

function chooseComparison(leaf: Attribute): (a: string | number, b: string | number) => number {
  const isAlphabetic = leaf.type === 'string' && !leaf.caseExact;
  if (isAlphabetic) return (a, b) => ALPHABETIC.compare(String(a), String(b));
  return (a, b) => (a < b ? -1 : a > b ? 1 : 0);
}
