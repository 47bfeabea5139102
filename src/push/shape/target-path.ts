/**
 * Attribute paths in bodies for a target. Unlike the kernel's paths they are not resolved against our schemas: a target
 * may have attributes and extensions that only its profile and its own Schemas document know.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { own } from '../../scim/path.js';

export interface TargetPath {
  /** Extension URN, or null for a core attribute. */
  container: string | null;
  attribute: string;
  sub: string | null;
}

/** Reads `title`, `name.familyName` or `urn:…:User:manager.value`; the URN ends at its last colon, dots before it are part of it. */
export function parseTargetPath(text: string): TargetPath {
  const colon = text.toLowerCase().startsWith('urn:') ? text.lastIndexOf(':') : -1;
  const [attribute = '', ...sub] = text.slice(colon + 1).split('.');
  return {
    container: colon === -1 ? null : text.slice(0, colon),
    attribute,
    sub: sub.length === 0 ? null : sub.join('.'),
  };
}

export function formatTargetPath(
  container: string | null,
  attribute: string,
  sub: string | null = null,
): string {
  const name = sub === null ? attribute : `${attribute}.${sub}`;
  return container === null ? name : `${container}:${name}`;
}

export function readAt(body: JsonObject, path: TargetPath): JsonValue | undefined {
  const container = path.container === null ? body : own(body, path.container);
  if (!isJsonObject(container)) return undefined;
  const value = own(container, path.attribute);
  if (path.sub === null) return value;
  return isJsonObject(value) ? own(value, path.sub) : undefined;
}

/** The body with `value` at `path` (undefined: without it); only the objects on the way are new. */
export function withValueAt(body: JsonObject, path: TargetPath, value: JsonValue | undefined): JsonObject {
  const keys = [path.container, path.attribute, path.sub].filter((key) => key !== null);
  return setAt(body, keys, value) ?? {};
}

function setAt(
  object: JsonObject,
  [key, ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonObject | undefined {
  if (key === undefined) return object;
  const below = own(object, key);
  const next = rest.length === 0 ? value : setAt(isJsonObject(below) ? below : {}, rest, value);
  if (next !== undefined) return { ...object, [key]: next };
  const { [key]: _removed, ...kept } = object;
  return Object.keys(kept).length === 0 ? undefined : kept;
}
