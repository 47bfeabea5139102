/** Input → canonical resource or error, in lenient and in strict mode: `fixtures/cases/scim/normalise/`. */
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.js';
import { ScimError, type ScimType } from '../../src/scim/errors.js';
import type { ResourceType } from '../../src/scim/registry.js';
import { normaliseAttributes, normaliseResource } from '../../src/scim/validate.js';
import { readCaseFolder } from '../cases.js';
import { resourceType } from './probe.js';

interface NormaliseCase {
  name: string;
  /** Resource type; User when left out. */
  type?: string;
  mode?: 'create' | 'replace';
  /** Without `schemas`, the core schema and the URNs of `announce` are announced. */
  input: JsonValue;
  announce?: string[];
  /** Result or scimType in both modes, or in each. `schemas` is compared only where a case names it. */
  expect?: JsonObject;
  error?: ScimType;
  lenient?: JsonObject | ScimType;
  strict?: JsonObject | ScimType;
}

describe.each(readCaseFolder<NormaliseCase[]>('scim/normalise'))('$file', ({ content }) => {
  describe.each(content)('$name', (each) => {
    const outcomes = [
      ['lenient', each.lenient ?? each.expect ?? each.error],
      ['strict', each.strict ?? each.expect ?? each.error],
    ] as const;
    it.each(outcomes)('%s', (mode, outcome) => {
      expect(outcome, 'the case names an outcome').toBeDefined();
      expect(normalise(each, mode === 'strict', isJsonObject(outcome) && 'schemas' in outcome)).toEqual(
        outcome,
      );
    });
  });
});

/** The normalised resource, with `schemas` only when asked for, or the scimType of the refusal. */
function normalise(each: NormaliseCase, strict: boolean, withSchemas: boolean): unknown {
  const type = resourceType(each.type ?? 'User');
  try {
    const resource = normaliseResource(announce(each, type), type, { strict, mode: each.mode ?? 'create' });
    const { schemas: _, ...attributes } = resource;
    return withSchemas ? resource : attributes;
  } catch (error) {
    if (error instanceof ScimError) return error.scimType;
    throw error;
  }
}

function announce(each: NormaliseCase, type: ResourceType): JsonValue {
  const { input } = each;
  if (!isJsonObject(input) || Object.keys(input).some((key) => key.toLowerCase() === 'schemas')) return input;
  // Through JSON, as a body comes: `__proto__` is then a key like any other.
  return JSON.parse(
    `{"schemas":${JSON.stringify([type.schema.id, ...(each.announce ?? [])])},${JSON.stringify(input).slice(1)}`,
  );
}

describe('texts that cannot be stored', () => {
  it.each([
    ['a lone high surrogate', 'ada\ud83d'],
    ['a lone low surrogate', '\ude00ada'],
    ['U+0000', 'a\u0000da'],
  ])('%s is refused', (_, userName) => {
    const type = resourceType('User');
    expect(() => normaliseResource({ schemas: [type.schema.id], userName }, type)).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidValue' }),
    );
  });
});

describe('the detail of an error', () => {
  const type = resourceType('User');
  const refusal = (input: JsonObject, strict = false): string => {
    try {
      normaliseResource({ schemas: [type.schema.id], userName: 'ada', ...input }, type, { strict });
    } catch (error) {
      return (error as ScimError).message;
    }
    return 'accepted';
  };

  it('names the attribute by its path', () => {
    expect(refusal({ name: { givenName: 7 } })).toBe(
      'Attribute name.givenName must be a string of valid Unicode.',
    );
  });

  it('does not repeat the value, which may be personal', () => {
    expect(refusal({ active: 'secret-value' })).not.toContain('secret-value');
  });

  it('shows only the beginning of an unknown name', () => {
    expect(refusal({ ['x'.repeat(100_000)]: 1 }, true).length).toBeLessThan(200);
  });
});

describe('a partial resource', () => {
  const type = resourceType('User');

  it('needs neither schemas nor required attributes', () => {
    expect(normaliseAttributes({ NAME: { givenname: 'Ada' } }, type)).toEqual({ name: { givenName: 'Ada' } });
  });

  it('is checked like a whole one', () => {
    expect(() => normaliseAttributes({ active: 3 }, type)).toThrow(/active must be true or false/);
  });
});

describe('a large resource', () => {
  it('of 100,000 members with one value and as many types is read in one pass', () => {
    const type = resourceType('Group');
    const members = Array.from({ length: 100_000 }, (_, index) => ({ value: 'u1', type: `type ${index}` }));
    const group = normaliseResource({ schemas: [type.schema.id], displayName: 'Data', members }, type);
    expect(group.members).toHaveLength(100_000);
  });
});
