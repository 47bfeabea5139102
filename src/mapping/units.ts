/** The units of a Directory as the rules of a mapping see them: cleaned texts, resolved parents, looked up once. */

import type { JsonValue } from '../json.js';
import type { Department, Directory, Establishment, LegalEntity, Section } from '../lucca/directory.js';
import { isTimeZone } from './local-dates.js';
import { toAlpha2 } from './transforms/country-codes.js';
import { cleanText } from './transforms/text.js';

/** What all units have. `memo` holds results that depend on the unit alone, so that its people share them. */
export interface UnitView {
  id: string;
  name: string | undefined;
  code: string | undefined;
  archived: boolean;
  memo: (JsonValue | undefined)[];
}

export interface DepartmentView extends UnitView {
  parent: DepartmentView | null;
  level: number;
  /** Names from the root down: `Acme / R&D / Data`. */
  path: string;
  headId: string | null;
}

export interface SectionView extends UnitView {
  axisId: string;
  ownerId: string | null;
}

export interface LegalEntityView extends UnitView {
  /** ISO 3166-1 alpha-2. */
  country: string | undefined;
}

export interface EstablishmentView extends UnitView {
  legalEntity: LegalEntityView | null;
  /** A zone that exists, else undefined. */
  timeZone: string | undefined;
}

export interface Units {
  departments: ReadonlyMap<string, DepartmentView>;
  sections: ReadonlyMap<string, SectionView>;
  legalEntities: ReadonlyMap<string, LegalEntityView>;
  establishments: ReadonlyMap<string, EstablishmentView>;
  costCenterAxisId: string | null;
  /** The other axes, in ascending order. */
  furtherAxisIds: readonly string[];
}

const PATH_SEPARATOR = ' / ';

/**
 * Prepares every unit of a directory. `today` (`YYYY-MM-DD`) decides which sections are out of their dates; such sections
 * count as archived, as inactive ones do.
 */
export function viewUnits(directory: Directory, today: string): Units {
  const { costCenterAxisId } = directory;
  const legalEntities = mapValues(directory.legalEntities, viewLegalEntity);
  const axisIds = new Set(Array.from(directory.sections.values(), ({ axisId }) => axisId));
  return {
    departments: viewDepartments(directory.departments),
    sections: mapValues(directory.sections, (section) => viewSection(section, today)),
    legalEntities,
    establishments: mapValues(directory.establishments, (establishment) =>
      viewEstablishment(establishment, legalEntities),
    ),
    costCenterAxisId,
    furtherAxisIds: [...axisIds]
      .filter((id) => id !== costCenterAxisId)
      .sort((left, right) => left.localeCompare(right, 'en', { numeric: true })),
  };
}

/** A unit and everything above it, nearest first; stops where the parents of broken data go in a circle. */
export function lineage<View>(view: View, parentOf: (view: View) => View | null): View[] {
  const line: View[] = [];
  for (let step: View | null = view; step !== null && !line.includes(step); step = parentOf(step)) {
    line.push(step);
  }
  return line;
}

function viewDepartments(departments: ReadonlyMap<string, Department>): ReadonlyMap<string, DepartmentView> {
  const views = mapValues(
    departments,
    (department): DepartmentView => ({
      ...viewUnit(department),
      parent: null,
      level: department.level,
      path: '',
      headId: department.headId,
      archived: department.archived,
    }),
  );
  for (const view of views.values()) {
    const parentId = departments.get(view.id)?.parentId;
    view.parent = parentId == null ? null : (views.get(parentId) ?? null);
  }
  for (const view of views.values()) {
    view.path = lineage(view, ({ parent }) => parent)
      .map((each) => each.name ?? each.id)
      .reverse()
      .join(PATH_SEPARATOR);
  }
  return views;
}

function viewSection(section: Section, today: string): SectionView {
  const inDates =
    (section.startsOn === null || section.startsOn <= today) &&
    (section.endsOn === null || section.endsOn >= today);
  return {
    ...viewUnit(section),
    axisId: section.axisId,
    ownerId: section.ownerId,
    archived: !section.active || !inDates,
  };
}

function viewLegalEntity(entity: LegalEntity): LegalEntityView {
  return { ...viewUnit(entity), country: toAlpha2(entity.country), archived: entity.archived };
}

function viewEstablishment(
  establishment: Establishment,
  legalEntities: ReadonlyMap<string, LegalEntityView>,
): EstablishmentView {
  const { legalEntityId, timeZone } = establishment;
  return {
    ...viewUnit(establishment),
    legalEntity: legalEntityId === null ? null : (legalEntities.get(legalEntityId) ?? null),
    timeZone: timeZone !== null && isTimeZone(timeZone) ? timeZone : undefined,
    archived: establishment.archived,
  };
}

function viewUnit(unit: { id: string; name: string; code: string | null }): Omit<UnitView, 'archived'> {
  return { id: unit.id, name: cleanText(unit.name), code: cleanText(unit.code), memo: [] };
}

function mapValues<From, To>(
  values: ReadonlyMap<string, From>,
  change: (value: From) => To,
): Map<string, To> {
  return new Map(Array.from(values, ([id, value]) => [id, change(value)]));
}
