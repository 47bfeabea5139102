/** SCIM output in a form that can be kept as a file: one resource a line, bridge ids replaced by what they stand for. */
import type { JsonObject, JsonValue } from '../../src/json.js';
import { isJsonObject } from '../../src/json.js';
import type { Translation } from '../../src/mapping/translation.js';

export function render({ users, groups }: Translation): JsonObject[] {
  const names = new Map<string, string>([
    ...users.map(({ id, luccaId }) => [id, `person:${luccaId}`] as const),
    ...groups.map(({ id, key }) => [id, key] as const),
  ]);
  const resources = [
    ...users.map(({ id, attributes, lifecycle }) => ({ id, ...attributes, lifecycle: { ...lifecycle } })),
    ...groups.map(({ id, attributes, members }) => ({ id, ...attributes, members: [...members] })),
  ];
  return resources
    .map((resource) => rename(resource, names) as JsonObject)
    .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
}

function rename(value: JsonValue | undefined, names: ReadonlyMap<string, string>): JsonValue | undefined {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) {
    const items = value.map((item) => rename(item, names) as JsonValue);
    return items.every((item) => typeof item === 'string') ? items.sort() : items;
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, rename(item, names)]),
  );
}

/** Something that not every way of reading carries: `phoneNumbers[mobile]`, `urn:…:User|axes`, `name|givenName`. */
export interface Part {
  path: string;
  /** Of this resource alone; of all when left out. */
  id?: string;
}

/** The resource without some of its parts. */
export function without(resource: JsonObject, parts: readonly Part[]): JsonObject {
  const copy = structuredClone(resource);
  for (const { path, id } of parts) {
    if (id !== undefined && id !== resource.id) continue;
    const [head = '', part] = path.split('|');
    const [, list, type] = /^(.*)\[(.*)\]$/.exec(head) ?? [];
    if (list !== undefined && Array.isArray(copy[list])) {
      const rest = copy[list].filter((item) => !isJsonObject(item) || item.type !== type);
      if (rest.length > 0) copy[list] = rest;
      else delete copy[list];
    } else if (part !== undefined && isJsonObject(copy[head])) delete copy[head][part];
    else delete copy[head];
  }
  return copy;
}
