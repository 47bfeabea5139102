import { describe, expect, it } from 'vitest';
import { createRegistry, defaultRegistry } from '../../src/scim/registry.js';
import {
  ENTERPRISE_USER,
  GROUP,
  LUCCA_GROUP,
  LUCCA_USER,
  type ResourceTypeDefinition,
  type Schema,
  USER,
} from '../../src/scim/schema.js';
import { string } from '../../src/scim/schemas/define.js';
import { readCases } from '../cases.js';
import { resourceType } from './probe.js';

interface PathCase {
  type?: string;
  path: string;
  text: string | null;
}

describe('resolving a path', () => {
  it.each(readCases<PathCase[]>('scim/paths.yaml'))('"$path" $type is $text', ({ type, path, text }) => {
    expect(resourceType(type ?? 'User').resolve(path)?.text ?? null).toBe(text);
  });

  it('gives the same object for every spelling', () => {
    const user = resourceType('User');
    expect(user.resolve('USERNAME')).toBe(user.resolve(`${USER}:userName`));
  });

  it('gives the characteristics of the attribute', () => {
    const path = resourceType('User').resolve(`${ENTERPRISE_USER}:manager.displayName`);
    expect(path).toMatchObject({
      extension: ENTERPRISE_USER,
      attribute: { name: 'manager', type: 'complex' },
      subAttribute: { name: 'displayName', mutability: 'readOnly' },
    });
  });
});

describe('the default registry', () => {
  it('has User with the enterprise and Lucca extensions, and Group with the Lucca extension', () => {
    const [user, group] = defaultRegistry.resourceTypes;
    expect(defaultRegistry.resourceTypes).toHaveLength(2);
    expect(user?.extensions.map(({ schema }) => schema.id)).toEqual([ENTERPRISE_USER, LUCCA_USER]);
    expect(group?.extensions.map(({ schema }) => schema.id)).toEqual([LUCCA_GROUP]);
  });

  it.each(['User', 'user', '/Users', 'users', 'Users'])('finds User by %s', (name) => {
    expect(defaultRegistry.resourceType(name)?.schema.id).toBe(USER);
  });

  it.each(['Pirates', '', '/', 'constructor', '__proto__'])('finds nothing by "%s"', (name) => {
    expect(defaultRegistry.resourceType(name)).toBeUndefined();
  });

  it('finds top-level and common attributes in any letter case, and no other', () => {
    const user = resourceType('User');
    expect(user.attribute('DISPLAYNAME')?.name).toBe('displayName');
    expect(user.attribute('META')?.name).toBe('meta');
    expect(user.attribute('department')).toBeUndefined();
    expect(user.attribute('constructor')).toBeUndefined();
  });

  it('finds extensions in any letter case, and only those of the type', () => {
    const user = resourceType('User');
    expect(user.extension(ENTERPRISE_USER.toUpperCase())?.id).toBe(ENTERPRISE_USER);
    expect(user.extension(USER)).toBeUndefined();
    expect(user.extension(LUCCA_GROUP)).toBeUndefined();
  });
});

describe('a registry of one’s own', () => {
  const badge: Schema = {
    id: 'urn:example:badge',
    name: 'Badge',
    description: '',
    attributes: [string('code', '')],
  };
  const user: ResourceTypeDefinition = { ...resourceType('User').definition, schemaExtensions: [] };

  it('replaces a built-in resource type of the same id', () => {
    const registry = createRegistry({
      schemas: [badge],
      resourceTypes: [{ ...user, schemaExtensions: [{ schema: badge.id, required: true }] }],
    });
    expect(registry.resourceTypes.map(({ definition }) => definition.id)).toEqual(['User', 'Group']);
    expect(registry.resourceType('User')?.resolve('code')?.extension).toBe(badge.id);
    expect(registry.resourceType('User')?.resolve('manager')).toBeUndefined();
  });

  it('shares nothing with another one', () => {
    createRegistry({ resourceTypes: [user] });
    expect(createRegistry().resourceType('User')?.extensions).toHaveLength(2);
  });

  it('finds an extension whose URN reads like an attribute of a shorter one', () => {
    const longer = { ...badge, id: `${badge.id}:code` };
    const registry = createRegistry({
      schemas: [longer, badge],
      resourceTypes: [
        {
          ...user,
          schemaExtensions: [longer, badge].map(({ id }) => ({ schema: id, required: false })),
        },
      ],
    });
    const type = resourceType('User', registry);
    expect(type.resolve(longer.id)).toMatchObject({ extension: longer.id, attribute: null });
    expect(type.resolve(`${longer.id}:code`)).toMatchObject({
      extension: longer.id,
      attribute: { name: 'code' },
    });
  });

  const faulty: [string, Parameters<typeof createRegistry>[0], RegExp][] = [
    [
      'an unknown core schema',
      { resourceTypes: [{ ...user, schema: 'urn:example:x' }] },
      /unknown schema urn:example:x/,
    ],
    [
      'an unknown extension',
      { resourceTypes: [{ ...user, schemaExtensions: [{ schema: 'urn:example:x', required: false }] }] },
      /unknown schema urn:example:x/,
    ],
    [
      'an endpoint in use',
      { resourceTypes: [{ ...user, id: 'Pirate', name: 'Pirate', schema: GROUP }] },
      /share the name or endpoint "users"/,
    ],
    [
      'a name outside the grammar',
      { schemas: [{ ...badge, attributes: [string('__proto__', '')] }] },
      /"__proto__", which is no valid name/,
    ],
    [
      'a name given twice',
      { schemas: [{ ...badge, attributes: [string('code', ''), string('CODE', '')] }] },
      /has the attribute CODE twice/,
    ],
    [
      'a complex attribute inside a complex one',
      { schemas: [{ ...badge, attributes: [nested('outer', nested('inner', string('code', '')))] }] },
      /outer\.inner is a complex attribute inside a complex one/,
    ],
    [
      'a complex attribute without sub-attributes',
      { schemas: [{ ...badge, attributes: [{ ...string('code', ''), type: 'complex' }] }] },
      /code is complex and has no sub-attributes/,
    ],
    [
      'a simple attribute with sub-attributes',
      { schemas: [{ ...badge, attributes: [{ ...nested('outer', string('code', '')), type: 'string' }] }] },
      /outer is not complex and has sub-attributes/,
    ],
  ];
  it.each(faulty)('refuses %s', (_, input, message) => {
    expect(() => createRegistry(input)).toThrow(
      expect.objectContaining({
        code: 'SCIM_REGISTRY_INVALID',
        exitCode: 2,
        message: expect.stringMatching(message),
      }),
    );
  });

  function nested(
    name: string,
    ...subAttributes: Schema['attributes'][number][]
  ): Schema['attributes'][number] {
    return { ...string(name, ''), type: 'complex', subAttributes };
  }
});
