/** Directories as no customer has them: every reference may dangle or go in a circle, every text may be blank or odd. */
import fc from 'fast-check';
import type { Directory } from '../../src/lucca/directory.js';
import { directoryOf, type Fragment, type PersonFragment } from './fragment.js';

const id = fc.constantFrom('1', '2', '3', '4', '5', '99');
const reference = fc.option(id, { freq: 3 });
const text = fc.option(
  fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      'DE LA FONTAINE',
      'e\u0301',
      'Da\u200Bta',
      '{person.email}',
      '__proto__',
      'constructor',
      '\u0000',
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  ),
);
const date = fc.option(
  fc.constantFrom('2020-01-01', '2026-06-14', '2026-06-15', '2026-06-16', '2027-01-01', '2026-02-30', 'soon'),
);
const code = text;
const name = text.map((each) => each ?? '');

const person: fc.Arbitrary<Omit<PersonFragment, 'id'>> = fc.record(
  {
    firstName: text,
    lastName: text,
    email: fc.option(
      fc.constantFrom('a@acme.example', 'A@acme.example', 'b@acme.example', ' ', 'c@acme.example'),
    ),
    login: text,
    employeeNumber: text,
    jobTitle: text,
    workPhone: fc.option(fc.constantFrom('01 23 45 67 89', '+32 2 555 12 12', '12', 'none')),
    mobilePhone: text,
    cultureId: fc.option(fc.constantFrom(1036, 1033, 0, -1, 99_999)),
    gender: fc.option(fc.constantFrom('male', 'female', 'other')),
    birthDate: date,
    personalEmail: text,
    personalPhone: text,
    managerId: reference,
    departmentId: reference,
    establishmentId: reference,
    legalEntityId: reference,
    sections: fc.dictionary(fc.constantFrom('7', '8', '10', 'constructor'), id, { noNullPrototype: true }),
    status: fc.option(fc.constantFrom('active', 'upcoming', 'deactivated')),
    customFields: fc.dictionary(
      fc.constantFrom('e_a', 'e_b', '__proto__'),
      fc.jsonValue({ maxDepth: 2 }) as never,
      {
        noNullPrototype: true,
      },
    ),
    contract: fc.option(fc.record({ id: text, start: date, end: date, typeId: reference, typeName: text })),
  },
  { requiredKeys: [] },
);

const fragment: fc.Arbitrary<Fragment> = fc.record({
  people: fc
    .array(person, { maxLength: 6 })
    .map((people) => people.map((each, index): PersonFragment => ({ ...each, id: `${index + 1}` }))),
  departments: fc.dictionary(
    id,
    fc.record({
      name,
      code,
      parentId: reference,
      headId: reference,
      archived: fc.boolean(),
      level: fc.integer({ min: 1, max: 9 }),
    }),
    { noNullPrototype: true },
  ),
  legalEntities: fc.dictionary(
    id,
    fc.record({
      name,
      code,
      country: fc.constantFrom(null, 'FR', 'FRA', 'UK', 'CHE', 'Atlantis'),
      archived: fc.boolean(),
    }),
    { noNullPrototype: true },
  ),
  establishments: fc.dictionary(
    id,
    fc.record({
      name,
      code,
      legalEntityId: reference,
      timeZone: fc.constantFrom(null, 'Pacific/Auckland', 'Pacific/Honolulu', 'Nowhere'),
      archived: fc.boolean(),
    }),
    { noNullPrototype: true },
  ),
  sections: fc.dictionary(
    id,
    fc.record({
      axisId: fc.constantFrom('7', '8', '10'),
      name,
      code,
      ownerId: reference,
      startsOn: fc.constantFrom(null, '2026-01-01', '2026-06-16'),
      endsOn: fc.constantFrom(null, '2026-06-14', '2026-06-15'),
      active: fc.boolean(),
    }),
    { noNullPrototype: true },
  ),
  costCenterAxisId: fc.constantFrom('7', '9'),
});

export const randomDirectory: fc.Arbitrary<Directory> = fragment.map((each) => directoryOf(each));

/** Instants around the midnights that the dates above make. */
export const randomInstant: fc.Arbitrary<string> = fc.constantFrom(
  '2026-06-14T11:59:59Z',
  '2026-06-14T22:00:00Z',
  '2026-06-15T10:00:00Z',
  '2026-06-16T10:00:00Z',
  '2030-01-01T00:00:00Z',
);
