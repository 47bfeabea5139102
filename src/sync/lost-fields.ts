/**
 * Absent is not cleared (R6): a right that the credentials lose makes a field vanish silently for everybody. What vanished
 * from one reading to the next is compared here, so that it is taken for a lost right and not for thousands of edits. Pure.
 */
import { LUCCA_FIELDS, type LuccaField } from '../config/lucca-fields.js';
import type { Issue } from '../errors.js';
import type { Person } from '../lucca/directory.js';

/** How what a right can hide shows on a person. */
const FIELDS: Readonly<Record<LuccaField, (person: Person) => boolean>> = {
  'e-mail': ({ email }) => email !== null,
  'employee number': ({ employeeNumber }) => employeeNumber !== null,
  'job title': ({ jobTitle }) => jobTitle !== null,
  phone: ({ workPhone, mobilePhone }) => workPhone !== null || mobilePhone !== null,
  culture: ({ cultureId }) => cultureId !== null,
  manager: ({ managerId }) => managerId !== null,
  department: ({ departmentId }) => departmentId !== null,
  establishment: ({ establishmentId }) => establishmentId !== null,
  'contract dates': ({ contract }) => contract?.start != null,
  'contract type': ({ contract }) => contract?.typeId != null,
  'axis sections': ({ sections }) => Object.keys(sections).length > 0,
  'custom fields': ({ customFields }) => Object.keys(customFields).length > 0,
  'personal data': ({ gender, birthDate }) => gender !== null || birthDate !== null,
};

/** How many people carried each field in one reading. */
export type FieldCounts = Record<string, number>;

export function countFields(people: readonly Person[]): FieldCounts {
  const counts = Object.entries(FIELDS).map(([name, has]) => [name, people.filter(has).length] as const);
  return Object.fromEntries(counts);
}

/** Fewer carriers than this say nothing: a handful of people may really have lost a value. */
const FEWEST = 5;
/** A field is lost when no more than this share of its former carriers is left. */
const SHARE_LEFT = 0.1;

/** Fields that nearly everybody carried and nearly nobody carries now. */
export function findLostFields(before: FieldCounts, now: FieldCounts): LuccaField[] {
  return LUCCA_FIELDS.filter((name) => {
    const carriers = before[name] ?? 0;
    return carriers >= FEWEST && (now[name] ?? 0) <= carriers * SHARE_LEFT;
  });
}

export function lostFieldIssue(field: string): Issue {
  return {
    code: 'LUCCA_RIGHT_LOST',
    severity: 'warning',
    subject: { kind: 'collection', id: 'people' },
    message: `Lucca has stopped showing the field "${field}" for nearly everybody. The last values stay, and nothing is removed.`,
    remedy:
      'Give the right back to the key or client (lucca-scim check names it). If the field was really emptied, list it under lucca.emptied.',
  };
}
