/** `/lucca-api/employees`. */
import { STATUSES } from '../calendar.js';
import type { Person, Position } from '../company.js';
import { isSeenByOAuth } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { employmentKind, legalEntityIdOf } from './employments.js';
import { jobPositionKind } from './job-positions.js';
import { embed, type Kind, lazy, link, type Parameter, refer } from './kind.js';

export function employeeKind(sim: Simulation): Kind<Person> {
  const employments = lazy(() => employmentKind(sim));
  const jobPositions = lazy(() => jobPositionKind(sim));
  return {
    type: 'employee',
    scope: 'employees.readonly',
    rows: () => sim.state.people().filter((row) => isSeenByOAuth(row, sim.calendar, sim.rights.oauth)),
    id: (row) => String(row.id),
    key: (row) => [row.id],
    parameters: {
      search: { type: 'search', matches: isFoundBy },
      id: { type: 'text', read: (row) => String(row.id) },
      email: { type: 'text', nullable: true, read: (row) => row.mail },
      status: { type: 'text', oneOf: STATUSES, read: (row) => sim.calendar.standing(row).status },
      ...employmentParameters(sim),
      ...positionParameters(sim),
    },
    sorts: {
      familyName: (row) => row.lastName.toLowerCase(),
      createdAt: (row) => row.createdAt,
    },
    show(row) {
      const { status, employment, position } = sim.calendar.standing(row);
      const [, month, day] = row.birthDate?.split('-').map(Number) ?? [];
      return {
        remoteId: row.remoteId,
        portrait: null,
        givenName: row.firstName,
        familyName: row.lastName,
        employeeNumber: row.employeeNumber,
        status,
        email: row.mail,
        birthDay: day === undefined || month === undefined ? null : { day, month },
        phoneNumber: row.directLine,
        applicableEmployment: refer(sim, 'employment', employment.id),
        applicableJobPosition: refer(sim, 'job-position', position.position.id),
        createdAt: row.createdAt,
        lastUpdatedAt: row.modifiedAt,
        links: {
          employments: link(sim, `employments?employee.id=${row.id}`),
          jobPositions: link(sim, `job-positions?employment.employee.id=${row.id}`),
          personalRecord: link(sim, `employee-personal-records/${row.id}`),
          portrait: null,
        },
      };
    },
    embeds(row) {
      const { employment, position } = sim.calendar.standing(row);
      return [embed(sim, employments(), { person: row, employment }), embed(sim, jobPositions(), position)];
    },
  };
}

function employmentParameters(sim: Simulation): Record<string, Parameter<Person>> {
  const employment = (row: Person) => sim.calendar.standing(row).employment;
  const template = (row: Person) => sim.state.contractTypes.get(employment(row).contractTypeId);
  return {
    'applicableEmployment.legalEntity.id': {
      type: 'text',
      read: (row) => String(legalEntityIdOf(sim, employment(row))),
    },
    'applicableEmployment.remoteId': { type: 'text', nullable: true, read: () => null },
    'applicableEmployment.startsOn': { type: 'date', read: (row) => employment(row).start },
    'applicableEmployment.endsOn': { type: 'date', nullable: true, read: (row) => employment(row).end },
    'applicableEmployment.template.id': {
      type: 'text',
      read: (row) => String(employment(row).contractTypeId),
    },
    'applicableEmployment.template.term': {
      type: 'text',
      oneOf: ['permanent', 'fixed'],
      read: (row) => template(row)?.term ?? null,
    },
  };
}

function positionParameters(sim: Simulation): Record<string, Parameter<Person>> {
  const byId = (id: keyof Position): Parameter<Person> => ({
    type: 'text',
    read(row) {
      const value = sim.calendar.standing(row).position.position[id];
      return value === null ? null : String(value);
    },
  });
  const remoteId: Parameter<Person> = { type: 'text', nullable: true, read: () => null };
  return {
    'applicableJobPosition.remoteId': remoteId,
    'applicableJobPosition.businessEstablishment.id': byId('establishmentId'),
    'applicableJobPosition.department.id': byId('departmentId'),
    'applicableJobPosition.manager.id': byId('managerId'),
    'applicableJobPosition.jobQualification.id': byId('jobQualificationId'),
    'applicableJobPosition.jobQualification.remoteId': remoteId,
    'applicableJobPosition.occupationCategory.id': byId('occupationCategoryId'),
    'applicableJobPosition.occupationCategory.remoteId': remoteId,
  };
}

/** Given or family name starts with each word. */
function isFoundBy(row: Person, text: string): boolean {
  const split = (words: string) =>
    words
      .toLowerCase()
      .split(/[\s\-_,.]+/)
      .filter((word) => word !== '');
  const names = split(`${row.firstName} ${row.lastName}`);
  return split(text).every((word) => names.some((name) => name.startsWith(word)));
}
