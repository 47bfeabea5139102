/** The v3 views of what a user refers to: departments, establishments (v3 `legalEntity`), sections, cultures, roles. */
import type { Axis, Department, Establishment, LegalEntity, NamedEntry, Section } from '../company.js';
import { type Country, findCountry } from '../countries.js';
import { hierarchyOf, levelOf, parentHierarchyOf, sortOrderOf } from '../department-tree.js';
import type { Simulation } from '../simulation.js';
import { createView, opaque, reference, references, scalar, type View } from './view.js';

export function departmentView(sim: Simulation): View<Department> {
  return createView([
    scalar('id', 'number', (row) => row.id),
    scalar('name', 'text', (row) => row.name),
    scalar('url', 'text', (row) => `${sim.url}/api/v3/departments/${row.id}`),
    scalar('code', 'text', (row) => row.code),
    scalar('isArchived', 'boolean', (row) => row.archived),
    scalar('isActive', 'boolean', (row) => !row.archived),
    scalar('headID', 'number', (row) => row.headId),
    scalar('hierarchy', 'text', (row) => hierarchyOf(sim.state, row)),
    scalar('parentId', 'text', (row) => parentHierarchyOf(sim.state, row)),
    // Real positions run to about 1e20: more than a JavaScript number holds exactly.
    scalar('position', 'number', (row) => 1e20 + row.id * 1e16),
    scalar('level', 'number', (row) => levelOf(sim.state, row)),
    scalar('sortOrder', 'number', (row) => sortOrderOf(sim.state, row)),
  ]);
}

export function establishmentView(sim: Simulation): View<Establishment> {
  return createView([
    scalar('id', 'number', (row) => row.id),
    scalar('name', 'text', (row) => row.name),
    scalar('url', 'text', (row) => `${sim.url}/api/v3/legalentities/${row.id}`),
    scalar('code', 'text', (row) => row.code),
    scalar('isArchived', 'boolean', (row) => row.archived),
    scalar('timeZoneId', 'text', (row) => row.timeZone),
    scalar('legalUnitID', 'number', (row) => row.legalEntityId),
    reference(
      'legalUnit',
      (row) => sim.state.legalEntities.get(row.legalEntityId),
      () => legalUnitView(sim),
    ),
  ]);
}

function legalUnitView(sim: Simulation): View<LegalEntity> {
  return createView([
    scalar('id', 'number', (row) => row.id),
    scalar('name', 'text', (row) => row.name),
    scalar('url', 'text', (row) => `${sim.url}/organization/structure/api/legal-units/${row.id}`),
    scalar('code', 'text', (row) => row.code),
    reference(
      'country',
      (row) => findCountry(row.country),
      () => countryView(sim),
    ),
  ]);
}

export function countryView(sim: Simulation): View<Country> {
  return createView([
    scalar('id', 'number', (row) => row.id),
    scalar('name', 'text', (row) => row.name),
    scalar('url', 'text', (row) => `${sim.url}/organization/structure/api/countries/${row.id}`),
    // v3 says UK where ISO 3166 says GB.
    scalar('code', 'text', (row) => (row.alpha2 === 'GB' ? 'UK' : row.alpha2)),
  ]);
}

/** Cultures, roles, calendars, categories: an id, a name and an address. */
export function namedView(sim: Simulation, path: string): View<NamedEntry> {
  return createView([
    scalar('id', 'number', (row) => row.id),
    scalar('name', 'text', (row) => row.name),
    scalar('url', 'text', (row) => `${sim.url}/api/v3/${path}/${row.id}`),
  ]);
}

export function axisView(sim: Simulation): View<Axis> {
  const sectionsOf = (axis: Axis) => [...sim.state.sections.values()].filter((row) => row.axisId === axis.id);
  return createView([
    scalar('id', 'number', (row) => row.id),
    scalar('name', 'text', (row) => row.name),
    scalar('url', 'text', (row) => `${sim.url}/api/v3/axes/${row.id}`),
    scalar('multilingualName', 'text', (row) => row.name),
    scalar('position', 'number', (row) => row.id),
    scalar('level', 'number', () => 0),
    scalar('parentAxisId', 'number', () => null),
    opaque('parentAxis', () => null),
    opaque('childrenAxes', () => []),
    scalar('isActive', 'boolean', (row) => row.active),
    scalar('isReadOnly', 'boolean', () => false),
    scalar('isNNRelation', 'boolean', () => false),
    references('axisSections', sectionsOf, () => sectionView(sim)),
  ]);
}

export function sectionView(sim: Simulation): View<Section> {
  const find = (ids: readonly number[]) => ids.flatMap((id) => sim.state.sections.get(id) ?? []);
  const childrenOf = (row: Section) =>
    [...sim.state.sections.values()].filter((other) => other.parentIds.includes(row.id));
  return createView<Section>([
    scalar('id', 'number', (row) => row.id),
    scalar('name', 'text', (row) => row.name),
    scalar('url', 'text', (row) => `${sim.url}/api/v3/axissections/${row.id}`),
    scalar('multilingualName', 'text', () => '[]'),
    scalar('code', 'text', (row) => row.code),
    scalar('description', 'text', () => null),
    scalar('ownerId', 'number', (row) => row.ownerId),
    scalar('startOn', 'date', (row) => midnight(row.startsOn)),
    scalar('endOn', 'date', (row) => midnight(row.endsOn)),
    scalar('active', 'boolean', (row) => row.active),
    scalar('axisId', 'number', (row) => row.axisId),
    reference(
      'axis',
      (row) => sim.state.company.axes.find((axis) => axis.id === row.axisId),
      () => axisView(sim),
    ),
    references(
      'parentAxisSections',
      (row) => find(row.parentIds),
      () => sectionView(sim),
    ),
    references('childrenAxisSections', childrenOf, () => sectionView(sim)),
  ]);
}

/** A local date as v3 writes it: midnight, no zone. */
export function midnight(date: string | null): string | null {
  return date === null ? null : `${date}T00:00:00`;
}
