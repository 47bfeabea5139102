/**
 * References between the operations of one bulk request (RFC 7644 sections 3.7.1 and 3.7.2). `bulkId:qwerty` stands for the
 * id of the resource that the POST with that bulkId creates: as a whole value, as the id in an operation's path, or quoted
 * in the path of a PATCH.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';

const WHOLE = /^bulkId:(.+)$/;
const QUOTED = /"bulkId:([^"\\]+)"/g;

/** The bulkIds that a value speaks of. */
export function findReferences(value: JsonValue): Set<string> {
  const found = new Set<string>();
  replaceReferences(value, (bulkId) => {
    found.add(bulkId);
    return bulkId;
  });
  return found;
}

/** The bulkId that the id in an operation's path stands for. */
export function referenceOf(id: string): string | undefined {
  return WHOLE.exec(id)?.[1];
}

/** A copy in which every reference is replaced by what `resolve` gives for it. */
export function replaceReferences<T extends JsonValue>(value: T, resolve: (bulkId: string) => string): T;
export function replaceReferences(value: JsonValue, resolve: (bulkId: string) => string): JsonValue {
  if (typeof value === 'string') {
    const bulkId = referenceOf(value);
    return bulkId === undefined ? value : resolve(bulkId);
  }
  if (Array.isArray(value)) return value.map((each) => replaceReferences(each, resolve));
  return isJsonObject(value) ? replaceInObject(value, resolve) : value;
}

function replaceInObject(object: JsonObject, resolve: (bulkId: string) => string): JsonObject {
  return mapEntries(object, (key, value) =>
    key === 'path' && typeof value === 'string'
      ? value.replaceAll(QUOTED, (_, bulkId: string) => JSON.stringify(resolve(bulkId)))
      : replaceReferences(value, resolve),
  );
}

/**
 * A copy without the values that refer to `unresolved` bulkIds: what can be created of a resource that is part of a circle.
 * An object whose `value` is such a reference goes as a whole.
 */
export function dropReferences(object: JsonObject, unresolved: (bulkId: string) => boolean): JsonObject {
  const drop = (value: JsonValue): JsonValue | undefined => {
    if (typeof value === 'string') return unresolved(referenceOf(value) ?? '') ? undefined : value;
    if (Array.isArray(value)) return value.map(drop).filter((each) => each !== undefined);
    if (!isJsonObject(value)) return value;
    const kept = mapEntries(value, (_, each) => drop(each));
    return 'value' in value && kept.value === undefined ? undefined : kept;
  };
  return mapEntries(object, (_, each) => drop(each));
}

/** Built entry by entry, so that a key such as `__proto__` stays a key. */
function mapEntries(
  object: JsonObject,
  map: (key: string, value: JsonValue) => JsonValue | undefined,
): JsonObject {
  const entries = Object.entries(object).map(([key, value]) => [
    key,
    value === undefined ? value : map(key, value),
  ]);
  return Object.fromEntries(entries);
}
