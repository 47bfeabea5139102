/** A person as a User resource. */
import { isJsonObject, type JsonObject } from '../../json.js';
import type { AttributePath } from '../../scim/path.js';
import type { ResourceType } from '../../scim/registry.js';
import { listSchemas } from '../../scim/resource.js';
import { ENTERPRISE_USER } from '../../scim/schema.js';
import type { GroupRow } from './group-row.js';
import type { PersonRow } from './person-row.js';

/** What a User resource says beyond the attributes of the person. */
export interface UserSurroundings {
  /** What the client calls the person; undefined when it has no word for them. */
  externalId: string | undefined;
  /** Those that the client sees. */
  groups: readonly GroupRow[];
  /** The manager, as far as the bridge knows and the client sees them. */
  manager: { kind: 'seen'; row: PersonRow } | { kind: 'hidden' } | { kind: 'unknown' };
}

/** The canonical resource, without `meta.version`. */
export function buildUser(
  type: ResourceType,
  { id, state: { attributes, record, lastModified } }: PersonRow,
  { externalId, groups, manager }: UserSurroundings,
): JsonObject {
  const resource: JsonObject = {
    schemas: listSchemas(attributes, type),
    id,
    ...attributes,
    // Absent when undefined: whatever Lucca calls the person is not for an IdP.
    externalId,
  };
  if (manager.kind !== 'unknown') showManager(resource, type, manager);
  if (groups.length > 0) {
    resource.groups = groups.map((group) => ({ value: group.id, display: group.name, type: 'direct' }));
  }
  resource.meta = { resourceType: type.definition.name, created: record.createdAt, lastModified };
  return resource;
}

/** Names the manager as they effectively are called, or leaves them out. */
function showManager(
  resource: JsonObject,
  type: ResourceType,
  shown: Exclude<UserSurroundings['manager'], { kind: 'unknown' }>,
): void {
  const enterprise = resource[ENTERPRISE_USER];
  if (!isJsonObject(enterprise) || !isJsonObject(enterprise.manager)) return;
  const { manager, ...rest } = enterprise;
  if (shown.kind === 'seen') {
    const { id, name } = shown.row;
    const isSo = manager.value === id && manager.displayName === name;
    if (!isSo) resource[ENTERPRISE_USER] = { ...rest, manager: { ...manager, value: id, displayName: name } };
    return;
  }
  resource[ENTERPRISE_USER] = Object.keys(rest).length === 0 ? undefined : rest;
  resource.schemas = listSchemas(resource, type);
}

/** What is not read off the attributes of the person. */
const COMPUTED: ReadonlySet<string> = new Set(['schemas', 'id', 'externalId', 'meta', 'groups']);

/** Whether the value at a path depends on more than the effective attributes. */
export function isComputedForUser({ extension, attribute }: AttributePath): boolean {
  if (attribute === null) return false;
  if (extension === null) return COMPUTED.has(attribute.name);
  return extension === ENTERPRISE_USER && attribute.name === 'manager';
}
