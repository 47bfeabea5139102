/** v3 users → people (reference page, section 4.1). */
import { z } from 'zod';
import type { Issue } from '../../errors.js';
import { type CollectionReading, readCollection } from '../collection.js';
import { readCustomFields, type WantedCustomFields, wantsCustomFields } from '../custom-fields.js';
import type { Contract, Person } from '../directory.js';
import { createIntern, type Intern } from '../intern.js';
import { missingCustomFields, Presence } from '../presence.js';
import {
  anything,
  id,
  optionalDay,
  optionalId,
  optionalReference,
  optionalText,
  orNull,
  type RowOf,
  recordReader,
} from '../record.js';
import type { Transport } from '../transport.js';
import { AxisValues } from './axis-values.js';
import { countRows, type OffsetList, offsetPages } from './offset-pages.js';
import { AXIS_VALUES, HR_FILES, PERSONAL_FIELDS, USER_FIELDS } from './user-rights.js';

export interface WantedUsers {
  customFields: WantedCustomFields;
  personal: boolean;
}

const FIELDS = [
  'id',
  'name',
  'displayName',
  'firstName',
  'lastName',
  'login',
  'mail',
  'employeeNumber',
  'externalId',
  'dtContractStart',
  'dtContractEnd',
  'modifiedAt',
  'legalEntityId',
  'departmentId',
  'managerId',
  'cultureId',
  'jobTitle',
  'directLine',
  'professionalMobile',
  'userAxisValues',
];
const PERSONAL = PERSONAL_FIELDS.map(({ key }) => key);
/** Seen in code or inferred rather than documented, or hidden by a right: a Lucca that refuses them is read without. */
const OPTIONAL_FIELDS = [
  'displayName',
  'externalId',
  'modifiedAt',
  'userAxisValues',
  'extendedData',
  ...PERSONAL,
];

const user = recordReader(
  z.object({
    id,
    name: optionalText,
    displayName: optionalText,
    firstName: optionalText,
    lastName: optionalText,
    login: optionalText,
    mail: optionalText,
    employeeNumber: optionalText,
    externalId: optionalText,
    dtContractStart: optionalDay,
    dtContractEnd: optionalDay,
    modifiedAt: optionalText,
    modifiedOn: optionalText,
    legalEntityId: optionalId,
    legalEntity: optionalReference,
    departmentId: optionalId,
    department: optionalReference,
    managerId: optionalId,
    manager: optionalReference,
    cultureId: z.number().int().nullish(),
    culture: z.object({ id: z.number().int() }).nullish(),
    jobTitle: optionalText,
    directLine: optionalText,
    professionalMobile: optionalText,
    gender: optionalText,
    birthDate: optionalDay,
    personalEmail: optionalText,
    personalMobile: optionalText,
    extendedData: anything,
  }),
);
type User = RowOf<typeof user>;

export interface UsersReading extends CollectionReading<Person> {
  /** The axis values seen on people, as sections known by name only. */
  axisValues: AxisValues;
}

/** The list of everybody, leavers and joiners included, in a fixed order. */
export function userList(fields: readonly string[]): OffsetList {
  return { path: '/api/v3/users', query: { formerEmployees: 'true', orderBy: 'id,asc' }, fields };
}

/**
 * Reads every user that the key shows. `legalEntityId` and the contract's type come from other collections.
 * @throws LuccaError when the first page fails
 */
export async function readUsers(transport: Transport, wanted: WantedUsers): Promise<UsersReading> {
  const fields = [
    ...FIELDS,
    ...(wanted.personal ? PERSONAL : []),
    ...(wantsCustomFields(wanted.customFields) ? ['extendedData'] : []),
  ];
  const presence = new Presence([...USER_FIELDS, AXIS_VALUES, ...(wanted.personal ? PERSONAL_FIELDS : [])]);
  const intern = createIntern();
  const axisValues = new AxisValues(intern);
  const refusedFields = new Set<string>();
  const list = {
    ...userList(fields),
    optional: OPTIONAL_FIELDS,
    onFieldsRefused(refused: readonly string[]) {
      for (const field of refused) refusedFields.add(field);
    },
  };

  const reading = await readCollection<Person>(transport.session, {
    name: 'users',
    kind: 'person',
    neverEmpty: true,
    endsReading: () => true,
    pages: () => offsetPages(transport, list),
    recount: () => countRows(transport, list),
    read(row) {
      const parsed = user(row);
      if (!parsed.ok) return parsed;
      const sections = axisValues.read(row);
      if (!sections.ok) return { ok: false, id: parsed.id, problem: sections.problem };
      see(presence, parsed.value, sections.shown);
      return { ok: true, id: parsed.id, value: toPerson(parsed.value, sections.value, wanted, intern) };
    },
  });
  const issues = [
    ...reading.issues,
    ...presence.issues(),
    ...missingCustomFields(reading.items.values(), wanted.customFields, HR_FILES),
    ...refusedIssues(refusedFields),
  ];
  return { ...reading, issues, axisValues };
}

function see(presence: Presence, record: User, axesShown: boolean): void {
  const { legalEntityId, departmentId, managerId } = record;
  presence.see({
    ...record,
    legalEntityId: legalEntityId === undefined ? record.legalEntity : legalEntityId,
    departmentId: departmentId === undefined ? record.department : departmentId,
    managerId: managerId === undefined ? record.manager : managerId,
    userAxisValues: axesShown ? true : undefined,
  });
}

function toPerson(record: User, sections: Person['sections'], wanted: WantedUsers, intern: Intern): Person {
  const shared = (value: string | null | undefined) => {
    const text = orNull(value);
    return text === null ? null : intern(text);
  };
  return {
    id: record.id,
    remoteId: orNull(record.externalId),
    firstName: orNull(record.firstName),
    lastName: orNull(record.lastName),
    displayName: orNull(record.displayName) ?? orNull(record.name),
    login: orNull(record.login),
    email: orNull(record.mail),
    employeeNumber: orNull(record.employeeNumber),
    jobTitle: shared(record.jobTitle),
    workPhone: orNull(record.directLine),
    mobilePhone: orNull(record.professionalMobile),
    cultureId: record.cultureId ?? record.culture?.id ?? null,
    gender: GENDERS.get(record.gender?.toLowerCase() ?? '') ?? null,
    birthDate: shared(record.birthDate),
    personalEmail: orNull(record.personalEmail),
    personalPhone: orNull(record.personalMobile),
    managerId: shared(record.managerId ?? record.manager?.id),
    departmentId: shared(record.departmentId ?? record.department?.id),
    establishmentId: shared(record.legalEntityId ?? record.legalEntity?.id),
    legalEntityId: null,
    sections,
    contract: contractOf(shared(record.dtContractStart), shared(record.dtContractEnd)),
    status: null,
    customFields: readCustomFields(record.extendedData, wanted.customFields),
    modifiedAt: orNull(record.modifiedAt) ?? orNull(record.modifiedOn),
  };
}

const GENDERS = new Map<string, Person['gender']>([
  ['male', 'male'],
  ['female', 'female'],
  ['misc', 'other'],
]);

/** The dates on the user are those of the applicable contract; its id and type are joined later. */
function contractOf(start: string | null, end: string | null): Contract | null {
  return start === null && end === null
    ? null
    : { id: null, start, end, typeId: null, typeName: null, term: null };
}

function refusedIssues(fields: ReadonlySet<string>): Issue[] {
  if (fields.size === 0) return [];
  return [
    {
      code: 'LUCCA_FIELDS_REFUSED',
      severity: 'warning',
      subject: { kind: 'collection', id: 'users' },
      message: `Lucca refused these fields of users, which were read without them: ${[...fields].join(', ')}.`,
      remedy: 'Their values are unknown, not empty. Report this message: Lucca may have changed.',
    },
  ];
}
