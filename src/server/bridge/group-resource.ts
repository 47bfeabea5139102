/** A group as a Group resource. */
import { isJsonObject, type JsonObject } from '../../json.js';
import type { AttributePath } from '../../scim/path.js';
import type { ResourceType } from '../../scim/registry.js';
import { listSchemas } from '../../scim/resource.js';
import { LUCCA_GROUP } from '../../scim/schema.js';
import type { GroupRow } from './group-row.js';
import type { PersonRow } from './person-row.js';

/** A member as the client may see it. */
export interface ShownMember {
  id: string;
  type: 'User' | 'Group';
  name: string | undefined;
}

/** What a Group resource says beyond the attributes of the group. */
export interface GroupSurroundings {
  /** What the client calls the group; undefined when it has no word for it. */
  externalId: string | undefined;
  /** Empty where they are not wanted. */
  members: readonly ShownMember[];
  /** The head of a Lucca unit, when the bridge knows and the client sees them. */
  head: PersonRow | undefined;
}

/** The canonical resource, without `meta.version`. */
export function buildGroup(
  type: ResourceType,
  { id, state: { attributes, createdAt, updatedAt } }: GroupRow,
  { externalId, members, head }: GroupSurroundings,
): JsonObject {
  const resource: JsonObject = { schemas: listSchemas(attributes, type), id, ...attributes, externalId };
  const unit = showHead(attributes, head);
  if (unit !== undefined) resource[LUCCA_GROUP] = unit;
  if (members.length > 0) {
    resource.members = members.map((member) => ({
      value: member.id,
      type: member.type,
      display: member.name,
    }));
  }
  resource.meta = { resourceType: type.definition.name, created: createdAt, lastModified: updatedAt };
  return resource;
}

/** Id of the head of a Lucca unit. */
export function headOf(attributes: JsonObject): string | undefined {
  const unit = attributes[LUCCA_GROUP];
  const head = isJsonObject(unit) ? unit.manager : undefined;
  return isJsonObject(head) && typeof head.value === 'string' ? head.value : undefined;
}

/** The Lucca extension with its head under the effective name, or without one; undefined when there is nothing to change. */
function showHead(attributes: JsonObject, head: PersonRow | undefined): JsonObject | undefined {
  const unit = attributes[LUCCA_GROUP];
  if (!isJsonObject(unit) || !isJsonObject(unit.manager)) return undefined;
  if (head === undefined) {
    const { manager: _, ...rest } = unit;
    return rest;
  }
  return { ...unit, manager: { ...unit.manager, value: head.id, display: head.name } };
}

const COMPUTED: ReadonlySet<string> = new Set(['schemas', 'id', 'externalId', 'meta', 'members']);

/** Whether the value at a path depends on more than the attributes of the group. */
export function isComputedForGroup({ extension, attribute }: AttributePath): boolean {
  if (attribute === null) return false;
  return extension === null ? COMPUTED.has(attribute.name) : attribute.name === 'manager';
}
