/** Schemas of the three discovery resources (RFC 7643 sections 5, 6 and 7; `pagination` from RFC 9865 section 4). */
import type { Attribute, Schema } from '../schema.js';
import { id } from './common.js';
import { boolean, complex, exact, integer, plural, readOnly, reference, string } from './define.js';

export const SERVICE_PROVIDER_CONFIG = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
export const RESOURCE_TYPE = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
export const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

const required = { required: true };
const supported = boolean('supported', 'Whether it is supported.', required);

export const serviceProviderConfigSchema: Schema = {
  id: SERVICE_PROVIDER_CONFIG,
  name: 'ServiceProviderConfig',
  description: 'What the server supports',
  attributes: readOnly([
    reference('documentationUri', ['external'], 'Address of the documentation.'),
    complex('patch', 'PATCH.', [supported], required),
    complex(
      'bulk',
      'Bulk operations.',
      [
        supported,
        integer('maxOperations', 'Most operations in one request.', required),
        integer('maxPayloadSize', 'Largest request in bytes.', required),
      ],
      required,
    ),
    complex(
      'filter',
      'Filters.',
      [supported, integer('maxResults', 'Most resources in one answer.', required)],
      required,
    ),
    complex('changePassword', 'Changing a password.', [supported], required),
    complex('sort', 'Sorting.', [supported], required),
    complex('etag', 'Versions by ETag.', [supported], required),
    complex('pagination', 'Reading page by page.', [
      boolean('cursor', 'Whether cursors are supported.', required),
      boolean('index', 'Whether startIndex is supported.', required),
      string('defaultPaginationMethod', 'Method used when none is asked for.', {
        canonicalValues: ['cursor', 'index'],
      }),
      integer('defaultPageSize', 'Resources on a page when no count is asked for.'),
      integer('maxPageSize', 'Most resources on a page.'),
      integer('cursorTimeout', 'Seconds for which a cursor stays valid.'),
    ]),
    plural(
      'authenticationSchemes',
      'Ways to authenticate.',
      [
        string('type', 'Kind of scheme.', {
          ...required,
          canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
        }),
        string('name', 'Name of the scheme.', required),
        string('description', 'What the scheme is.', required),
        reference('specUri', ['external'], 'Address of the specification of the scheme.'),
        reference('documentationUri', ['external'], 'Address of the documentation of the scheme.'),
        boolean('primary', 'Whether this is the preferred scheme.'),
      ],
      required,
    ),
  ]),
};

export const resourceTypeSchema: Schema = {
  id: RESOURCE_TYPE,
  name: 'ResourceType',
  description: 'A type of resource and where it is served',
  attributes: readOnly([
    id,
    string('name', 'Name of the resource type.', required),
    string('description', 'What the resource type is.'),
    reference('endpoint', ['uri'], 'Endpoint, relative to the base address.', required),
    reference('schema', ['uri'], 'Schema of the core attributes.', required),
    plural('schemaExtensions', 'Schemas of further attributes.', [
      reference('schema', ['uri'], 'Schema of the extension.', required),
      boolean('required', 'Whether every resource must have the extension.', required),
    ]),
  ]),
};

/** The characteristics of an attribute as attributes. */
const characteristics: readonly Attribute[] = [
  exact('name', 'Name of the attribute.', required),
  string('type', 'Type of the attribute.', {
    ...required,
    canonicalValues: [
      'string',
      'boolean',
      'decimal',
      'integer',
      'dateTime',
      'binary',
      'reference',
      'complex',
    ],
  }),
  boolean('multiValued', 'Whether the attribute holds a list.', required),
  exact('description', 'What the attribute is.'),
  boolean('required', 'Whether the attribute must be present.'),
  exact('canonicalValues', 'Suggested values.', { multiValued: true }),
  boolean('caseExact', 'Whether letter case matters.'),
  exact('mutability', 'Who may write the attribute, and when.', {
    canonicalValues: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
  }),
  exact('returned', 'When the attribute is returned.', {
    canonicalValues: ['always', 'never', 'default', 'request'],
  }),
  exact('uniqueness', 'How unique the value is.', { canonicalValues: ['none', 'server', 'global'] }),
  exact('referenceTypes', 'What a reference may point to.', { multiValued: true }),
];

export const schemaSchema: Schema = {
  id: SCHEMA,
  name: 'Schema',
  description: 'Attributes of a resource or of an extension',
  attributes: readOnly([
    id,
    string('name', 'Name of the schema.', required),
    string('description', 'What the schema describes.'),
    plural(
      'attributes',
      'Attributes of the schema.',
      // The one place where the RFC nests complex attributes (RFC 7643 section 7).
      [...characteristics, plural('subAttributes', 'Attributes of a complex attribute.', characteristics)],
      required,
    ),
  ]),
};

export const discoverySchemas: readonly Schema[] = [
  serviceProviderConfigSchema,
  resourceTypeSchema,
  schemaSchema,
];
