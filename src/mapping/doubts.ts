/**
 * What a reading leaves open (R4, R6). A reference into a collection that was not read in full may lead anywhere: what depends
 * on it is unknown, and neither a fallback nor a default may stand in for it.
 */
import type { Directory, Person } from '../lucca/directory.js';
import { type Root, rootOf } from './sources.js';
import type { GroupKind } from './translation.js';
import { lineage, type Units, type UnitView } from './units.js';

/** What may be open: a root of source paths, or what only a part of its paths shows. */
export type Doubt = Root | 'contractType' | 'managerName';

export interface Doubts {
  /** What cannot be known of the surroundings of a person. */
  of(person: Person): ReadonlySet<Doubt>;
  /** Whether a unit was only partly seen. */
  isPartlySeen(kind: GroupKind, unit: UnitView): boolean;
}

export const NO_DOUBTS: ReadonlySet<Doubt> = new Set();

const NOTHING_OPEN: Doubts = { of: () => NO_DOUBTS, isPartlySeen: () => false };

/** Source paths that are open without the rest of their root. */
const OWN_DOUBTS: ReadonlyMap<string, Doubt> = new Map([
  ['contract.typeName', 'contractType'],
  ['contract.term', 'contractType'],
  ['manager.displayName', 'managerName'],
]);

/** What must not be open for rules that read these source paths. */
export function doubtsAbout(reads: Iterable<string>): ReadonlySet<Doubt> {
  return new Set([...reads].flatMap((path) => OWN_DOUBTS.get(path) ?? rootOf(path) ?? []));
}

export function overlaps(doubts: ReadonlySet<Doubt>, open: ReadonlySet<Doubt>): boolean {
  if (open.size === 0) return false;
  for (const doubt of doubts) if (open.has(doubt)) return true;
  return false;
}

/** Works out from the certificates of a directory which references of its people are open. */
export function openDoubts(directory: Directory, units: Units): Doubts {
  if (directory.certificate.complete) return NOTHING_OPEN;
  const isPartial = (name: RegExp) =>
    directory.certificate.collections.some((each) => !each.complete && name.test(each.name));
  const departments = isPartial(/^departments$/);
  const establishments = isPartial(/^(?:business-)?establishments$/);
  const legalEntities = isPartial(/^legal-(?:units|entities)$/);
  const sections = isPartial(/^axis-sections$/);
  const contractTypes = isPartial(/^employment-templates$/);
  const noAxisKnown = units.costCenterAxisId === null && (sections || isPartial(/^axes$/));
  const uprooted = new Set(
    directory.issues
      .filter(({ code }) => code === 'LUCCA_DEPARTMENT_PARENT_UNKNOWN')
      .map(({ subject }) => subject.id),
  );

  const isDepartmentOpen = (id: string): boolean => {
    const view = units.departments.get(id);
    if (view === undefined) return true;
    return lineage(view, ({ parent }) => parent).some((each) => uprooted.has(each.id));
  };
  const isSectionOpen = (id: string): boolean => {
    const section = directory.sections.get(id);
    return section === undefined || section.nameOnly === true;
  };
  const isSiteOpen = (id: string): boolean => {
    const legalEntityId = directory.establishments.get(id)?.legalEntityId;
    return legalEntityId != null && !units.legalEntities.has(legalEntityId);
  };

  return {
    of(person) {
      const open = new Set<Doubt>();
      const { departmentId, establishmentId, legalEntityId, contract } = person;
      if (departments && departmentId !== null && isDepartmentOpen(departmentId)) open.add('department');
      const lacksSite =
        establishments && establishmentId !== null && !units.establishments.has(establishmentId);
      if (lacksSite) open.add('establishment');
      const lacksEntity = legalEntityId === null ? lacksSite : !units.legalEntities.has(legalEntityId);
      if (lacksEntity && (lacksSite || legalEntities)) open.add('legalEntity');
      for (const [axisId, sectionId] of Object.entries(person.sections)) {
        if (!noAxisKnown && !(sections && isSectionOpen(sectionId))) continue;
        open.add(axisId === units.costCenterAxisId ? 'costCenter' : 'section').add('axis');
        if (noAxisKnown) open.add('costCenter');
      }
      if (contractTypes && contract?.typeId != null && contract.typeName === null) open.add('contractType');
      return open;
    },
    isPartlySeen(kind, { id }) {
      if (kind === 'department') return departments && isDepartmentOpen(id);
      if (kind === 'cost-center') return sections && isSectionOpen(id);
      return kind === 'establishment' && legalEntities && isSiteOpen(id);
    },
  };
}
