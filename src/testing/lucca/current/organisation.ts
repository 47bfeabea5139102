/** `/lucca-api/departments`, `/legal-entities`, `/business-establishments`. */
import type { Department, Establishment, LegalEntity } from '../company.js';
import { findCountry } from '../countries.js';
import { levelOf, sortOrderOf } from '../department-tree.js';
import { covers } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { embed, type Kind, lazy, link, refer, type SpecialParameter } from './kind.js';

const CREATED = '2019-01-07T08:00:00.000Z';

/** Departments are not narrowed down by the client's establishments. */
export function departmentKind(sim: Simulation): Kind<Department> {
  return {
    type: 'department',
    scope: 'departments.readonly',
    rows: () => byAscendingId(sim.state.departments.values()),
    id: (row) => String(row.id),
    key: (row) => [row.id],
    parameters: {
      search: searchByNameOrCode(),
      isArchived: { type: 'boolean', read: (row) => row.archived },
    },
    show: (row) => ({
      remoteId: row.code,
      isArchived: row.archived,
      name: row.name,
      description: null,
      parent: refer(sim, 'department', row.parentId),
      level: levelOf(sim.state, row),
      manager: refer(sim, 'employee', row.headId),
      sortOrder: sortOrderOf(sim.state, row),
      links: {
        activeEmployees: link(sim, `employees?status=active&applicableJobPosition.department.id=${row.id}`),
      },
    }),
  };
}

export function legalEntityKind(sim: Simulation): Kind<LegalEntity> {
  return {
    type: 'legal-entity',
    scope: 'legal-entities.readonly',
    rows() {
      const visible = new Set(visibleEstablishments(sim).map((row) => row.legalEntityId));
      const all = byAscendingId(sim.state.legalEntities.values());
      return sim.rights.oauth.establishments === 'all' ? all : all.filter((row) => visible.has(row.id));
    },
    id: (row) => String(row.id),
    key: (row) => [row.id],
    parameters: {
      countryCode: { type: 'text', read: (row) => findCountry(row.country).alpha3 },
      isArchived: { type: 'boolean', read: (row) => row.archived },
    },
    show(row) {
      const { alpha3, currency } = findCountry(row.country);
      const format = row.country === 'FR' ? 'franceSIREN' : 'other';
      return {
        legalName: row.name,
        remoteId: row.code,
        isArchived: row.archived,
        countryCode: alpha3,
        currencyCode: currency,
        taxIdentificationNumber: { format, value: String(row.id).padStart(9, '0') },
        industryCode: null,
        createdAt: CREATED,
        lastUpdatedAt: CREATED,
        lastArchivedAt: row.archived ? CREATED : null,
        links: { businessEstablishments: link(sim, `business-establishments?legalEntity.id=${row.id}`) },
      };
    },
  };
}

export function businessEstablishmentKind(sim: Simulation): Kind<Establishment> {
  const legalEntities = lazy(() => legalEntityKind(sim));
  return {
    type: 'business-establishment',
    scope: 'business-establishments.readonly',
    rows: () => visibleEstablishments(sim),
    id: (row) => String(row.id),
    key: (row) => [row.id],
    parameters: {
      'legalEntity.id': { type: 'text', read: (row) => String(row.legalEntityId) },
      search: searchByNameOrCode(),
      isArchived: { type: 'boolean', read: (row) => row.archived },
    },
    show(row) {
      const legalEntity = sim.state.legalEntities.get(row.legalEntityId);
      const { alpha3 } = findCountry(legalEntity?.country ?? 'FR');
      const format = legalEntity?.country === 'FR' ? 'franceSIRET' : 'other';
      return {
        name: row.name,
        remoteId: row.code,
        isArchived: row.archived,
        legalEntity: refer(sim, 'legal-entity', row.legalEntityId),
        isHeadquarters: isHeadquarters(sim, row),
        taxIdentificationNumber: { format, value: String(row.id).padStart(14, '0') },
        industryCode: null,
        timezoneId: row.timeZone,
        address:
          row.city === null
            ? null
            : {
                addressLines: ['1 rue Exemple'],
                postalCode: '00000',
                locality: row.city,
                administrativeArea: null,
                countryCode: alpha3,
              },
        createdAt: CREATED,
        lastUpdatedAt: CREATED,
        lastArchivedAt: row.archived ? CREATED : null,
      };
    },
    embeds(row) {
      const legalEntity = sim.state.legalEntities.get(row.legalEntityId);
      return legalEntity === undefined ? [] : [embed(sim, legalEntities(), legalEntity)];
    },
  };
}

function visibleEstablishments(sim: Simulation): Establishment[] {
  const granted = sim.rights.oauth.establishments;
  return byAscendingId(sim.state.establishments.values()).filter((row) => covers(granted, row.id));
}

/** The first establishment of its legal entity. */
function isHeadquarters(sim: Simulation, row: Establishment): boolean {
  const siblings = byAscendingId(sim.state.establishments.values());
  return siblings.find((other) => other.legalEntityId === row.legalEntityId)?.id === row.id;
}

function searchByNameOrCode<Row extends { name: string; code: string | null }>(): SpecialParameter<Row> {
  return {
    type: 'search',
    matches: (row, text) => `${row.name}\n${row.code ?? ''}`.toLowerCase().includes(text.toLowerCase()),
  };
}

function byAscendingId<Row extends { id: number }>(rows: Iterable<Row>): Row[] {
  return [...rows].sort((a, b) => a.id - b.id);
}
