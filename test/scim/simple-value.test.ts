/** The simple types of RFC 7643 section 2.3: the cases of `fixtures/cases/scim/simple-values.yaml`. */
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/json.js';
import type { AttributeType } from '../../src/scim/schema.js';
import { define } from '../../src/scim/schemas/define.js';
import { normaliseValue } from '../../src/scim/validate.js';
import { readCases } from '../cases.js';

interface ValueCase {
  type: AttributeType;
  value: JsonValue;
  /** `same`, null for a refusal, or what is kept instead. */
  kept: JsonValue;
  strict?: JsonValue;
}

const cases = readCases<ValueCase[]>('scim/simple-values.yaml');

describe.each([false, true])('with strict %s', (strict) => {
  it.each(cases)('$type $value', (each) => {
    const expected = strict && each.strict !== undefined ? each.strict : each.kept;
    const normalise = () => normaliseValue(each.value, define(each.type, 'probe', ''), { strict });
    if (expected === null) {
      expect(normalise).toThrow(expect.objectContaining({ scimType: 'invalidValue' }));
    } else {
      expect(normalise()).toBe(expected === 'same' ? each.value : expected);
    }
  });
});
