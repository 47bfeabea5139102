/** Reading schemas and resource types that come as data, from configuration or from another server's discovery documents. */
import { z } from 'zod';
import { BridgeError } from '../errors.js';
import type { ResourceTypeDefinition, Schema } from './schema.js';
import { define } from './schemas/define.js';

const simpleType = z.enum(['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference']);

/** All characteristics but the name may be left out: they have the defaults of RFC 7643 section 2.2. */
const characteristics = {
  name: z.string(),
  description: z.string().optional(),
  multiValued: z.boolean().optional(),
  required: z.boolean().optional(),
  caseExact: z.boolean().optional(),
  mutability: z.enum(['readOnly', 'readWrite', 'immutable', 'writeOnly']).optional(),
  returned: z.enum(['always', 'never', 'default', 'request']).optional(),
  uniqueness: z.enum(['none', 'server', 'global']).optional(),
  canonicalValues: z.array(z.string()).optional(),
  referenceTypes: z.array(z.string()).optional(),
};

const simpleAttribute = z
  .object({ ...characteristics, type: simpleType.default('string') })
  .transform(({ name, type, description, ...rest }) => define(type, name, description ?? '', present(rest)));

const complexAttribute = z
  .object({ ...characteristics, type: z.literal('complex'), subAttributes: z.array(simpleAttribute).min(1) })
  .transform(({ name, type, description, subAttributes, ...rest }) =>
    define(type, name, description ?? '', present(rest), subAttributes),
  );

const schema = z.object({
  id: z.string().min(1),
  name: z.string().optional(),
  description: z.string().default(''),
  attributes: z.array(z.union([complexAttribute, simpleAttribute])),
});

const resourceType = z.object({
  id: z.string().optional(),
  name: z.string().min(1),
  endpoint: z.string().min(1),
  description: z.string().default(''),
  schema: z.string().min(1),
  schemaExtensions: z
    .array(z.object({ schema: z.string().min(1), required: z.boolean().default(false) }))
    .default([]),
});

/**
 * Reads a schema definition (RFC 7643 section 7). Characteristics left out get their defaults, members that the RFC does not
 * know are passed over. Throws `SCIM_SCHEMA_INVALID`.
 */
export function readSchema(data: unknown): Schema {
  const { name, ...rest } = parse(schema, data, 'schema');
  return { name: name ?? rest.id, ...rest };
}

/** Reads a resource type definition (RFC 7643 section 6); the id defaults to the name. Throws `SCIM_SCHEMA_INVALID`. */
export function readResourceType(data: unknown): ResourceTypeDefinition {
  const { id, endpoint, ...rest } = parse(resourceType, data, 'resource type');
  return { id: id ?? rest.name, endpoint: endpoint.startsWith('/') ? endpoint : `/${endpoint}`, ...rest };
}

function parse<T>(reader: z.ZodType<T>, data: unknown, what: string): T {
  const result = reader.safeParse(data);
  if (result.success) return result.data;
  throw new BridgeError(
    'SCIM_SCHEMA_INVALID',
    `The ${what} definition is not valid.\n${z.prettifyError(result.error)}`,
    {
      remedy: 'Write it as in RFC 7643 sections 6 and 7.',
      exitCode: 2,
    },
  );
}

/** Without the members that are undefined, so that defaults are not overwritten. */
function present<T extends object>(object: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
