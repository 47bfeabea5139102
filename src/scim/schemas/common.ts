/** Attributes that every resource has whatever its schemas (RFC 7643 sections 3 and 3.1). */
import type { Attribute } from '../schema.js';
import { complex, dateTime, exact, readOnly, reference, string } from './define.js';

export const id = exact('id', 'Identifier given by the server; never changes and is never reused.', {
  mutability: 'readOnly',
  returned: 'always',
  uniqueness: 'server',
});

export const commonAttributes: readonly Attribute[] = [
  reference('schemas', ['uri'], 'URNs of the schemas of the attributes that are present.', {
    multiValued: true,
    required: true,
    // Computed from the attributes that are present: nobody writes it.
    mutability: 'readOnly',
    returned: 'always',
  }),
  id,
  exact('externalId', 'Identifier given by the client that provisions the resource.'),
  ...readOnly([
    complex('meta', 'What the server knows about the resource.', [
      exact('resourceType', 'Name of the resource type.'),
      dateTime('created', 'When the resource was created.'),
      dateTime('lastModified', 'When the resource was last changed.'),
      reference('location', ['uri'], 'Address of the resource.'),
      exact('version', 'Version of the resource, equal to its ETag.'),
    ]),
  ]),
];

/** `display` of a reference to another resource: kept by the server. */
export const referencedDisplay = string('display', 'Name of the resource referred to.', {
  mutability: 'readOnly',
});
