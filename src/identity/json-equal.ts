/** Comparing and pruning JSON values, for records that are compared a hundred thousand at a time. */
import { isJsonObject, type JsonValue } from '../json.js';

/** Deep equality; the order of members does not count, the order of elements does. */
export function jsonEqual(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((element, at) => jsonEqual(element, other[at]))
    );
  }
  if (!isJsonObject(one) || !isJsonObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && jsonEqual(one[name], other[name]))
  );
}

/** Sub-attributes that say which kind of value an element is, not what it is. */
const LABELS: ReadonlySet<string> = new Set(['type', 'primary']);

function isBareLabel(element: JsonValue): boolean {
  return isJsonObject(element) && Object.keys(element).every((name) => LABELS.has(name));
}

/**
 * Takes out what is no value (R11): null, blank text, an element with a type but no value, lists and objects
 * of which nothing is left. Gives the value itself
 * when there is nothing to take out, undefined when nothing is left.
 */
export function withoutBlanks(value: JsonValue | undefined): JsonValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (Array.isArray(value)) {
    const kept = value.flatMap((element) => {
      const inner = withoutBlanks(element);
      return inner === undefined || isBareLabel(inner) ? [] : [inner];
    });
    if (kept.length === 0) return undefined;
    return kept.length === value.length && kept.every((element, at) => element === value[at]) ? value : kept;
  }
  if (typeof value !== 'object') return value;
  const names = Object.keys(value);
  const kept = names.map((name) => [name, withoutBlanks(value[name])] as const);
  const full = kept.filter(([, inner]) => inner !== undefined);
  if (full.length === 0) return undefined;
  const same = full.length === names.length && full.every(([name, inner]) => inner === value[name]);
  return same ? value : Object.fromEntries(full);
}
