/** Where the values of a person come from, as an extension of User that is returned only on request. */
import type { Attribute, Schema } from '../../scim/schema.js';
import { boolean, dateTime, exact, plural, readOnly, string } from '../../scim/schemas/define.js';

export const PROVENANCE = 'urn:ietf:params:scim:schemas:extension:lucca-bridge:2.0:Provenance';

const attributes: readonly Attribute[] = [
  boolean('idpOnly', 'Whether the person is known to IdPs only, and not to Lucca.'),
  exact('sources', 'Everybody who says something about the person.', { multiValued: true }),
  plural('values', 'The reason for each value.', [
    exact('path', 'What is decided: userName, name.givenName, emails[work] …'),
    exact('source', 'Whose value counts; absent when nobody speaks whom the rule names.'),
    string('rule', 'The rule of precedence that decided.'),
    dateTime('since', 'Since when the source says so.'),
    dateTime('staleSince', 'Since when nothing was heard from the source.'),
    string('disagreeing', 'Sources that say something else, separated by spaces.'),
  ]),
];

export const provenanceSchema: Schema = {
  id: PROVENANCE,
  name: 'Provenance',
  description: 'Where the values of a user come from',
  attributes: readOnly(attributes).map((attribute) => ({ ...attribute, returned: 'request' })),
};
