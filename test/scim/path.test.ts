import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json.js';
import { findAttribute, readPath } from '../../src/scim/path.js';
import { ENTERPRISE_USER } from '../../src/scim/schema.js';
import { resourceType } from './probe.js';

const resource: JsonObject = {
  userName: 'ada',
  name: { givenName: 'Ada' },
  emails: [
    { value: 'a@acme.example', type: 'work' },
    { value: 'b@acme.example' },
    { value: 'a@acme.example', type: 'home' },
  ],
  [ENTERPRISE_USER]: { department: 'R&D', manager: { value: 'u2' } },
};

describe('reading by a path', () => {
  it.each<[string, JsonValue | undefined]>([
    ['userName', 'ada'],
    ['name', { givenName: 'Ada' }],
    ['name.givenName', 'Ada'],
    ['name.familyName', undefined],
    ['title', undefined],
    ['emails.type', ['work', 'home']],
    ['emails.value', ['a@acme.example', 'b@acme.example', 'a@acme.example']],
    ['emails.primary', undefined],
    ['roles.value', undefined],
    [ENTERPRISE_USER, { department: 'R&D', manager: { value: 'u2' } }],
    [`${ENTERPRISE_USER}:department`, 'R&D'],
    ['manager.value', 'u2'],
    [`${ENTERPRISE_USER}:division`, undefined],
    ['luccaId', undefined],
  ])('%s', (text, expected) => {
    const path = resourceType('User').resolve(text);
    expect(path && readPath(resource, path)).toEqual(expected);
  });

  it('gives a list as it is stored', () => {
    const path = resourceType('User').resolve('emails');
    expect(path && readPath(resource, path)).toBe(resource.emails);
  });

  it('sees own properties only', () => {
    const path = resourceType('Probe').resolve('constructor');
    expect(path && readPath({}, path)).toBeUndefined();
    expect(path && readPath({ constructor: 'x' }, path)).toBe('x');
  });
});

describe('finding an attribute in a list', () => {
  const { attributes } = resourceType('User').schema;

  it('passes over letter case', () => {
    expect(findAttribute(attributes, 'x509certificates')?.name).toBe('x509Certificates');
  });

  it('finds nothing by an inherited name', () => {
    expect(findAttribute(attributes, 'constructor')).toBeUndefined();
  });
});
