/** The v3 user: a flat snapshot of the person's applicable contract and position. */
import type { Gender, Person, Position } from '../company.js';
import { findCountry } from '../countries.js';
import { DEFAULT_ZONE, localDateTime } from '../dates.js';
import type { ApiKeyRights } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { findCulture } from './cultures.js';
import { extendedData } from './extended-data.js';
import {
  countryView,
  departmentView,
  establishmentView,
  midnight,
  namedView,
  sectionView,
} from './unit-views.js';
import { createView, hidden, opaque, type Property, reference, scalar, type View } from './view.js';

const GENDERS: Record<Gender, string> = {
  unknown: 'Undefined',
  male: 'Male',
  female: 'Female',
  diverse: 'Misc',
};

/** What a single user gives when `fields` does not say. */
export const USER_DEFAULTS =
  'id,name,url,displayName,firstName,lastName,login,mail,employeeNumber,dtContractStart,dtContractEnd,modifiedAt,' +
  'legalEntityId,departmentId,managerId,cultureId,jobTitle,rolePrincipal,habilitedRoles';

/** Builds the view for the rights that hold now. */
export function userView(sim: Simulation): View<Person> {
  const { rights, state } = sim;
  const needs = (right: keyof ApiKeyRights, properties: readonly Property<Person>[]) =>
    rights.apiKey[right] === false ? properties.map(hidden) : properties;
  const position = (person: Person): Position => sim.calendar.standing(person).position.position;
  const contract = (person: Person) => sim.calendar.standing(person).employment;
  const named = <T extends { id: number }>(rows: readonly T[], id: number | null) =>
    rows.find((row) => row.id === id);

  return createView([
    ...identity(sim),
    ...needs('contracts', [
      scalar('dtContractStart', 'date', (person) => midnight(contract(person).start)),
      scalar('dtContractEnd', 'date', (person) => midnight(contract(person).end)),
      scalar('seniorityDate', 'date', (person) => midnight(person.employments[0]?.start ?? null)),
    ]),
    scalar('legalEntityID', 'number', (person) => position(person).establishmentId),
    reference(
      'legalEntity',
      (person) => state.establishments.get(position(person).establishmentId),
      () => establishmentView(sim),
    ),
    ...needs('departments', [
      scalar('departmentID', 'number', (person) => position(person).departmentId),
      reference(
        'department',
        (person) => state.departments.get(position(person).departmentId ?? 0),
        () => departmentView(sim),
      ),
    ]),
    ...needs('managers', [
      scalar('managerID', 'number', (person) => position(person).managerId),
      reference(
        'manager',
        (person) => state.person(position(person).managerId ?? 0),
        () => userView(sim),
      ),
    ]),
    ...needs('jobTitles', [scalar('jobTitle', 'text', (person) => position(person).jobTitle)]),
    scalar('cspID', 'number', (person) => position(person).occupationCategoryId),
    reference(
      'csp',
      (person) => named(state.company.occupationCategories, position(person).occupationCategoryId),
      () => namedView(sim, 'csps'),
    ),
    ...needs('personalFields', personal(sim)),
    extendedData(sim),
    ...needs('axes', axisValues(sim)),
  ]);
}

function identity(sim: Simulation): Property<Person>[] {
  const fullName = (person: Person) => `${person.firstName} ${person.lastName}`;
  const modified = (person: Person) => localDateTime(Date.parse(person.modifiedAt), DEFAULT_ZONE);
  const role = (person: Person) => sim.state.company.roles.find(({ id }) => id === person.roleId);
  return [
    scalar('id', 'number', (person) => person.id),
    scalar('name', 'text', fullName),
    scalar('displayName', 'text', fullName),
    scalar('url', 'text', (person) => `${sim.url}/api/v3/users/${person.id}`),
    scalar('firstName', 'text', (person) => person.firstName),
    scalar('lastName', 'text', (person) => person.lastName),
    scalar('login', 'text', (person) => person.login),
    scalar('mail', 'text', (person) => person.mail),
    scalar('employeeNumber', 'text', (person) => person.employeeNumber),
    scalar('externalId', 'text', (person) => person.remoteId),
    scalar('modifiedAt', 'date', modified),
    scalar('modifiedOn', 'date', modified),
    scalar('directLine', 'text', (person) => person.directLine),
    scalar('professionalMobile', 'text', (person) => person.professionalMobile),
    scalar('cultureID', 'number', (person) => person.cultureId),
    reference(
      'culture',
      (person) => findCulture(person.cultureId),
      () => namedView(sim, 'cultures'),
    ),
    scalar('calendarID', 'number', () => 1),
    scalar('rolePrincipalID', 'number', (person) => person.roleId),
    reference('rolePrincipal', role, () => namedView(sim, 'roles')),
    opaque('habilitedRoles', () => []),
    opaque('picture', () => null),
    scalar('quote', 'text', () => null),
    opaque('attributes', () => null),
    opaque('userWorkCycles', () => []),
    opaque('applicationData', () => ({})),
  ];
}

function personal(sim: Simulation): Property<Person>[] {
  return [
    scalar('gender', 'text', (person) => GENDERS[person.gender]),
    scalar('birthDate', 'date', (person) => midnight(person.birthDate)),
    scalar('civilTitle', 'text', () => null),
    reference(
      'nationality',
      (person) => (person.nationality === null ? null : findCountry(person.nationality)),
      () => countryView(sim),
    ),
    scalar('personalMobile', 'text', (person) => person.personalMobile),
    scalar('personalEmail', 'text', (person) => person.personalEmail),
    scalar('address', 'text', () => null),
  ];
}

/** One `userAxisValues_{axis}` for each axis that people hold sections of, and `userAxisValues` for all of them. */
function axisValues(sim: Simulation): Property<Person>[] {
  const each = sim.state.company.axes
    .filter((axis) => axis.onEmployee)
    .map((axis) =>
      reference<Person, NonNullable<ReturnType<typeof sim.state.sections.get>>>(
        `userAxisValues_${axis.id}`,
        (person) => sim.state.sections.get(person.sections[axis.id] ?? 0),
        () => sectionView(sim),
      ),
    );
  const all: Property<Person> = {
    name: 'userAxisValues',
    compile(selection, unknown) {
      const writers = each.map((property) => property.compile(selection, unknown));
      return (person, into) => {
        for (const write of writers) write(person, into);
      };
    },
    reader: () => undefined,
  };
  return [all, ...each];
}
