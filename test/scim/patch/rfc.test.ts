/** Every example of RFC 7644 section 3.5.2: `fixtures/rfc/7644-3.5.2.*.json`. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { applyPatch } from '../../../src/scim/patch.js';
import { resourceType } from '../probe.js';

interface Example {
  /** Where the example is abridged or broken as printed. */
  note: string;
  type: string;
  before: JsonObject;
  patch: JsonObject;
  after: JsonObject;
}

const FOLDER = new URL('../../../fixtures/rfc/', import.meta.url);
const names = readdirSync(FOLDER).filter((name) => name.startsWith('7644-3.5.2.'));

describe.each(names)('RFC 7644 %s', (name) => {
  const { type, before, patch, after } = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Example;

  it.each([false, true])('does what the RFC says (strict: %s)', (strict) => {
    expect(applyPatch(before, patch, resourceType(type), { strict }).resource).toEqual(after);
  });

  it('done again changes nothing or moves the same value', () => {
    const again = applyPatch(after, patch, resourceType(type)).resource;
    expect(again).toEqual(after);
  });
});
