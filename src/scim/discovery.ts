/**
 * The discovery documents (RFC 7643 sections 5 to 7, RFC 7644 section 4, `pagination` from RFC 9865), made from the same
 * registry that validates, filters and projects. `baseUrl` is the address of the SCIM root, with or without a final slash.
 */
import type { JsonObject, JsonValue } from '../json.js';
import type { Registry, ResourceType } from './registry.js';
import type { Attribute, Schema } from './schema.js';
import { RESOURCE_TYPE, SCHEMA, SERVICE_PROVIDER_CONFIG } from './schemas/discovery.js';

export interface AuthenticationScheme {
  type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest';
  name: string;
  description: string;
  specUri?: string;
  documentationUri?: string;
  primary?: boolean;
}

/** What a server tells about itself. Sizes are in bytes, `cursorTimeout` in seconds. */
export interface ServiceProviderOptions {
  documentationUri?: string;
  patch: boolean;
  bulk: { supported: boolean; maxOperations: number; maxPayloadSize: number };
  filter: { supported: boolean; maxResults: number };
  changePassword: boolean;
  sort: boolean;
  etag: boolean;
  pagination?: {
    cursor: boolean;
    index: boolean;
    defaultPaginationMethod?: 'cursor' | 'index';
    defaultPageSize?: number;
    maxPageSize?: number;
    cursorTimeout?: number;
  };
  /** Not empty, one of them primary. */
  authenticationSchemes: readonly AuthenticationScheme[];
}

/** The document of /ServiceProviderConfig. */
export function describeServiceProvider(options: ServiceProviderOptions, baseUrl: string): JsonObject {
  const { documentationUri, pagination } = options;
  return {
    schemas: [SERVICE_PROVIDER_CONFIG],
    ...(documentationUri === undefined ? {} : { documentationUri }),
    patch: { supported: options.patch },
    bulk: { ...options.bulk },
    filter: { ...options.filter },
    changePassword: { supported: options.changePassword },
    sort: { supported: options.sort },
    etag: { supported: options.etag },
    ...(pagination === undefined ? {} : { pagination: { ...pagination } }),
    authenticationSchemes: options.authenticationSchemes.map((scheme) => ({ ...scheme })),
    meta: locate('ServiceProviderConfig', baseUrl, 'ServiceProviderConfig'),
  };
}

/** The document of one resource type, as under /ResourceTypes. */
export function describeResourceType(type: ResourceType, baseUrl: string): JsonObject {
  const { id, name, endpoint, description, schema, schemaExtensions } = type.definition;
  return {
    schemas: [RESOURCE_TYPE],
    id,
    name,
    endpoint,
    description,
    schema,
    ...(schemaExtensions.length === 0
      ? {}
      : { schemaExtensions: schemaExtensions.map((extension) => ({ ...extension })) }),
    meta: locate('ResourceType', baseUrl, `ResourceTypes/${id}`),
  };
}

/** The document of one schema, as under /Schemas, every characteristic of every attribute spelled out. */
export function describeSchema(schema: Schema, baseUrl: string): JsonObject {
  return {
    schemas: [SCHEMA],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(describeAttribute),
    meta: locate('Schema', baseUrl, `Schemas/${schema.id}`),
  };
}

/** All resource types of the registry, in its order. */
export function listResourceTypes(registry: Registry, baseUrl: string): JsonObject[] {
  return registry.resourceTypes.map((type) => describeResourceType(type, baseUrl));
}

/** All schemas of the registry, in its order: resources, extensions and discovery, but no message schemas. */
export function listSchemaDocuments(registry: Registry, baseUrl: string): JsonObject[] {
  return [...registry.schemas.values()].map((schema) => describeSchema(schema, baseUrl));
}

function describeAttribute(attribute: Attribute): JsonValue {
  const { canonicalValues, referenceTypes, subAttributes, ...characteristics } = attribute;
  return {
    ...characteristics,
    ...(canonicalValues === undefined ? {} : { canonicalValues: [...canonicalValues] }),
    ...(referenceTypes === undefined ? {} : { referenceTypes: [...referenceTypes] }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(describeAttribute) }),
  };
}

function locate(resourceType: string, baseUrl: string, path: string): JsonObject {
  return { resourceType, location: `${baseUrl.replace(/\/+$/, '')}/${path}` };
}
