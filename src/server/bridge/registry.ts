/** The resource types and schemas that the bridge serves: those of the kernel, with provenance on users. */
import { createRegistry, defaultRegistry, type Registry, type ResourceType } from '../../scim/registry.js';
import type { ResourceTypeDefinition } from '../../scim/schema.js';
import { PROVENANCE, provenanceSchema } from './provenance-schema.js';

export interface ServedTypes {
  user: ResourceType;
  group: ResourceType;
}

/** User and Group of a registry. */
export function servedTypes(registry: Registry): ServedTypes {
  const [user, group] = [registry.resourceType('User'), registry.resourceType('Group')];
  if (user === undefined || group === undefined) throw new TypeError('the registry lacks User or Group');
  return { user, group };
}

const { user } = servedTypes(defaultRegistry);

const userWithProvenance: ResourceTypeDefinition = {
  ...user.definition,
  schemaExtensions: [...user.definition.schemaExtensions, { schema: PROVENANCE, required: false }],
};

export const bridgeRegistry: Registry = createRegistry({
  schemas: [provenanceSchema],
  resourceTypes: [userWithProvenance],
});
