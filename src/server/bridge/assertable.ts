/** What of a resource is the client's own word. */
import { isJsonObject, type JsonObject } from '../../json.js';
import { readPath } from '../../scim/path.js';
import type { ResourceType } from '../../scim/registry.js';
import { ENTERPRISE_USER } from '../../scim/schema.js';

/** What the bridge adds, what belongs to the client alone (externalId, kept apart), and what is never kept (password). */
const NOT_SAID: ReadonlySet<string> = new Set([
  'schemas',
  'id',
  'externalId',
  'meta',
  'groups',
  'members',
  'password',
]);

/** The attributes that a client says of a person or group. */
export function assertable(resource: JsonObject): JsonObject {
  const said = Object.fromEntries(Object.entries(resource).filter(([name]) => !NOT_SAID.has(name)));
  const enterprise = said[ENTERPRISE_USER];
  if (isJsonObject(enterprise) && isJsonObject(enterprise.manager)) {
    // The name of the manager is theirs, wherever it was read.
    const { displayName: _, ...manager } = enterprise.manager;
    said[ENTERPRISE_USER] = { ...enterprise, manager };
  }
  return said;
}

/** Of a resource no more than the attributes at some canonical paths (`name`, `urn:…:User:department`). */
export function pickAttributes(
  resource: JsonObject,
  paths: readonly string[],
  type: ResourceType,
): JsonObject {
  const picked: JsonObject = {};
  for (const text of paths) {
    const path = type.resolve(text);
    const value = path === undefined ? undefined : readPath(resource, path);
    if (path === undefined || value === undefined || path.attribute === null) continue;
    if (path.extension === null) {
      picked[path.attribute.name] = value;
    } else {
      const container = picked[path.extension];
      const others = isJsonObject(container) ? container : {};
      picked[path.extension] = { ...others, [path.attribute.name]: value };
    }
  }
  return picked;
}
