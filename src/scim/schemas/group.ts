/** The Group schema (RFC 7643 section 4.2). */
import { GROUP, type Schema } from '../schema.js';
import { referencedDisplay } from './common.js';
import { exact, plural, reference, string } from './define.js';

export const groupSchema: Schema = {
  id: GROUP,
  name: 'Group',
  description: 'Group',
  attributes: [
    string('displayName', 'Name of the group.', { required: true }),
    plural('members', 'Members of the group: added and removed as a whole, never edited.', [
      exact('value', 'Id of the member.', { mutability: 'immutable' }),
      reference('$ref', ['User', 'Group'], 'Address of the member.', { mutability: 'immutable' }),
      string('type', 'Resource type of the member.', {
        mutability: 'immutable',
        canonicalValues: ['User', 'Group'],
      }),
      referencedDisplay,
    ]),
  ],
};
