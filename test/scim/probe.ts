/** The Probe resource type: nothing but data (`fixtures/cases/scim/probe/`), loaded as configuration would be. */
import { readResourceType, readSchema } from '../../src/scim/load.js';
import { createRegistry, type Registry, type ResourceType } from '../../src/scim/registry.js';
import type { Attribute, Schema } from '../../src/scim/schema.js';
import { readCases } from '../cases.js';

export const probeSchema: Schema = readSchema(readCases('scim/probe/schema.json'));
export const probeExtension: Schema = readSchema(readCases('scim/probe/extension.json'));
export const probeDefinition = readResourceType(readCases('scim/probe/resource-type.json'));

/** User, Group and Probe. */
export const probeRegistry: Registry = createProbeRegistry();

/** A registry in which characteristics of one Probe attribute are changed, in the data and nowhere else. */
export function createProbeRegistry(name?: string, change: Partial<Attribute> = {}): Registry {
  const attributes = probeSchema.attributes.map((each) =>
    each.name === name ? { ...each, ...change } : each,
  );
  return createRegistry({
    schemas: [{ ...probeSchema, attributes }, probeExtension],
    resourceTypes: [probeDefinition],
  });
}

/** A resource type that the test knows to exist. */
export function resourceType(name: string, registry: Registry = probeRegistry): ResourceType {
  const type = registry.resourceType(name);
  if (type === undefined) throw new Error(`no resource type ${name}`);
  return type;
}
