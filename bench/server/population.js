// A company of any size, the same each time: about 1.5 KB of JSON for each person, four groups for each of them. Plain JavaScript,
// because it runs in the measured processes too.
const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const LUCCA_USER = 'urn:ietf:params:scim:schemas:extension:lucca:2.0:User';
const LUCCA_GROUP = 'urn:ietf:params:scim:schemas:extension:lucca:2.0:Group';
const AT = '2026-11-20T10:00:00.000Z';

const GIVEN = [
  'Inès',
  'Léo',
  'Mia',
  'Zoé',
  'Hugo',
  'Chloé',
  'Jules',
  'Anaïs',
  'Louis',
  'Emma',
  'Noël',
  'Alice',
  'Rémi',
];
const FAMILY = [
  'Petit',
  'Moreau',
  'Roy',
  'Klein',
  'Blanc',
  'Garcia',
  'Lefèvre',
  'Dubois',
  'Martin',
  'Bernard',
  'Faure',
];
const TITLES = [
  'Buyer',
  'Designer',
  'Accountant',
  'Engineer',
  'Sales representative',
  'Project manager',
  'Analyst',
];

/** How many units of each kind there are. A tenth of the people are in each department. */
const UNITS = { department: 10, 'cost-center': 50, 'legal-entity': 5, establishment: 20 };

export function idOf(number) {
  return `5f2b0e9a-7c11-8${String(number).padStart(3, '0').slice(-3)}-9${String(number % 7919)
    .padStart(3, '0')
    .slice(-3)}-${String(number).padStart(12, '0')}`;
}

export const userNameOf = (number) => `person.${number}@acme.example`;
export const luccaIdOf = (number) => String(1000 + number);

function namesOf(number) {
  return [GIVEN[number % GIVEN.length], `${FAMILY[(number * 7) % FAMILY.length]}-${number}`];
}

const displayNameOf = (number) => namesOf(number).join(' ');

/** What Lucca says of a person. */
export function attributesOf(number) {
  const [givenName, familyName] = namesOf(number);
  const unit = (kind) => (number * 31) % UNITS[kind];
  const [department, center, entity, site] = [
    'department',
    'cost-center',
    'legal-entity',
    'establishment',
  ].map(unit);
  const userName = userNameOf(number);
  return {
    externalId: luccaIdOf(number),
    userName,
    name: { givenName, familyName },
    displayName: displayNameOf(number),
    title: TITLES[number % TITLES.length],
    userType: number % 9 === 0 ? 'CDD' : 'CDI',
    locale: 'fr-FR',
    preferredLanguage: 'fr-FR',
    timezone: 'Europe/Paris',
    active: number % 50 !== 0,
    emails: [{ value: userName, type: 'work', primary: true }],
    phoneNumbers: [
      { value: `+3314${String(number).padStart(7, '0')}`, type: 'work' },
      { value: `+336${String(number).padStart(8, '0')}`, type: 'mobile' },
    ],
    [ENTERPRISE_USER]: {
      employeeNumber: `${site}-${number}`,
      costCenter: `CC-${center}`,
      organization: `Acme ${entity} SAS`,
      division: `Site ${site}`,
      department: `Department ${department}`,
      ...(number > 0 && { manager: { value: idOf(number % 500), displayName: displayNameOf(number % 500) } }),
    },
    [LUCCA_USER]: {
      luccaId: luccaIdOf(number),
      status: 'active',
      establishment: { value: String(site), code: `S${site}`, display: `Site ${site}` },
      legalEntity: { value: String(entity), code: `E${entity}`, display: `Acme ${entity} SAS` },
      departmentId: String(department),
      departmentPath: `Acme / Department ${department}`,
      costCenter: { value: String(center), code: `CC-${center}`, display: `Centre ${center}` },
      contractType: { value: '1', display: 'CDI' },
      contractStart: '2020-01-06',
    },
  };
}

/** A person as the store keeps them. */
export function recordOf(number) {
  const attributes = attributesOf(number);
  const sourceId = luccaIdOf(number);
  return {
    id: idOf(number),
    version: 0,
    createdAt: AT,
    updatedAt: AT,
    lucca: {
      luccaId: sourceId,
      contractStart: '2020-01-06',
      contractEnd: null,
      endedOn: null,
      missingSince: null,
    },
    assertions: { lucca: { sourceId, attributes, at: AT, since: { '*': AT } } },
    links: {},
  };
}

/** The groups of a company of `size` people, as the store keeps them. */
export function groupRecords(size) {
  return Object.entries(UNITS).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, unit) => {
      const members = [];
      for (let number = 0; number < size; number += 1)
        if ((number * 31) % count === unit) members.push(idOf(number));
      return {
        id: `00000000-0000-8000-8000-${kind.length}${String(unit).padStart(10, '0')}`,
        version: 0,
        key: `${kind}:${unit}`,
        kind,
        attributes: {
          displayName: `${kind} ${unit}`,
          externalId: `${kind}:${unit}`,
          [LUCCA_GROUP]: { kind, luccaId: String(unit), archived: false },
        },
        members,
        createdAt: AT,
        updatedAt: AT,
      };
    }),
  );
}
