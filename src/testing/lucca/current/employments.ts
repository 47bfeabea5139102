/** `/lucca-api/employments`: contracts, past and future ones too. */
import { STATUSES } from '../calendar.js';
import type { Employment } from '../company.js';
import { isSeenByOAuth } from '../rights.js';
import type { Simulation } from '../simulation.js';
import type { EmploymentRow } from '../state.js';
import { type Kind, link, refer } from './kind.js';

export function employmentKind(sim: Simulation): Kind<EmploymentRow> {
  return {
    type: 'employment',
    scope: 'employments.readonly',
    rows: () =>
      sim.state.employments().filter(({ person }) => isSeenByOAuth(person, sim.calendar, sim.rights.oauth)),
    id: ({ employment }) => String(employment.id),
    key: ({ employment }) => [employment.id],
    parameters: {
      id: { type: 'text', read: ({ employment }) => String(employment.id) },
      remoteId: { type: 'text', nullable: true, read: () => null },
      'employee.id': { type: 'text', read: ({ person }) => String(person.id) },
      'legalEntity.id': { type: 'text', read: ({ employment }) => String(legalEntityIdOf(sim, employment)) },
      'template.id': { type: 'text', read: ({ employment }) => String(employment.contractTypeId) },
      'start.date': { type: 'date', read: ({ employment }) => employment.start },
      'end.date': { type: 'date', nullable: true, read: ({ employment }) => employment.end },
      status: {
        type: 'text',
        oneOf: STATUSES,
        read: ({ employment }) => sim.calendar.employmentStatus(employment),
      },
    },
    sorts: { 'start.date': ({ employment }) => employment.start },
    show: ({ person, employment }) => ({
      remoteId: null,
      employee: refer(sim, 'employee', person.id),
      legalEntity: refer(sim, 'legal-entity', legalEntityIdOf(sim, employment)),
      status: sim.calendar.employmentStatus(employment),
      start: { date: employment.start },
      end: employment.end === null ? null : { date: employment.end },
      template: refer(sim, 'employment-template', employment.contractTypeId),
      document: null,
      createdAt: person.createdAt,
      lastUpdatedAt: person.modifiedAt,
      links: {
        document: null,
        jobPositions: link(sim, `job-positions?employment.id=${employment.id}`),
        probationaryPeriods: null,
      },
    }),
  };
}

/** The company of a contract: that of its first position's establishment. */
export function legalEntityIdOf(sim: Simulation, employment: Employment): number | null {
  const establishmentId = employment.positions[0]?.establishmentId ?? 0;
  return sim.state.establishments.get(establishmentId)?.legalEntityId ?? null;
}
