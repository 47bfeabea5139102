/** Employees with their applicable employment and job position → people (reference page, sections 3.2 to 3.4). */
import { z } from 'zod';
import type { Issue } from '../../errors.js';
import { type CollectionReading, readCollection } from '../collection.js';
import { NO_CUSTOM_FIELDS } from '../custom-fields.js';
import type { CollectionCertificate, Person } from '../directory.js';
import { createIntern, type Intern } from '../intern.js';
import { Presence, type TrackedField } from '../presence.js';
import { id, optionalReference, optionalText, orNull, type RowOf, recordReader } from '../record.js';
import type { Transport } from '../transport.js';
import { countResources, cursorPages } from './cursor-pages.js';
import { addEmployment, EMPLOYMENTS, type Employment } from './employment.js';
import { addPosition, type JobPosition, POSITIONS } from './job-position.js';
import { type LinkedKind, readByIds, takeEmbedded } from './linked.js';

const employee = recordReader(
  z.object({
    id,
    remoteId: optionalText,
    givenName: optionalText,
    familyName: optionalText,
    employeeNumber: optionalText,
    status: optionalText,
    email: optionalText,
    phoneNumber: optionalText,
    applicableEmployment: optionalReference,
    applicableJobPosition: optionalReference,
    lastUpdatedAt: optionalText,
  }),
);

type Employee = RowOf<typeof employee>;

const TRACKED: readonly TrackedField[] = [
  { field: 'email', key: 'email', right: 'the scope employees.readonly', neverAllEmpty: true },
  {
    field: 'employeeNumber',
    key: 'employeeNumber',
    right: 'the scope employees.readonly',
    neverAllEmpty: false,
  },
  {
    field: 'contract',
    key: 'applicableEmployment',
    right: 'the scope employments.readonly',
    neverAllEmpty: true,
  },
  {
    field: 'departmentId',
    key: 'applicableJobPosition',
    right: 'the scope job-positions.readonly',
    neverAllEmpty: true,
  },
];
const TRACKED_PLACE: readonly TrackedField[] = [
  { field: 'managerId', key: 'manager', right: 'the scope job-positions.readonly', neverAllEmpty: true },
];

/** A person with what is still to be read: ids of resources that `embedded` did not prove. */
interface Draft {
  person: Person;
  employmentId: string | null;
  positionId: string | null;
  qualificationId: string | null;
}

export interface EmployeesReading {
  people: Map<string, Person>;
  /** Person → job qualification, for people whose position has no title of its own. */
  untitled: Map<string, string>;
  certificates: CollectionCertificate[];
  issues: Issue[];
}

/**
 * Reads everybody, whatever their status, each with the applicable employment and position.
 * @throws LuccaError when the first page fails
 */
export async function readEmployees(transport: Transport): Promise<EmployeesReading> {
  const intern = createIntern();
  const presence = new Presence(TRACKED);
  const placePresence = new Presence(TRACKED_PLACE);
  const takeEmployment = (draft: Draft, employment: Employment) => {
    draft.employmentId = null;
    addEmployment(draft.person, employment, intern);
  };
  const takePosition = (draft: Draft, position: JobPosition) => {
    placePresence.see(position);
    draft.positionId = null;
    draft.qualificationId = position.jobQualification?.id ?? null;
    addPosition(draft.person, position, intern);
  };

  const list = { name: 'employees', embedded: true };
  const employees = await readCollection<Draft>(transport.session, {
    name: list.name,
    kind: 'person',
    neverEmpty: true,
    endsReading: () => true,
    pages: () => cursorPages(transport, list),
    recount: () => countResources(transport, list),
    read(row, page) {
      const parsed = employee(row);
      if (!parsed.ok) return parsed;
      presence.see(parsed.value);
      const draft = toDraft(parsed.value, intern);
      const employment = takeEmbedded(EMPLOYMENTS, page, draft.employmentId, parsed.id);
      if (employment !== null) takeEmployment(draft, employment);
      const position = takeEmbedded(POSITIONS, page, draft.positionId, parsed.id);
      if (position !== null) takePosition(draft, position);
      return { ok: true, id: parsed.id, value: draft };
    },
  });

  const drafts = [...employees.items.values()];
  const linked = [
    await readRest(transport, EMPLOYMENTS, pendingBy(drafts, 'employmentId'), takeEmployment),
    await readRest(transport, POSITIONS, pendingBy(drafts, 'positionId'), takePosition),
  ].filter((reading) => reading !== null);

  const untitled = new Map<string, string>();
  for (const { person, qualificationId } of drafts) {
    if (qualificationId !== null && person.jobTitle === null) untitled.set(person.id, qualificationId);
  }
  return {
    people: new Map(drafts.map(({ person }) => [person.id, person])),
    untitled,
    certificates: [employees.certificate, ...linked.map(({ certificate }) => certificate)],
    issues: [
      ...employees.issues,
      ...linked.flatMap(({ issues }) => issues),
      ...presence.issues(),
      ...placePresence.issues(),
    ],
  };
}

function toDraft(row: Employee, intern: Intern): Draft {
  return {
    person: toPerson(row, intern),
    employmentId: row.applicableEmployment?.id ?? null,
    positionId: row.applicableJobPosition?.id ?? null,
    qualificationId: null,
  };
}

/** The drafts that still wait for a resource, by its id. */
function pendingBy(drafts: readonly Draft[], what: 'employmentId' | 'positionId'): Map<string, Draft> {
  const pending = new Map<string, Draft>();
  for (const draft of drafts) {
    const wanted = draft[what];
    if (wanted !== null) pending.set(wanted, draft);
  }
  return pending;
}

/** Reads what the drafts wait for, and hands it to them. Null when `embedded` proved everything. */
async function readRest<Row extends { employee: { id: string } }>(
  transport: Transport,
  kind: LinkedKind<Row>,
  pending: ReadonlyMap<string, Draft>,
  take: (draft: Draft, row: Row) => void,
): Promise<CollectionReading<Row> | null> {
  if (pending.size === 0) return null;
  const reading = await readByIds(transport, kind, [...pending.keys()]);
  for (const [key, row] of reading.items) {
    const draft = pending.get(key);
    if (draft !== undefined && draft.person.id === row.employee.id) take(draft, row);
  }
  return reading;
}

const STATUSES = new Map<string, Person['status']>([
  ['active', 'active'],
  ['upcoming', 'upcoming'],
  ['deactivated', 'deactivated'],
]);

function toPerson(row: Employee, intern: Intern): Person {
  const status = STATUSES.get(row.status?.toLowerCase() ?? '') ?? null;
  return {
    id: row.id,
    remoteId: orNull(row.remoteId),
    firstName: orNull(row.givenName),
    lastName: orNull(row.familyName),
    displayName: null,
    login: null,
    email: orNull(row.email),
    employeeNumber: orNull(row.employeeNumber),
    jobTitle: null,
    workPhone: orNull(row.phoneNumber),
    mobilePhone: null,
    cultureId: null,
    gender: null,
    birthDate: null,
    personalEmail: null,
    personalPhone: null,
    managerId: null,
    departmentId: null,
    establishmentId: null,
    legalEntityId: null,
    sections: NO_SECTIONS,
    contract: null,
    status,
    customFields: NO_CUSTOM_FIELDS,
    modifiedAt: row.lastUpdatedAt == null ? null : intern(row.lastUpdatedAt),
  };
}

const NO_SECTIONS: Person['sections'] = Object.freeze({});
