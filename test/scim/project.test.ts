/** Projection (RFC 7644 section 3.9): the cases of `fixtures/cases/scim/project.yaml`. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { createProjection } from '../../src/scim/project.js';
import { readCases } from '../cases.js';
import { resourceType } from './probe.js';

interface ProjectSet {
  type: string;
  resource: JsonObject;
  cases: { name: string; attributes?: string[]; excludedAttributes?: string[]; expect: JsonObject }[];
}

describe.each(readCases<ProjectSet[]>('scim/project.yaml'))('of a $type', ({ type, resource, cases }) => {
  it.each(cases)('$name', ({ name: _, expect: expected, ...options }) => {
    const before = structuredClone(resource);
    expect(createProjection(resourceType(type), options)(resource)).toEqual(expected);
    expect(resource, 'the input is left as it was').toEqual(before);
  });
});

describe('a projection', () => {
  it('gives the very same object when there is nothing to leave out', () => {
    const resource: JsonObject = { schemas: [resourceType('User').schema.id], id: 'u1', userName: 'ada' };
    expect(createProjection(resourceType('User'))(resource)).toBe(resource);
  });

  it('adds no schemas to a resource that has none', () => {
    const project = createProjection(resourceType('User'), { attributes: ['userName'] });
    expect(project({ userName: 'ada', title: 'Dr' })).toEqual({ userName: 'ada' });
  });
});
