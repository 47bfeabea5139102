import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.js';
import {
  describeSchema,
  describeServiceProvider,
  listResourceTypes,
  listSchemaDocuments,
  type ServiceProviderOptions,
} from '../../src/scim/discovery.js';
import { createRegistry, defaultRegistry } from '../../src/scim/registry.js';
import { ENTERPRISE_USER, GROUP, LUCCA_GROUP, LUCCA_USER, type Schema, USER } from '../../src/scim/schema.js';
import {
  RESOURCE_TYPE,
  resourceTypeSchema,
  SCHEMA,
  SERVICE_PROVIDER_CONFIG,
  schemaSchema,
  serviceProviderConfigSchema,
} from '../../src/scim/schemas/discovery.js';

const BASE = 'https://bridge.example/scim/v2';

const settings: ServiceProviderOptions = {
  patch: true,
  bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 },
  filter: { supported: true, maxResults: 200 },
  changePassword: false,
  sort: true,
  etag: true,
  pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', maxPageSize: 200 },
  authenticationSchemes: [
    { type: 'oauthbearertoken', name: 'Bearer token', description: 'Token of the bridge', primary: true },
  ],
};

describe('the service provider configuration', () => {
  const document = describeServiceProvider(settings, BASE);

  it('says for every feature whether it is supported', () => {
    for (const feature of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) {
      expect(document[feature], feature).toHaveProperty('supported');
    }
  });

  it('tells the paging methods (RFC 9865)', () => {
    expect(document.pagination).toEqual(settings.pagination);
  });

  it('leaves out what is not set', () => {
    const { pagination: _, ...rest } = settings;
    const bare = describeServiceProvider(rest, BASE);
    expect(bare).not.toHaveProperty('pagination');
    expect(bare).not.toHaveProperty('documentationUri');
  });

  it('knows its own address', () => {
    expect(document.meta).toEqual({
      resourceType: 'ServiceProviderConfig',
      location: `${BASE}/ServiceProviderConfig`,
    });
  });
});

describe('the resource types', () => {
  const documents = listResourceTypes(defaultRegistry, `${BASE}/`);

  it('are User and Group, each with endpoint, schema and extensions', () => {
    expect(documents).toMatchObject([
      {
        id: 'User',
        name: 'User',
        endpoint: '/Users',
        schema: USER,
        schemaExtensions: [
          { schema: ENTERPRISE_USER, required: false },
          { schema: LUCCA_USER, required: false },
        ],
        meta: { resourceType: 'ResourceType', location: `${BASE}/ResourceTypes/User` },
      },
      {
        id: 'Group',
        endpoint: '/Groups',
        schema: GROUP,
        schemaExtensions: [{ schema: LUCCA_GROUP, required: false }],
      },
    ]);
  });

  it('name only schemas that are listed', () => {
    const listed = new Set(listSchemaDocuments(defaultRegistry, BASE).map(({ id }) => id));
    for (const { definition } of defaultRegistry.resourceTypes) {
      for (const urn of [definition.schema, ...definition.schemaExtensions.map(({ schema }) => schema)]) {
        expect(listed).toContain(urn);
      }
    }
  });
});

describe('the schemas', () => {
  const documents = listSchemaDocuments(defaultRegistry, BASE);

  it('are those of resources, extensions and discovery, and no message schemas', () => {
    expect(documents.map(({ id }) => id)).toEqual([
      USER,
      ENTERPRISE_USER,
      LUCCA_USER,
      GROUP,
      LUCCA_GROUP,
      SERVICE_PROVIDER_CONFIG,
      RESOURCE_TYPE,
      SCHEMA,
    ]);
  });

  it('know their own address', () => {
    expect(documents[0]?.meta).toEqual({ resourceType: 'Schema', location: `${BASE}/Schemas/${USER}` });
  });

  it('spell out every characteristic of every attribute with a legal value', () => {
    const check = (attribute: JsonValue): void => {
      expect(attribute).toMatchObject({
        name: expect.stringMatching(/^[$A-Za-z][\w$-]*$/),
        type: expect.stringMatching(/^(string|boolean|decimal|integer|dateTime|binary|reference|complex)$/),
        description: expect.stringMatching(/./),
        multiValued: expect.any(Boolean),
        required: expect.any(Boolean),
        caseExact: expect.any(Boolean),
        mutability: expect.stringMatching(/^(readOnly|readWrite|immutable|writeOnly)$/),
        returned: expect.stringMatching(/^(always|never|default|request)$/),
        uniqueness: expect.stringMatching(/^(none|server|global)$/),
      });
      if (isJsonObject(attribute) && Array.isArray(attribute.subAttributes))
        attribute.subAttributes.forEach(check);
    };
    for (const { attributes } of documents) (attributes as JsonValue[]).forEach(check);
  });

  it('say what a reference may point to', () => {
    const references = documents
      .flatMap((document) => flatten(document))
      .filter(({ type }) => type === 'reference');
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references)
      expect(reference.referenceTypes, `${reference.name}`).not.toHaveLength(0);
  });

  it('publish id with the same characteristics everywhere', () => {
    const ids = [resourceTypeSchema, schemaSchema].map(({ attributes }) =>
      attributes.find(({ name }) => name === 'id'),
    );
    const common = defaultRegistry.resourceType('User')?.attribute('id');
    expect(ids).toEqual([common, common]);
  });
});

/**
 * The documents against the schemas that describe them: every member is defined, and every required attribute present.
 */
describe.each<[string, Schema, JsonObject[]]>([
  ['ServiceProviderConfig', serviceProviderConfigSchema, [describeServiceProvider(settings, BASE)]],
  ['ResourceType', resourceTypeSchema, listResourceTypes(defaultRegistry, BASE)],
  ['Schema', schemaSchema, listSchemaDocuments(defaultRegistry, BASE)],
])('the %s schema', (_, schema, documents) => {
  it('defines all that its documents say', () => {
    const names = new Set(['schemas', 'meta', ...schema.attributes.map(({ name }) => name)]);
    for (const document of documents) {
      expect(Object.keys(document).filter((name) => !names.has(name))).toEqual([]);
      for (const attribute of schema.attributes) {
        const value = document[attribute.name];
        if (attribute.required) expect(value, attribute.name).toBeDefined();
        const parts = new Set(attribute.subAttributes?.map(({ name }) => name));
        const elements = (Array.isArray(value) ? value : [value]).filter(isJsonObject);
        expect(elements.flatMap((each) => Object.keys(each)).filter((name) => !parts.has(name))).toEqual([]);
      }
    }
  });
});

describe('a schema that is not built in', () => {
  it('is listed with the others', () => {
    const badge: Schema = { id: 'urn:example:badge', name: 'Badge', description: 'Badges', attributes: [] };
    const registry = createRegistry({ schemas: [badge] });
    expect(listSchemaDocuments(registry, BASE)).toContainEqual(describeSchema(badge, BASE));
  });
});

function flatten(document: JsonObject): JsonObject[] {
  const { attributes = [], subAttributes = attributes } = document;
  const parts = Array.isArray(subAttributes) ? subAttributes.filter(isJsonObject) : [];
  return [...parts, ...parts.flatMap(flatten)];
}
