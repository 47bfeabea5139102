/**
 * The registry: schemas and resource types, the single source for validation, filters, projection, PATCH, discovery and
 * mapping checks. A registry is a value; two of them in one process share nothing but the schema data.
 */
import { BridgeError } from '../errors.js';
import { type AttributePath, formatPath } from './path.js';
import {
  type Attribute,
  ENTERPRISE_USER,
  GROUP,
  LUCCA_GROUP,
  LUCCA_USER,
  type ResourceTypeDefinition,
  type Schema,
  USER,
} from './schema.js';
import { findSchemaFaults } from './schemas/check.js';
import { commonAttributes } from './schemas/common.js';
import { discoverySchemas } from './schemas/discovery.js';
import { enterpriseUserSchema } from './schemas/enterprise-user.js';
import { groupSchema } from './schemas/group.js';
import { luccaGroupSchema } from './schemas/lucca-group.js';
import { luccaUserSchema } from './schemas/lucca-user.js';
import { userSchema } from './schemas/user.js';

/** A resource type with its schemas looked up. Every look-up takes any letter case and costs one Map access. */
export interface ResourceType {
  definition: ResourceTypeDefinition;
  schema: Schema;
  extensions: readonly { schema: Schema; required: boolean }[];
  /**
   * Resolves an attribute path without value filter (RFC 7644 section 3.10): `name.givenName`, `urn:…:User:department`, an
   * extension URN alone for the whole container. An extension attribute may come without its URN (`manager`, as Entra sends
   * it) where no core attribute has the name; the extension declared first wins. Undefined when unknown.
   */
  resolve(path: string): AttributePath | undefined;
  /** A top-level attribute of the core schema, or a common one (id, externalId, meta, schemas). */
  attribute(name: string): Attribute | undefined;
  extension(urn: string): Schema | undefined;
}

export interface Registry {
  /** Every schema by its id, those of the discovery resources included. */
  schemas: ReadonlyMap<string, Schema>;
  resourceTypes: readonly ResourceType[];
  /** By name, id or endpoint (`User`, `/Users`), any letter case. */
  resourceType(nameOrEndpoint: string): ResourceType | undefined;
}

const BUILT_IN_SCHEMAS: readonly Schema[] = [
  userSchema,
  enterpriseUserSchema,
  luccaUserSchema,
  groupSchema,
  luccaGroupSchema,
  ...discoverySchemas,
];

const BUILT_IN_TYPES: readonly ResourceTypeDefinition[] = [
  {
    id: 'User',
    name: 'User',
    endpoint: '/Users',
    description: 'People',
    schema: USER,
    schemaExtensions: [
      { schema: ENTERPRISE_USER, required: false },
      { schema: LUCCA_USER, required: false },
    ],
  },
  {
    id: 'Group',
    name: 'Group',
    endpoint: '/Groups',
    description: 'Groups of people',
    schema: GROUP,
    schemaExtensions: [{ schema: LUCCA_GROUP, required: false }],
  },
];

/**
 * Builds a registry of User (enterprise and Lucca extensions), Group (Lucca extension) and what `input` adds. A schema or
 * resource type of `input` with the id of a built-in one replaces it, so a type can also be given other extensions.
 * Throws `SCIM_REGISTRY_INVALID` for a schema that breaks the rules of RFC 7643, a resource type that names an unknown schema,
 * and two resource types with one name or endpoint.
 */
export function createRegistry(
  input: { schemas?: readonly Schema[]; resourceTypes?: readonly ResourceTypeDefinition[] } = {},
): Registry {
  const faults = (input.schemas ?? []).flatMap(findSchemaFaults);
  if (faults.length > 0) throw invalid(faults.join('; '));
  const schemas = byId(BUILT_IN_SCHEMAS, input.schemas);
  const definitions = byId(BUILT_IN_TYPES, input.resourceTypes);
  const resourceTypes = [...definitions.values()].map((definition) =>
    createResourceType(definition, schemas),
  );
  const byName = indexTypes(resourceTypes);
  return { schemas, resourceTypes, resourceType: (nameOrEndpoint) => byName.get(typeKey(nameOrEndpoint)) };
}

/** Later ones replace earlier ones of the same id, in the earlier one's place. */
function byId<T extends { id: string }>(builtIn: readonly T[], added: readonly T[] = []): Map<string, T> {
  return new Map([...builtIn, ...added].map((each) => [each.id, each]));
}

function indexTypes(resourceTypes: readonly ResourceType[]): ReadonlyMap<string, ResourceType> {
  const index = new Map<string, ResourceType>();
  for (const type of resourceTypes) {
    const { id, name, endpoint } = type.definition;
    for (const key of new Set([id, name, endpoint].map(typeKey))) {
      const other = index.get(key);
      if (other !== undefined) {
        throw invalid(`resource types ${other.definition.id} and ${id} share the name or endpoint "${key}"`);
      }
      index.set(key, type);
    }
  }
  return index;
}

function typeKey(nameOrEndpoint: string): string {
  return nameOrEndpoint.replace(/^\//, '').toLowerCase();
}

function createResourceType(
  definition: ResourceTypeDefinition,
  schemas: ReadonlyMap<string, Schema>,
): ResourceType {
  const lookUp = (id: string): Schema => {
    const schema = schemas.get(id);
    if (schema === undefined) throw invalid(`resource type ${definition.id} names the unknown schema ${id}`);
    return schema;
  };
  const schema = lookUp(definition.schema);
  const extensions = definition.schemaExtensions.map((extension) => ({
    schema: lookUp(extension.schema),
    required: extension.required,
  }));
  const attributes = new Map(
    [...schema.attributes, ...commonAttributes].map((attribute) => [attribute.name.toLowerCase(), attribute]),
  );
  const extensionsByUrn = new Map(extensions.map((each) => [each.schema.id.toLowerCase(), each.schema]));
  const paths = indexPaths(schema, [...attributes.values()], [...extensionsByUrn.values()]);
  return {
    definition,
    schema,
    extensions,
    resolve: (path) => paths.get(path.toLowerCase()),
    attribute: (name) => attributes.get(name.toLowerCase()),
    extension: (urn) => extensionsByUrn.get(urn.toLowerCase()),
  };
}

/**
 * Every path of a resource type by its lower-case spellings. With all spellings known beforehand nothing has to be split,
 * and the dots and colons inside URNs cannot mislead.
 */
function indexPaths(
  schema: Schema,
  attributes: readonly Attribute[],
  extensions: readonly Schema[],
): ReadonlyMap<string, AttributePath> {
  const paths = new Map<string, AttributePath>();
  const add = (path: AttributePath, prefixes: readonly string[]): void => {
    const name = formatPath(null, path.attribute, path.subAttribute);
    for (const prefix of prefixes) paths.set(`${prefix}${name}`.toLowerCase(), path);
  };
  const addAll = (extension: string | null, list: readonly Attribute[], urn: string): void => {
    for (const attribute of list) {
      const unclaimed = !paths.has(attribute.name.toLowerCase());
      const prefixes = unclaimed ? [`${urn}:`, ''] : [`${urn}:`];
      add(createPath(extension, attribute, null), prefixes);
      for (const sub of attribute.subAttributes ?? []) add(createPath(extension, attribute, sub), prefixes);
    }
  };
  addAll(null, attributes, schema.id);
  for (const extension of extensions) addAll(extension.id, extension.attributes, extension.id);
  // Last, so that an extension is found although its URN reads like an attribute of a shorter one.
  for (const { id } of extensions) paths.set(id.toLowerCase(), createPath(id, null, null));
  return paths;
}

function createPath(
  extension: string | null,
  attribute: Attribute | null,
  subAttribute: Attribute | null,
): AttributePath {
  const text = formatPath(extension, attribute, subAttribute);
  return Object.freeze({ extension, attribute, subAttribute, text });
}

function invalid(detail: string): BridgeError {
  return new BridgeError('SCIM_REGISTRY_INVALID', `The SCIM schemas do not fit together: ${detail}.`, {
    remedy: 'Correct the schema and resource type definitions in the configuration.',
    exitCode: 2,
  });
}

/** User and Group as the bridge serves them. */
export const defaultRegistry: Registry = createRegistry();
