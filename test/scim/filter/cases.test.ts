/** Filter and resource → match, no match or refusal: `fixtures/cases/filter/`. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { ScimError } from '../../../src/scim/errors.js';
import { compileFilter, printNode } from '../../../src/scim/filter/index.js';
import { readCaseFolder, readCases } from '../../cases.js';
import { resourceType } from '../probe.js';

type Outcome = 'match' | 'no-match' | 'invalidFilter';

interface FilterCase {
  filter: string;
  /** A file of `resources/`, or the resource itself. */
  on?: string;
  resource?: JsonObject;
  /** Resource type of `resource`; User when left out. */
  type?: string;
  expect: Outcome;
  why: string;
}

interface Subject {
  type: string;
  resource: JsonObject;
}

describe.each(readCaseFolder<FilterCase[]>('filter'))('$file', ({ content }) => {
  it.each(content)('$filter → $expect: $why', (each) => {
    const subject = readSubject(each);
    expect(evaluate(each.filter, subject)).toBe(each.expect);
  });

  it.each(content.filter((each) => each.expect !== 'invalidFilter'))(
    '$filter means the same printed',
    (each) => {
      const subject = readSubject(each);
      const printed = printNode(compileFilter(each.filter, resourceType(subject.type)).ast);
      expect(evaluate(printed, subject)).toBe(each.expect);
    },
  );
});

function readSubject(each: FilterCase): Subject {
  if (each.on !== undefined) return readCases<Subject>(`filter/resources/${each.on}.yaml`);
  return { type: each.type ?? 'User', resource: each.resource ?? {} };
}

function evaluate(filter: string, { type, resource }: Subject): Outcome {
  try {
    return compileFilter(filter, resourceType(type)).matches(resource) ? 'match' : 'no-match';
  } catch (error) {
    if (error instanceof ScimError && error.scimType === 'invalidFilter') return error.scimType;
    throw error;
  }
}
