/** The User schema (RFC 7643 section 4.1). */
import { type Attribute, type Schema, USER } from '../schema.js';
import { referencedDisplay } from './common.js';
import {
  binary,
  boolean,
  complex,
  exact,
  plural,
  readOnly,
  reference,
  string,
  valueDisplayTypePrimary,
} from './define.js';

const PHONE_TYPES = ['work', 'home', 'mobile', 'fax', 'pager', 'other'];
const MESSENGER_TYPES = ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo', 'other'];
const PLACE_TYPES = ['work', 'home', 'other'];

const nameParts: readonly Attribute[] = [
  string('formatted', 'Whole name as it is shown.'),
  string('familyName', 'Family name.'),
  string('givenName', 'Given name.'),
  string('middleName', 'Middle names.'),
  string('honorificPrefix', 'Prefix such as Ms or Dr.'),
  string('honorificSuffix', 'Suffix such as III.'),
];

const addressParts: readonly Attribute[] = [
  string('formatted', 'Whole address as it is written on a label.'),
  string('streetAddress', 'Street, house number, building; may hold several lines.'),
  string('locality', 'City.'),
  string('region', 'State or region.'),
  string('postalCode', 'Postal code.'),
  string('country', 'Country, ISO 3166-1 alpha-2.'),
  string('type', 'What the address is for.', { canonicalValues: PLACE_TYPES }),
  boolean('primary', 'Whether this is the preferred address; true for one address at most.'),
];

export const userSchema: Schema = {
  id: USER,
  name: 'User',
  description: 'User account',
  attributes: [
    string('userName', 'Name to sign in with; unique whatever its letter case.', {
      required: true,
      uniqueness: 'server',
    }),
    complex('name', 'Parts of the name.', nameParts),
    string('displayName', 'Name to show to people.'),
    string('nickName', 'Casual name.'),
    reference('profileUrl', ['external'], 'Address of the profile page.'),
    string('title', 'Job title.'),
    string('userType', 'Relation to the organisation, such as Employee or Contractor.'),
    string('preferredLanguage', 'Preferred languages, as in Accept-Language.'),
    string('locale', 'Language tag for currency, dates and numbers.'),
    string('timezone', 'IANA time zone.'),
    boolean('active', 'Whether the account may be used.'),
    string('password', 'Password to set; never returned.', { mutability: 'writeOnly', returned: 'never' }),
    plural(
      'emails',
      'E-mail addresses.',
      valueDisplayTypePrimary(string('value', 'E-mail address.'), PLACE_TYPES),
    ),
    plural(
      'phoneNumbers',
      'Phone numbers.',
      valueDisplayTypePrimary(string('value', 'Phone number.'), PHONE_TYPES),
    ),
    plural(
      'ims',
      'Messenger addresses.',
      valueDisplayTypePrimary(string('value', 'Address.'), MESSENGER_TYPES),
    ),
    plural(
      'photos',
      'Photos.',
      valueDisplayTypePrimary(reference('value', ['external'], 'Address of the photo.'), [
        'photo',
        'thumbnail',
      ]),
    ),
    plural('addresses', 'Postal addresses.', addressParts),
    ...readOnly([
      plural('groups', 'Groups that the user belongs to; written through the Group.', [
        exact('value', 'Id of the group.'),
        reference('$ref', ['Group'], 'Address of the group.'),
        referencedDisplay,
        string('type', 'How the membership came about.', { canonicalValues: ['direct', 'indirect'] }),
      ]),
    ]),
    plural(
      'entitlements',
      'Things the user is entitled to.',
      valueDisplayTypePrimary(string('value', 'Entitlement.')),
    ),
    plural('roles', 'Roles of the user.', valueDisplayTypePrimary(string('value', 'Role.'))),
    plural(
      'x509Certificates',
      'Certificates of the user.',
      valueDisplayTypePrimary(binary('value', 'One DER certificate in base64.')),
    ),
  ],
};
