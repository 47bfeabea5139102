/** PUT (RFC 7644 section 3.5.1): the cases of `fixtures/cases/scim/replace.yaml`. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import type { ScimType } from '../../src/scim/errors.js';
import { mergeReplacement } from '../../src/scim/replace.js';
import { listSchemas } from '../../src/scim/resource.js';
import { normaliseResource } from '../../src/scim/validate.js';
import { readCases } from '../cases.js';
import { probeExtension, probeSchema, resourceType } from './probe.js';

interface ReplaceCase {
  name: string;
  type?: string;
  stored: JsonObject;
  put: JsonObject;
  expect?: JsonObject;
  error?: ScimType;
}

describe('a replacement', () => {
  it.each(readCases<ReplaceCase[]>('scim/replace.yaml'))('$name', ({ type, stored, put, ...outcome }) => {
    const resource = resourceType(type ?? 'User');
    const replace = () => mergeReplacement(stored, put, resource);
    if (outcome.error !== undefined) {
      expect(replace).toThrow(expect.objectContaining({ scimType: outcome.error }));
    } else {
      const expected = outcome.expect ?? {};
      expect(replace()).toEqual({ schemas: listSchemas(expected, resource), ...expected });
    }
  });

  it('may leave out a required attribute that is never returned', () => {
    const type = resourceType('Probe');
    const input = { schemas: [probeSchema.id], text: 'a', [probeExtension.id]: { key: 'k' } };
    expect(() => normaliseResource(input, type, { mode: 'create' })).toThrow(
      /mutabilityWriteOnly is required/,
    );
    expect(normaliseResource(input, type, { mode: 'replace' })).toMatchObject({ text: 'a' });
  });
});
