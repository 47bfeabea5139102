/**
 * One registry is the source of everything: a resource type that exists only as data (`fixtures/cases/scim/probe/`) is
 * validated, filtered, patched, projected, resolved and published by its characteristics, and a characteristic changed in the
 * data changes all of them.
 */
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json.js';
import { describeSchema, listResourceTypes, listSchemaDocuments } from '../../src/scim/discovery.js';
import { compileFilter } from '../../src/scim/filter/index.js';
import { applyPatch, PATCH_OP } from '../../src/scim/patch.js';
import { createProjection } from '../../src/scim/project.js';
import { mergeReplacement } from '../../src/scim/replace.js';
import type { Attribute, AttributeType } from '../../src/scim/schema.js';
import { normaliseResource } from '../../src/scim/validate.js';
import { createProbeRegistry, probeExtension, probeRegistry, probeSchema, resourceType } from './probe.js';

const GOOD: Record<AttributeType, JsonValue> = {
  string: 'text',
  boolean: true,
  decimal: 1.5,
  integer: 7,
  dateTime: '2026-11-20T08:30:00+01:00',
  binary: 'aGVsbG8=',
  reference: 'https://acme.example/x',
  complex: { value: 3 },
};

const BAD: Record<AttributeType, JsonValue[]> = {
  string: [1, true],
  boolean: ['maybe', 1],
  decimal: ['1.5', true],
  integer: [1.5, '7', 1e300],
  dateTime: [
    '2026-11-20',
    '08:30:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-20T25:00:00Z',
    '20 November 2026',
    0,
  ],
  binary: ['not base64!', 'aGVsb', 1],
  reference: ['no address', 'https://acme.example/%zz', 1],
  complex: [1, true],
};

const writable = probeSchema.attributes.filter(({ mutability }) => mutability !== 'readOnly');

/** The required attributes, around those of a test. */
function probe(attributes: JsonObject): JsonObject {
  return {
    schemas: [probeSchema.id, probeExtension.id],
    text: 'a',
    mutabilityWriteOnly: 'w',
    [probeExtension.id]: { key: 'k' },
    ...attributes,
  };
}

function goodValue(attribute: Attribute): JsonValue {
  const simple = GOOD[attribute.type];
  const value =
    attribute.type === 'complex'
      ? Object.fromEntries(
          (attribute.subAttributes ?? []).filter(isGiven).map((sub) => [sub.name, GOOD[sub.type]]),
        )
      : simple;
  return attribute.multiValued ? [value] : value;
}

function isGiven({ mutability }: Attribute): boolean {
  return mutability !== 'readOnly';
}

describe('the data', () => {
  it('has every type, single and in a list, every mutability, returned and uniqueness value', () => {
    const values = (name: keyof Attribute) => new Set(probeSchema.attributes.map((each) => each[name]));
    const types = new Set(probeSchema.attributes.map(({ type, multiValued }) => `${type} ${multiValued}`));
    expect(types.size).toBe(Object.keys(GOOD).length * 2);
    expect(values('mutability').size).toBe(4);
    expect(values('returned').size).toBe(4);
    expect(values('uniqueness').size).toBe(3);
  });
});

describe.each([false, true])('validation (strict: %s)', (strict) => {
  const type = resourceType('Probe');
  const normalise = (attributes: JsonObject) => normaliseResource(probe(attributes), type, { strict });

  it.each(writable)('$name keeps a value of type $type', (attribute) => {
    const given = probe({ [attribute.name.toUpperCase()]: goodValue(attribute) });
    if (attribute.name.toUpperCase() !== attribute.name) delete given[attribute.name];
    expect(normaliseResource(given, type, { strict })[attribute.name]).toEqual(goodValue(attribute));
  });

  it.each(writable)('$name refuses a value of another type than $type', (attribute) => {
    for (const bad of BAD[attribute.type]) {
      const value = attribute.multiValued ? [bad] : bad;
      expect(() => normalise({ [attribute.name]: value }), JSON.stringify(value)).toThrow(
        expect.objectContaining({ scimType: 'invalidValue' }),
      );
    }
  });

  it.each(writable)(
    '$name refuses a list where one value is asked for, and the other way round',
    (attribute) => {
      const [one, list] = [
        goodValue({ ...attribute, multiValued: false }),
        goodValue({ ...attribute, multiValued: true }),
      ];
      const swapped = attribute.multiValued ? one : [list, list].flat();
      expect(() => normalise({ [attribute.name]: swapped })).toThrow(
        expect.objectContaining({ scimType: 'invalidValue' }),
      );
    },
  );

  it('drops what is readOnly, at the top and inside', () => {
    const result = normalise({ mutabilityReadOnly: 'x', whole: { value: 1, given: 'x' } });
    expect(result).not.toHaveProperty('mutabilityReadOnly');
    expect(result.whole).toEqual({ value: 1 });
  });

  it.each([
    ['a required attribute', { text: null }],
    ['a required sub-attribute', { parts: [{ size: 1 }] }],
    ['a required attribute of an extension', { [probeExtension.id]: { secret: 's' } }],
    ['a required extension', { [probeExtension.id]: null }],
  ])('misses %s', (_, attributes) => {
    expect(() => normalise(attributes)).toThrow(expect.objectContaining({ scimType: 'invalidValue' }));
  });
});

describe('a characteristic changed in the data', () => {
  it('required: changes validation and discovery', () => {
    const type = changed('uniquenessNone', { required: true });
    expect(() => normaliseResource(probe({}), type)).toThrow(/uniquenessNone is required/);
    expect(published(type, 'uniquenessNone').required).toBe(true);
  });

  it('type: changes validation, filters and discovery', () => {
    const type = changed('uniquenessNone', { type: 'integer' });
    const filter = compileFilter('uniquenessNone gt 9', type);
    expect(filter.matches({ uniquenessNone: 10 })).toBe(true);
    expect(() => compileFilter('uniquenessNone co "1"', type)).toThrow(
      expect.objectContaining({ scimType: 'invalidFilter' }),
    );
    expect(() => normaliseResource(probe({ uniquenessNone: 'x' }), type)).toThrow(/must be a whole number/);
    expect(published(type, 'uniquenessNone').type).toBe('integer');
  });

  it('multiValued: changes validation and discovery', () => {
    const type = changed('uniquenessNone', { multiValued: true });
    expect(normaliseResource(probe({ uniquenessNone: ['x', 'X'] }), type).uniquenessNone).toEqual(['x']);
    expect(published(type, 'uniquenessNone').multiValued).toBe(true);
  });

  it('caseExact: changes which values are the same, and filters', () => {
    const change = { multiValued: true, caseExact: true };
    const type = changed('uniquenessNone', change);
    expect(normaliseResource(probe({ uniquenessNone: ['x', 'X'] }), type).uniquenessNone).toEqual(['x', 'X']);
    expect(compileFilter('uniquenessNone eq "X"', type).matches({ uniquenessNone: ['x'] })).toBe(false);
    expect(published(type, 'uniquenessNone').caseExact).toBe(true);
  });

  it('mutability: changes validation, replacement, PATCH and discovery', () => {
    const type = changed('uniquenessNone', { mutability: 'readOnly' });
    const put = normaliseResource(probe({ uniquenessNone: 'new' }), type);
    expect(put).not.toHaveProperty('uniquenessNone');
    expect(mergeReplacement(probe({ uniquenessNone: 'old' }), put, type).uniquenessNone).toBe('old');
    const patch = {
      schemas: [PATCH_OP],
      Operations: [{ op: 'replace', path: 'uniquenessNone', value: 'new' }],
    };
    expect(() => applyPatch(probe({ uniquenessNone: 'old' }), patch, type, { strict: true })).toThrow(
      expect.objectContaining({ scimType: 'mutability' }),
    );
    expect(published(type, 'uniquenessNone').mutability).toBe('readOnly');
  });

  it.each([
    ['always', true, true],
    ['default', true, false],
    ['request', false, false],
    ['never', false, false],
  ] as const)('returned %s: changes projection and discovery', (returned, byDefault, besideOthers) => {
    const type = changed('uniquenessNone', { returned });
    const shows = (attributes: string[]) =>
      'uniquenessNone' in createProjection(type, { attributes })(probe({ uniquenessNone: 'x' }));
    expect(shows([])).toBe(byDefault);
    expect(shows(['text'])).toBe(besideOthers);
    expect(shows(['uniquenessNone'])).toBe(returned !== 'never');
    expect(published(type, 'uniquenessNone').returned).toBe(returned);
  });

  it('name: changes path resolution, validation and discovery', () => {
    const type = changed('uniquenessNone', { name: 'renamed' });
    expect(type.resolve('uniquenessNone')).toBeUndefined();
    expect(type.resolve(`${probeSchema.id}:RENAMED`)?.attribute?.name).toBe('renamed');
    expect(normaliseResource(probe({ uniquenessNone: 'x', renamed: 'y' }), type)).toMatchObject({
      renamed: 'y',
    });
    expect(published(type, 'renamed').name).toBe('renamed');
  });

  function changed(name: string, change: Partial<Attribute>) {
    return resourceType('Probe', createProbeRegistry(name, change));
  }

  function published(type: ReturnType<typeof changed>, name: string): JsonObject {
    const { attributes } = describeSchema(type.schema, 'https://bridge.example');
    const found = (attributes as JsonObject[]).find((each) => each.name === name);
    expect(found, name).toBeDefined();
    return found ?? {};
  }
});

describe('discovery', () => {
  it('lists the resource type with its endpoint', () => {
    expect(listResourceTypes(probeRegistry, 'https://bridge.example')).toContainEqual(
      expect.objectContaining({ name: 'Probe', endpoint: '/Probes', schema: probeSchema.id }),
    );
  });

  it('publishes both schemas with the characteristics that were loaded', () => {
    const documents = listSchemaDocuments(probeRegistry, 'https://bridge.example');
    for (const schema of [probeSchema, probeExtension]) {
      expect(documents).toContainEqual(
        expect.objectContaining({ id: schema.id, attributes: schema.attributes }),
      );
    }
  });
});

describe('path resolution', () => {
  const type = resourceType('Probe');

  it.each(probeSchema.attributes)('knows $name and its parts', (attribute) => {
    expect(type.resolve(`${probeSchema.id}:${attribute.name}`)?.attribute).toBe(attribute);
    for (const sub of attribute.subAttributes ?? []) {
      expect(type.resolve(`${attribute.name}.${sub.name}`)?.subAttribute).toBe(sub);
    }
  });
});
