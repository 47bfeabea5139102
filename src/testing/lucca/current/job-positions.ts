/** `/lucca-api/job-positions`: where, under whom and as what somebody works, with history. */

import type { JsonObject } from '../../../json.js';
import { STATUSES } from '../calendar.js';
import type { Position } from '../company.js';
import { isSeenByOAuth } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { type PositionRow, positionsOf } from '../state.js';
import { employeeKind } from './employees.js';
import { employmentKind } from './employments.js';
import { type Embedded, embed, type Kind, lazy, type Parameter, refer } from './kind.js';
import { departmentKind } from './organisation.js';
import { jobQualificationKind } from './vocabulary.js';

export function jobPositionKind(sim: Simulation): Kind<PositionRow> {
  return {
    type: 'job-position',
    scope: 'job-positions.readonly',
    rows: () =>
      sim.state.positions().filter(({ person }) => isSeenByOAuth(person, sim.calendar, sim.rights.oauth)),
    id: ({ position }) => String(position.id),
    key: ({ position }) => [position.id],
    parameters: parameters(sim),
    sorts: {
      startsOn: ({ position }) => position.startsOn,
      endsOn: ({ endsOn }) => endsOn ?? '9999-12-31',
    },
    show: (row) => show(sim, row),
    embeds: createEmbedder(sim),
  };
}

function parameters(sim: Simulation): Record<string, Parameter<PositionRow>> {
  const byId = (read: (row: PositionRow) => number | null): Parameter<PositionRow> => ({
    type: 'text',
    read(row) {
      const id = read(row);
      return id === null ? null : String(id);
    },
  });
  return {
    id: byId(({ position }) => position.id),
    remoteId: { type: 'text', nullable: true, read: () => null },
    'employment.id': byId(({ employment }) => employment.id),
    // Not in the documented list, but the employee's own link uses it.
    'employment.employee.id': byId(({ person }) => person.id),
    'businessEstablishment.id': byId(({ position }) => position.establishmentId),
    status: {
      type: 'text',
      oneOf: STATUSES,
      read: (row) => sim.calendar.positionStatus(row),
    },
    startsOn: { type: 'date', read: ({ position }) => position.startsOn },
    endsOn: { type: 'date', nullable: true, read: ({ endsOn }) => endsOn },
    'jobQualification.id': byId(({ position }) => position.jobQualificationId),
    'occupationCategory.id': byId(({ position }) => position.occupationCategoryId),
    'manager.id': byId(({ position }) => position.managerId),
    'department.id': byId(({ position }) => position.departmentId),
    updatedAttributes: { type: 'text', read: updatedAttributes },
  };
}

function show(sim: Simulation, row: PositionRow): JsonObject {
  const { person, employment, position, endsOn } = row;
  return {
    remoteId: null,
    employment: refer(sim, 'employment', employment.id),
    employee: refer(sim, 'employee', person.id),
    status: sim.calendar.positionStatus(row),
    startsOn: position.startsOn,
    endsOn,
    businessEstablishment: refer(sim, 'business-establishment', position.establishmentId),
    department: refer(sim, 'department', position.departmentId),
    manager: refer(sim, 'employee', position.managerId),
    jobTitle: position.jobTitle,
    jobQualification: refer(sim, 'job-qualification', position.jobQualificationId),
    occupationCategory: refer(sim, 'occupation-category', position.occupationCategoryId),
    workingTimeArrangement: null,
    document: null,
    notes: null,
    updatedAttributes: [...updatedAttributes(row)],
    createdAt: person.createdAt,
    lastUpdatedAt: person.modifiedAt,
  };
}

/** The resources that `embedded` adds to a position. */
function createEmbedder(sim: Simulation): (row: PositionRow) => Embedded[] {
  const employees = lazy(() => employeeKind(sim));
  const employments = lazy(() => employmentKind(sim));
  const departments = lazy(() => departmentKind(sim));
  const qualifications = lazy(() => jobQualificationKind(sim));
  return ({ person, employment, position }) => {
    const department = sim.state.departments.get(position.departmentId ?? 0);
    const qualification = sim.state.company.jobQualifications.find(
      ({ id }) => id === position.jobQualificationId,
    );
    return [
      embed(sim, employees(), person),
      embed(sim, employments(), { person, employment }),
      ...(department === undefined ? [] : [embed(sim, departments(), department)]),
      ...(qualification === undefined ? [] : [embed(sim, qualifications(), qualification)]),
    ];
  };
}

const WATCHED = {
  jobTitle: 'jobTitle',
  jobQualificationId: 'jobQualification',
  occupationCategoryId: 'occupationCategory',
  departmentId: 'department',
} as const satisfies Partial<Record<keyof Position, string>>;

/** What changed against the position before. */
function updatedAttributes({ person, position }: PositionRow): readonly string[] {
  const all = positionsOf(person);
  const before = all[all.findIndex((other) => other.position.id === position.id) - 1]?.position;
  if (before === undefined) return [];
  return Object.entries(WATCHED)
    .filter(([field]) => before[field as keyof typeof WATCHED] !== position[field as keyof typeof WATCHED])
    .map(([, name]) => name);
}
