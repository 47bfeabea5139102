/** Whole attributes of what a source says: naming those that changed, taking some out, putting some in. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { own } from '../scim/path.js';
import { attributePath } from './cells.js';

export interface AttributeName {
  /** URN of the extension, or null for a core attribute. */
  extension: string | null;
  attribute: string;
}

/** `title`, `urn:…:User:department` → the attribute. */
export function attributeAt(path: string): AttributeName {
  const colon = path.lastIndexOf(':');
  if (colon < 0) return { extension: null, attribute: path };
  return { extension: path.slice(0, colon), attribute: path.slice(colon + 1) };
}

/**
 * The attributes by path that are not the very same value in both: those that are equal and were made anew count as changed,
 * which spares comparing long lists.
 */
export function changedAttributes(one: JsonObject, other: JsonObject): Map<string, AttributeName> {
  const changed = new Map<string, AttributeName>();
  if (one === other) return changed;
  for (const key of keysOf(one, other)) {
    const [before, after] = [own(one, key), own(other, key)];
    if (before === after) continue;
    if (!key.includes(':')) changed.set(key, { extension: null, attribute: key });
    else
      for (const name of changedMembers(before, after))
        changed.set(attributePath(key, name), { extension: key, attribute: name });
  }
  return changed;
}

function changedMembers(before: JsonValue | undefined, after: JsonValue | undefined): string[] {
  const [one, other] = [isJsonObject(before) ? before : {}, isJsonObject(after) ? after : {}];
  return keysOf(one, other).filter((name) => own(one, name) !== own(other, name));
}

function keysOf(one: JsonObject, other: JsonObject): string[] {
  const keys = Object.keys(one);
  for (const key of Object.keys(other)) if (!Object.hasOwn(one, key)) keys.push(key);
  return keys;
}

/** No more of `attributes` than those named. */
export function pickNamed(attributes: JsonObject, names: Iterable<AttributeName>): JsonObject {
  return replaceNamed({}, attributes, names);
}

/** A copy of `attributes` that holds of those named what `source` says, or nothing where it says nothing. Shares the rest. */
export function replaceNamed(
  attributes: JsonObject,
  source: JsonObject,
  names: Iterable<AttributeName>,
): JsonObject {
  const result = { ...attributes };
  const opened = new Map<string, JsonObject>();
  for (const { extension, attribute } of names) {
    const from = extension === null ? source : containerOf(source, extension);
    const into = extension === null ? result : open(opened, attributes, extension);
    assign(into, attribute, own(from, attribute));
  }
  for (const [urn, container] of opened) {
    assign(result, urn, Object.keys(container).length === 0 ? undefined : container);
  }
  return result;
}

function open(opened: Map<string, JsonObject>, attributes: JsonObject, urn: string): JsonObject {
  const container = opened.get(urn) ?? { ...containerOf(attributes, urn) };
  opened.set(urn, container);
  return container;
}

function containerOf(attributes: JsonObject, urn: string): JsonObject {
  const container = own(attributes, urn);
  return isJsonObject(container) ? container : {};
}

function assign(holder: JsonObject, name: string, value: JsonValue | undefined): void {
  if (value !== undefined) holder[name] = value;
  else if (Object.hasOwn(holder, name)) delete holder[name];
}
