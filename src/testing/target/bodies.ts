/** Reading and changing request bodies by attribute path, whether they are whole resources or PATCH operations. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';

/** A value that a request writes, by its path. */
export interface Written {
  path: string;
  value: JsonValue | undefined;
  op: 'add' | 'replace' | 'remove';
}

/** Everything that a POST, PUT or PATCH of one resource writes, down to the attributes. */
export function listWritten(method: string, body: JsonValue | undefined): Written[] {
  if (!isJsonObject(body)) return [];
  if (method !== 'PATCH') return listAttributes(body, 'replace');
  const operations = Array.isArray(body.Operations) ? body.Operations.filter(isJsonObject) : [];
  return operations.flatMap(({ op, path, value }) => {
    const kind = String(op).toLowerCase() as Written['op'];
    if (typeof path === 'string') return [{ path, value, op: kind }];
    return isJsonObject(value) ? listAttributes(value, kind) : [];
  });
}

function listAttributes(resource: JsonObject, op: Written['op']): Written[] {
  return Object.entries(resource).flatMap(([name, value]) =>
    name.startsWith('urn:') && isJsonObject(value)
      ? Object.entries(value).map(([inner, item]) => ({ path: `${name}:${inner}`, value: item, op }))
      : [{ path: name, value, op }],
  );
}

/** Keys from the outside in: `name.givenName`, `urn:…:User:manager`. */
function keysOf(path: string): string[] {
  const colon = path.startsWith('urn:') ? path.lastIndexOf(':') : -1;
  const names = path.slice(colon + 1).split('.');
  return colon === -1 ? names : [path.slice(0, colon), ...names];
}

export function readPath(resource: JsonObject, path: string): JsonValue | undefined {
  return keysOf(path).reduce<JsonValue | undefined>(
    (value, key) => (isJsonObject(value) ? value[key] : undefined),
    resource,
  );
}

/** A copy with the value at `path` changed; undefined takes it away. What is not there on the way stays away, unless it is set. */
export function changePath(
  resource: JsonObject,
  path: string,
  change: (value: JsonValue | undefined) => JsonValue | undefined,
): JsonObject {
  const [first = '', ...rest] = keysOf(path);
  return changeKey(resource, first, rest, change);
}

function changeKey(
  object: JsonObject,
  key: string,
  rest: readonly string[],
  change: (value: JsonValue | undefined) => JsonValue | undefined,
): JsonObject {
  const before = object[key];
  const [next, ...further] = rest;
  const after =
    next === undefined
      ? change(before)
      : changeKey(isJsonObject(before) ? before : {}, next, further, change);
  const { [key]: _, ...others } = object;
  const isEmpty = isJsonObject(after) && Object.keys(after).length === 0;
  return after === undefined || isEmpty ? others : { ...others, [key]: after };
}

/** The same value with every string changed. */
export function mapStrings(
  value: JsonValue | undefined,
  change: (text: string) => string,
): JsonValue | undefined {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change) as JsonValue);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}

export function stringsIn(value: JsonValue | undefined): string[] {
  const found: string[] = [];
  mapStrings(value, (text) => {
    found.push(text);
    return text;
  });
  return found;
}

/** `emails[type eq "work"].value` → `emails`; `name.givenName` stays. */
export function attributeOf(path: string): string {
  return path.split('[')[0] ?? path;
}
