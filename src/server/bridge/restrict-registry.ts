/** A registry that holds no more than some attributes of another. */
import type { AttributePath } from '../../scim/path.js';
import { createRegistry, type Registry, type ResourceType } from '../../scim/registry.js';
import type { Attribute, Schema } from '../../scim/schema.js';

export interface KeptAttributes {
  /** Whole attributes, sub-attributes, or whole extensions. */
  paths: readonly AttributePath[];
  /** Those that are always returned. */
  keys: readonly AttributePath[];
}

/** Keeps the resource types of `kept`, and of their attributes those that are named. */
export function restrictRegistry(
  registry: Registry,
  kept: ReadonlyMap<ResourceType, KeptAttributes>,
): Registry {
  const schemas: Schema[] = [];
  const definitions = [...kept].map(([type, attributes]) => {
    const core = restrictSchema(type.schema, null, attributes);
    const extensions = type.extensions
      .map(({ schema }) => restrictSchema(schema, schema.id, attributes))
      .filter((schema) => schema.attributes.length > 0);
    schemas.push(core, ...extensions);
    const schemaExtensions = extensions.map(({ id }) => ({ schema: id, required: false }));
    return { ...type.definition, schemaExtensions };
  });
  const whole = createRegistry({ schemas, resourceTypes: definitions });
  const names = new Set(definitions.map(({ id }) => id));
  const ofResources = new Set(
    registry.resourceTypes.flatMap((type) => [
      type.schema.id,
      ...type.extensions.map(({ schema }) => schema.id),
    ]),
  );
  const shown = new Set(schemas.map(({ id }) => id));
  const find = (name: string): ResourceType | undefined => {
    const type = whole.resourceType(name);
    return type !== undefined && names.has(type.definition.id) ? type : undefined;
  };
  return {
    schemas: new Map([...whole.schemas].filter(([id]) => shown.has(id) || !ofResources.has(id))),
    resourceTypes: whole.resourceTypes.filter(({ definition }) => names.has(definition.id)),
    resourceType: find,
  };
}

function restrictSchema(schema: Schema, extension: string | null, kept: KeptAttributes): Schema {
  const isNamed = (paths: readonly AttributePath[], attribute: Attribute, sub: Attribute | null): boolean =>
    paths.some(
      (path) =>
        path.extension === extension &&
        (path.attribute === null || path.attribute === attribute) &&
        (path.subAttribute === null || path.subAttribute === sub),
    );
  const attributes = schema.attributes.flatMap((attribute): Attribute[] => {
    if (isNamed(kept.keys, attribute, null)) return [{ ...attribute, returned: 'always' }];
    if (isNamed(kept.paths, attribute, null)) return [attribute];
    const subAttributes = attribute.subAttributes?.filter((sub) => isNamed(kept.paths, attribute, sub)) ?? [];
    return subAttributes.length === 0 ? [] : [{ ...attribute, subAttributes }];
  });
  return { ...schema, attributes };
}
