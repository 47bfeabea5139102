import { describe, expect, it } from 'vitest';
import { describeSchema } from '../../src/scim/discovery.js';
import { readResourceType, readSchema } from '../../src/scim/load.js';
import { defaultRegistry } from '../../src/scim/registry.js';
import { USER } from '../../src/scim/schema.js';

describe('a schema read from data', () => {
  it('gets the default characteristics of RFC 7643 section 2.2', () => {
    expect(readSchema({ id: 'urn:example:badge', attributes: [{ name: 'code' }] })).toEqual({
      id: 'urn:example:badge',
      name: 'urn:example:badge',
      description: '',
      attributes: [
        {
          name: 'code',
          type: 'string',
          description: '',
          multiValued: false,
          required: false,
          caseExact: false,
          mutability: 'readWrite',
          returned: 'default',
          uniqueness: 'none',
        },
      ],
    });
  });

  it('is what a server publishes', () => {
    const user = defaultRegistry.schemas.get(USER);
    expect(user && readSchema(describeSchema(user, 'https://bridge.example'))).toEqual(user);
  });

  it.each([
    ['no id', { attributes: [] }],
    ['no attributes', { id: 'urn:x' }],
    ['an attribute without a name', { id: 'urn:x', attributes: [{ type: 'string' }] }],
    ['an unknown type', { id: 'urn:x', attributes: [{ name: 'a', type: 'date' }] }],
    ['an unknown mutability', { id: 'urn:x', attributes: [{ name: 'a', mutability: 'frozen' }] }],
    ['a complex attribute without parts', { id: 'urn:x', attributes: [{ name: 'a', type: 'complex' }] }],
    ['a list', []],
    ['nothing', null],
  ])('with %s is refused', (_, data) => {
    expect(() => readSchema(data)).toThrow(
      expect.objectContaining({ code: 'SCIM_SCHEMA_INVALID', exitCode: 2 }),
    );
  });
});

describe('a resource type read from data', () => {
  it('needs no more than name, endpoint and schema', () => {
    expect(readResourceType({ name: 'Badge', endpoint: 'Badges', schema: 'urn:example:badge' })).toEqual({
      id: 'Badge',
      name: 'Badge',
      endpoint: '/Badges',
      description: '',
      schema: 'urn:example:badge',
      schemaExtensions: [],
    });
  });

  it('without an endpoint is refused', () => {
    expect(() => readResourceType({ name: 'Badge', schema: 'urn:example:badge' })).toThrow(/endpoint/);
  });
});
