/** The schemas of targets that have others than ours. */
import { createRegistry, defaultRegistry, type Registry } from '../../scim/registry.js';
import { ENTERPRISE_USER, type Schema, USER } from '../../scim/schema.js';
import { complex, plural, string } from '../../scim/schemas/define.js';
import { restrictRegistry } from '../../server/bridge/restrict-registry.js';
import type { Preset } from './presets.js';

const TRAVELPERK_USER = 'urn:ietf:params:scim:schemas:extension:travelperk:2.0:User';

const travelperkUser: Schema = {
  id: TRAVELPERK_USER,
  name: 'TravelPerkUser',
  description: 'Traveller',
  attributes: [
    string('gender', 'Gender.', { canonicalValues: ['M', 'F'] }),
    string('dateOfBirth', 'Date of birth, YYYY-MM-DD.'),
    string('travelPolicy', 'Travel policy, by name.'),
    plural('invoiceProfiles', 'Invoice profiles, by name.', [string('value', 'Name.')]),
    complex('emergencyContact', 'Whom to call.', [string('name', 'Name.'), string('phone', 'Phone number.')]),
  ],
};

const TRAVELPERK_ATTRIBUTES = [
  'userName',
  'name.givenName',
  'name.familyName',
  'name.middleName',
  'name.honorificPrefix',
  'active',
  'preferredLanguage',
  'locale',
  'title',
  'phoneNumbers',
  'groups',
  `${ENTERPRISE_USER}:costCenter`,
  `${ENTERPRISE_USER}:manager`,
  TRAVELPERK_USER,
];

/** The registry of a preset: ours, or that of TravelPerk. */
export function registryOf({ extension }: Preset): Registry {
  if (extension === undefined) return defaultRegistry;
  const registry = createRegistry({
    schemas: [travelperkUser],
    resourceTypes: [
      {
        id: 'User',
        name: 'User',
        endpoint: '/Users',
        description: 'People',
        schema: USER,
        schemaExtensions: [ENTERPRISE_USER, TRAVELPERK_USER].map((schema) => ({ schema, required: false })),
      },
    ],
  });
  const user = registry.resourceType('User');
  if (user === undefined) return registry;
  const paths = TRAVELPERK_ATTRIBUTES.flatMap((text) => user.resolve(text) ?? []);
  return restrictRegistry(registry, new Map([[user, { paths, keys: [] }]]));
}
