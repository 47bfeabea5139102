/** Units as SCIM Groups: departments as a tree, cost centres, legal entities, establishments. */
import type { Issue } from '../errors.js';
import type { JsonObject } from '../json.js';
import { LUCCA_GROUP } from '../scim/schema.js';
import type { CompiledMapping, GroupRules } from './compile.js';
import type { Doubts } from './doubts.js';
import { finding } from './findings.js';
import { memoize } from './memo.js';
import type { ManagerView, Scene } from './scene.js';
import type { GroupKind, IdMaker, TranslatedGroup } from './translation.js';
import {
  type DepartmentView,
  type EstablishmentView,
  type LegalEntityView,
  lineage,
  type SectionView,
  type Units,
  type UnitView,
} from './units.js';

/** A person who has not left, with the units that they are in. */
export interface Member {
  /** Bridge id. */
  id: string;
  department: DepartmentView | null;
  costCenter: SectionView | null;
  legalEntity: LegalEntityView | null;
  establishment: EstablishmentView | null;
}

/** What groups are made from. */
export interface GroupMaterial {
  mapping: CompiledMapping;
  units: Units;
  doubts: Doubts;
  ids: IdMaker;
  /** In ascending order of their ids. */
  members: readonly Member[];
  /** The person as head of a unit; null when unknown or left. */
  findManager(luccaId: string): ManagerView | null;
  scene: Scene;
  issues: Issue[];
}

/** How one kind of unit becomes groups. */
interface Kind<View extends UnitView> {
  kind: GroupKind;
  views: readonly View[];
  /** The unit under the name by which rules read it. */
  show(view: View): Parameters<Scene['showUnit']>[0];
  unitOf(member: Member): View | null;
  /** Whether the people of a unit are members of the units above it too. */
  rollsUp: boolean;
  parentOf(view: View): View | null;
  headOf(view: View): string | null;
  /** What only this kind has. */
  details(view: View): JsonObject;
}

const FLAT = { rollsUp: false, parentOf: () => null, headOf: () => null, details: () => ({}) };

/**
 * The groups of every kind that the mapping switches on. Units that are archived are left out when nobody is in them and
 * nothing below them is kept, and so are units of which the reading showed only a part. Groups that share a name are reported, since some targets want unique names.
 */
export function translateGroups(material: GroupMaterial): TranslatedGroup[] {
  const { units, mapping } = material;
  const groups = [
    ...translateKind(material, {
      kind: 'department',
      views: [...units.departments.values()],
      show: (department) => ({ department }),
      unitOf: ({ department }) => department,
      rollsUp: mapping.groups.get('department')?.withSubDepartments === true,
      parentOf: ({ parent }) => parent,
      headOf: ({ headId }) => headId,
      details: ({ level, path }) => ({ level, path }),
    }),
    ...translateKind(material, {
      ...FLAT,
      kind: 'cost-center',
      views: [...units.sections.values()].filter(({ axisId }) => axisId === units.costCenterAxisId),
      show: (costCenter) => ({ costCenter }),
      unitOf: ({ costCenter }) => costCenter,
      headOf: ({ ownerId }) => ownerId,
    }),
    ...translateKind(material, {
      ...FLAT,
      kind: 'legal-entity',
      views: [...units.legalEntities.values()],
      show: (legalEntity) => ({ legalEntity }),
      unitOf: ({ legalEntity }) => legalEntity,
    }),
    ...translateKind(material, {
      ...FLAT,
      kind: 'establishment',
      views: [...units.establishments.values()],
      show: (establishment) => ({ establishment, legalEntity: establishment.legalEntity }),
      unitOf: ({ establishment }) => establishment,
    }),
  ];
  reportSharedNames(groups, material.issues);
  return groups;
}

function translateKind<View extends UnitView>(material: GroupMaterial, kind: Kind<View>): TranslatedGroup[] {
  const rules = material.mapping.groups.get(kind.kind);
  if (rules === undefined) return [];
  const members = collectMembers(material.members, kind);
  const kept = keepUnits(kind, members);
  const names = new Map(Array.from(kept, (view) => [view, nameGroup(view, rules, kind, material)]));
  const seen = kept.filter((view) => !material.doubts.isPartlySeen(kind.kind, view));
  return Array.from(seen, (view) => {
    const key = keyOf(kind.kind, view);
    const parent = kind.parentOf(view);
    const head = findHead(kind.headOf(view), key, material);
    const extension: JsonObject = {
      kind: kind.kind,
      luccaId: view.id,
      ...(view.code === undefined ? {} : { code: view.code }),
      ...(parent === null
        ? {}
        : {
            parent: {
              value: material.ids.group(kind.kind, parent.id),
              display: names.get(parent),
              luccaId: parent.id,
            },
          }),
      ...kind.details(view),
      ...(head === null
        ? {}
        : { manager: { value: head.id, display: head.displayName, luccaId: head.person.id } }),
      archived: view.archived,
    };
    return {
      key,
      kind: kind.kind,
      luccaId: view.id,
      id: material.ids.group(kind.kind, view.id),
      attributes: { displayName: names.get(view), externalId: key, [LUCCA_GROUP]: extension },
      members: members.get(view) ?? [],
    };
  });
}

/** Members arrive in the order of their ids, and so each list is in that order. */
function collectMembers<View extends UnitView>(
  members: readonly Member[],
  { unitOf, parentOf, rollsUp }: Kind<View>,
): Map<View, string[]> {
  const ids = new Map<View, string[]>();
  const add = (view: View, id: string): void => {
    const list = ids.get(view);
    if (list === undefined) ids.set(view, [id]);
    else list.push(id);
  };
  const lineageOf = memoize((view: View) => lineage(view, parentOf));
  for (const member of members) {
    const unit = unitOf(member);
    if (unit === null) continue;
    if (rollsUp) for (const view of lineageOf(unit)) add(view, member.id);
    else add(unit, member.id);
  }
  return ids;
}

/** In the order of the directory: units in use, and those above them. */
function keepUnits<View extends UnitView>(kind: Kind<View>, members: ReadonlyMap<View, unknown>): View[] {
  const kept = new Set<View>();
  for (const view of kind.views) {
    if (view.archived && !members.has(view)) continue;
    for (let step: View | null = view; step !== null && !kept.has(step); step = kind.parentOf(step))
      kept.add(step);
  }
  return kind.views.filter((view) => kept.has(view));
}

function nameGroup<View extends UnitView>(
  view: View,
  rules: GroupRules,
  kind: Kind<View>,
  { scene, issues }: GroupMaterial,
): string {
  const key = keyOf(kind.kind, view);
  scene.showUnit(kind.show(view), key);
  const name = rules.displayName.evaluate(scene);
  if (typeof name === 'string') return name;
  const fallback = view.name ?? view.code ?? key;
  issues.push(finding('MISSING_GROUP_NAME', { kind: 'group', id: key }, 'after its unit'));
  return fallback;
}

function findHead(luccaId: string | null, key: string, material: GroupMaterial): ManagerView | null {
  if (luccaId === null) return null;
  const head = material.findManager(luccaId);
  if (head === null) {
    material.issues.push(finding('GROUP_MANAGER_NOT_FOUND', { kind: 'group', id: key }, luccaId));
  }
  return head;
}

function reportSharedNames(groups: readonly TranslatedGroup[], issues: Issue[]): void {
  const byName = new Map<unknown, string[]>();
  for (const { attributes, key } of groups) {
    byName.set(attributes.displayName, [...(byName.get(attributes.displayName) ?? []), key]);
  }
  for (const keys of byName.values()) {
    if (keys.length === 1) continue;
    for (const key of keys) {
      const others = keys.filter((other) => other !== key).join(', ');
      issues.push(finding('DUPLICATE_GROUP_NAME', { kind: 'group', id: key }, others));
    }
  }
}

function keyOf(kind: GroupKind, view: UnitView): string {
  return `${kind}:${view.id}`;
}
