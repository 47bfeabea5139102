/** The examples of RFC 7643 section 8 (`fixtures/rfc/`) through the kernel. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../src/json.js';
import { describeResourceType, describeServiceProvider } from '../../src/scim/discovery.js';
import { createProjection } from '../../src/scim/project.js';
import { createRegistry, defaultRegistry } from '../../src/scim/registry.js';
import { mergeReplacement } from '../../src/scim/replace.js';
import { type Attribute, ENTERPRISE_USER } from '../../src/scim/schema.js';
import { normaliseResource } from '../../src/scim/validate.js';
import { readCases } from '../cases.js';
import { resourceType } from './probe.js';

function readExample<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/rfc/7643-${name}.json`, import.meta.url), 'utf8'));
}

describe.each([
  ['8.1-minimal-user', 'User'],
  ['8.2-full-user', 'User'],
  ['8.3-enterprise-user', 'User'],
  ['8.4-group', 'Group'],
])('RFC 7643 section %s', (name, typeName) => {
  const type = resourceType(typeName);
  const example = readExample<JsonObject>(name);

  it.each([false, true])('is accepted whole but for what is readOnly (strict: %s)', (strict) => {
    expect(normaliseResource(example, type, { strict })).toEqual(withoutReadOnly(example));
  });

  it('as a PUT of what was read keeps what is readOnly', () => {
    const stored = { ...normaliseResource(example, type), id: example.id, meta: example.meta };
    const replaced = mergeReplacement(stored, normaliseResource(example, type, { mode: 'replace' }), type);
    expect(replaced).toEqual(stored);
  });

  it('is returned whole but for the password', () => {
    const { password: _, ...returned } = example;
    expect(createProjection(type)(example)).toEqual(returned);
  });
});

/** The examples without id, meta, groups and the names that the server keeps. */
function withoutReadOnly({ id: _id, meta: _meta, groups: _groups, ...rest }: JsonObject): JsonObject {
  const copy = structuredClone(rest);
  const enterprise = copy[ENTERPRISE_USER];
  if (isJsonObject(enterprise) && isJsonObject(enterprise.manager)) delete enterprise.manager.displayName;
  for (const member of Array.isArray(copy.members) ? copy.members : []) {
    if (isJsonObject(member)) delete member.display;
  }
  return copy;
}

describe('RFC 7643 section 8.5', () => {
  it('is what the same settings make', () => {
    const { meta, ...example } = readExample<JsonObject & { meta: JsonObject }>(
      '8.5-service-provider-config',
    );
    const made = describeServiceProvider(
      {
        documentationUri: 'http://example.com/help/scim.html',
        patch: true,
        bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 },
        filter: { supported: true, maxResults: 200 },
        changePassword: true,
        sort: true,
        etag: true,
        authenticationSchemes: [
          {
            name: 'OAuth Bearer Token',
            description: 'Authentication scheme using the OAuth Bearer Token Standard',
            specUri: 'http://www.rfc-editor.org/info/rfc6750',
            documentationUri: 'http://example.com/help/oauth.html',
            type: 'oauthbearertoken',
            primary: true,
          },
          {
            name: 'HTTP Basic',
            description: 'Authentication scheme using the HTTP Basic Standard',
            specUri: 'http://www.rfc-editor.org/info/rfc2617',
            documentationUri: 'http://example.com/help/httpBasic.html',
            type: 'httpbasic',
          },
        ],
      },
      'https://example.com/v2',
    );
    expect(made).toEqual({ ...example, meta: { resourceType: meta.resourceType, location: meta.location } });
  });
});

describe('RFC 7643 section 8.6', () => {
  it('is what the same definitions make', () => {
    const examples = readExample<JsonObject[]>('8.6-resource-types');
    const registry = createRegistry({
      resourceTypes: defaultRegistry.resourceTypes.map(({ definition }) => ({
        ...definition,
        description: definition.id === 'User' ? 'User Account' : 'Group',
        schemaExtensions: definition.id === 'User' ? [{ schema: ENTERPRISE_USER, required: true }] : [],
      })),
    });
    const made = registry.resourceTypes.map((type) => describeResourceType(type, 'https://example.com/v2/'));
    expect(made).toEqual(examples);
  });
});

/** Where our schemas differ on purpose: path of the attribute → what we say instead. */
const deviations = new Map(
  readCases<{ reason: string; change: Partial<Attribute>; attributes: string[] }[]>(
    'scim/rfc-deviations.yaml',
  ).flatMap(({ change, attributes }) => attributes.map((path) => [path, change] as const)),
);

type Characteristics = Partial<Attribute>;

/** One row for each attribute and sub-attribute: its path and its characteristics, without the description. */
function flatten(attributes: readonly Characteristics[], prefix: string): [string, Characteristics][] {
  return attributes.flatMap(({ subAttributes = [], description: _, canonicalValues = [], ...rest }) => {
    const characteristics = canonicalValues.length > 0 ? { ...rest, canonicalValues } : rest;
    const path = `${prefix}${rest.name}`;
    return [[path, characteristics] as [string, Characteristics], ...flatten(subAttributes, `${path}.`)];
  });
}

const examples = ['8.7.1-resource-schemas', '8.7.2-service-provider-schemas'].flatMap((name) =>
  readExample<{ id: string; attributes: Characteristics[] }[]>(name).map((schema) => ({ name, ...schema })),
);

describe.each(examples)('RFC 7643 section $name, $id', ({ id, attributes }) => {
  const ours = new Map(flatten(defaultRegistry.schemas.get(id)?.attributes ?? [], `${id}:`));

  it.each(flatten(attributes, `${id}:`))('%s', (path, characteristics) => {
    expect(ours.get(path)).toMatchObject({ ...characteristics, ...deviations.get(path) });
  });
});

describe('the list of deviations', () => {
  const theirs = new Map(examples.flatMap(({ id, attributes }) => flatten(attributes, `${id}:`)));

  it.each([...deviations])('needs %s', (path, change) => {
    expect(theirs.get(path)).toBeDefined();
    expect(theirs.get(path)).not.toMatchObject(change);
  });
});
