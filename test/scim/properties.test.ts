/** What must hold for any input: random resources of the Probe type, built from its schema. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.js';
import { ScimError } from '../../src/scim/errors.js';
import { formatPath } from '../../src/scim/path.js';
import { createProjection } from '../../src/scim/project.js';
import type { Attribute } from '../../src/scim/schema.js';
import { commonAttributes } from '../../src/scim/schemas/common.js';
import { normaliseResource } from '../../src/scim/validate.js';
import { probeExtension, probeSchema, resourceType } from './probe.js';

const type = resourceType('Probe');

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((each) => each.trim() !== '' && !each.includes('\0'));

const simple: Record<Exclude<Attribute['type'], 'complex'>, fc.Arbitrary<JsonValue>> = {
  string: text,
  boolean: fc.boolean(),
  decimal: fc.double({ noNaN: true, noDefaultInfinity: true }),
  integer: fc.maxSafeInteger(),
  dateTime: fc
    .date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-01-01T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString()),
  binary: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  reference: fc.webUrl(),
};

function anyValue(attribute: Attribute): fc.Arbitrary<JsonValue> {
  const one: fc.Arbitrary<JsonValue> =
    attribute.type === 'complex' ? anyObjectOf(attribute.subAttributes ?? [], 1) : simple[attribute.type];
  return attribute.multiValued ? fc.array(one, { minLength: 1, maxLength: 4 }) : one;
}

/** An object with the required attributes and any choice of the others, at least `minimum` in all. */
function anyObjectOf(attributes: readonly Attribute[], minimum = 0): fc.Arbitrary<JsonObject> {
  const model = Object.fromEntries(attributes.map((each) => [each.name, anyValue(each)]));
  const requiredKeys = attributes.filter(({ required }) => required).map(({ name }) => name);
  return fc
    .record(model, { requiredKeys })
    .map((object) => ({ ...object }))
    .filter((object) => Object.keys(object).length >= minimum);
}

const schemas = [probeSchema.id, probeExtension.id];

/** A resource in canonical spelling; unassigned and duplicate values may occur. */
const resource = fc
  .tuple(anyObjectOf(probeSchema.attributes), anyObjectOf(probeExtension.attributes, 1))
  .map(([core, extension]): JsonObject => ({ schemas, ...core, [probeExtension.id]: extension }));

describe('normalising', () => {
  it('a normalised resource again changes nothing', () => {
    fc.assert(
      fc.property(resource, (input) => {
        const once = normaliseResource(input, type);
        expect(normaliseResource(once, type, { strict: false })).toEqual(once);
      }),
    );
  });

  it('does not depend on the letter case of names', () => {
    fc.assert(
      fc.property(resource, (input) => {
        expect(normaliseResource(upperCaseNames(input), type)).toEqual(normaliseResource(input, type));
      }),
    );
  });

  it('does not depend on the order of attributes', () => {
    fc.assert(
      fc.property(resource, (input) => {
        const reversed = Object.fromEntries(Object.entries(input).reverse());
        expect(normaliseResource(reversed, type)).toEqual(normaliseResource(input, type));
      }),
    );
  });

  it('treats null, "", [] and {} as absence', () => {
    const empty = fc.constantFrom<JsonValue>(null, '', [], {});
    const optional = fc.constantFrom(...probeSchema.attributes.filter(({ required }) => !required));
    fc.assert(
      fc.property(resource, optional, empty, (input, { name }, value) => {
        const { [name]: _, ...without } = input;
        expect(normaliseResource({ ...input, [name]: value }, type)).toEqual(
          normaliseResource(without, type),
        );
      }),
    );
  });

  it('accepts any JSON or refuses it with a 400', () => {
    const names = probeSchema.attributes.flatMap(({ name, subAttributes = [] }) => [
      name,
      ...subAttributes.map((sub) => sub.name),
    ]);
    const key = fc.constantFrom(
      'schemas',
      probeSchema.id,
      probeExtension.id,
      '__proto__',
      'constructor',
      ...names,
    );
    const anyJson = fc.jsonValue() as fc.Arbitrary<JsonValue>;
    const anyObject = fc.dictionary(key, fc.oneof(anyJson, fc.dictionary(key, anyJson)), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(anyObject, fc.boolean(), (object, strict) => {
        const input = {
          text: 'a',
          mutabilityWriteOnly: 'w',
          schemas,
          [probeExtension.id]: { key: 'k' },
          ...object,
        };
        expect(statusOf(() => normaliseResource(input, type, { strict }))).toBeOneOf([200, 400]);
      }),
    );
  });
});

describe('projecting', () => {
  const allPaths = leafPaths();
  const names = fc.subarray(
    [...new Set(allPaths.flatMap(({ own, parent, container }) => [own, parent, container]))].filter(
      (name) => name !== null,
    ),
  );

  it.each(['attributes', 'excludedAttributes'] as const)(
    '%s returns exactly what the RFC says, value by value',
    (parameter) => {
      fc.assert(
        fc.property(resource, names, (stored, named) => {
          const projected = createProjection(type, { [parameter]: named })(stored);
          const mode = parameter === 'attributes' && named.length > 0 ? 'only' : 'except';
          const returned = allPaths
            .filter((leaf) => isReturned(leaf, new Set(named), mode))
            .map(({ own }) => own);
          expect(presentPaths(projected)).toEqual(
            presentPaths(stored).filter((path) => returned.includes(path)),
          );
        }),
      );
    },
  );
});

interface Leaf {
  own: string;
  returned: Attribute['returned'];
  /** The complex attribute around a sub-attribute. */
  parent: string | null;
  parentReturned: Attribute['returned'];
  container: string | null;
}

/** Every simple attribute and sub-attribute of the Probe type. */
function leafPaths(): Leaf[] {
  const leaves = (extension: string | null, attributes: readonly Attribute[]): Leaf[] =>
    attributes.flatMap((attribute): Leaf[] => {
      const path = formatPath(extension, attribute, null);
      const { returned } = attribute;
      if (attribute.subAttributes === undefined) {
        return [{ own: path, returned, parent: null, parentReturned: 'default', container: extension }];
      }
      return attribute.subAttributes.map((sub) => ({
        own: formatPath(extension, attribute, sub),
        returned: sub.returned,
        parent: path,
        parentReturned: returned,
        container: extension,
      }));
    });
  return [
    ...leaves(null, [...probeSchema.attributes, ...commonAttributes]),
    ...leaves(probeExtension.id, probeExtension.attributes),
  ];
}

/** RFC 7644 section 3.9 and RFC 7643 section 7, word for word and one leaf at a time. */
function isReturned(leaf: Leaf, named: ReadonlySet<string>, mode: 'only' | 'except'): boolean {
  const isNamed = (path: string | null): boolean => path !== null && named.has(path);
  if (leaf.returned === 'never' || leaf.parentReturned === 'never') return false;
  const parentRequested = mode === 'only' && isNamed(leaf.parent);
  if (leaf.returned === 'always') return leaf.parentReturned !== 'request' || parentRequested;
  if (leaf.returned === 'request') return mode === 'only' && isNamed(leaf.own);
  if (leaf.parentReturned === 'always') return mode === 'only' || !isNamed(leaf.own);
  if (leaf.parentReturned === 'request') return parentRequested || (mode === 'only' && isNamed(leaf.own));
  const touched = [leaf.own, leaf.parent, leaf.container].some(isNamed);
  return mode === 'only' ? touched : !touched;
}

/** The paths of all simple values that a resource holds, sorted. */
function presentPaths(held: JsonObject): string[] {
  return leafPaths()
    .map(({ own }) => own)
    .filter((text) => {
      const path = type.resolve(text);
      if (!path?.attribute) return false;
      const container = path.extension === null ? held : held[path.extension];
      const value =
        isJsonObject(container) && Object.hasOwn(container, path.attribute.name)
          ? container[path.attribute.name]
          : undefined;
      if (path.subAttribute === null) return value !== undefined;
      const { name } = path.subAttribute;
      return [value].flat().some((element) => isJsonObject(element) && Object.hasOwn(element, name));
    });
}

function upperCaseNames(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name.toUpperCase(),
      isJsonObject(held) ? upperCaseNames(held) : held,
    ]),
  );
}

function statusOf(action: () => unknown): number {
  try {
    action();
    return 200;
  } catch (error) {
    if (error instanceof ScimError) return error.status;
    throw error;
  }
}
