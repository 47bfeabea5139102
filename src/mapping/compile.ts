/** Compiles a mapping file, once, into functions that translate people and units. */
import type { ResourceType } from '../scim/registry.js';
import { type CompiledAttributes, compileAttributes } from './compile-attributes.js';
import { compileRuleFor } from './compile-rule.js';
import type { MappingDocument } from './document.js';
import type { GroupKindInput, GroupKindName, MappingFile } from './file.js';
import type { DateRules } from './lifecycle.js';
import type { Rule, RulePlace, Workshop } from './rule.js';
import { ROOTS, type Root, rootOf } from './sources.js';
import type { GroupKind } from './translation.js';

/** How the units of one kind become groups. */
export interface GroupRules {
  displayName: Rule;
  withSubDepartments: boolean;
}

/** Data that Lucca gives only when asked, and that nobody should ask for without need. */
export interface Wants {
  /** Custom fields by name. */
  customFields: readonly string[];
  /** Gender, birth date, personal contacts. */
  personal: boolean;
}

/** A mapping ready for use; make one with `loadMapping` or `parseMapping`. */
export interface CompiledMapping {
  /** The file, as problems name it. */
  file: string;
  dates: DateRules;
  /** The attributes of people, without `externalId` and `active`, which the translator sets. */
  users: CompiledAttributes;
  /** What the reader of Lucca has to ask for beyond the usual. */
  wants: Wants;
  /** Kinds that are switched on. */
  groups: ReadonlyMap<GroupKind, GroupRules>;
}

const GROUP_KINDS: Readonly<Record<GroupKindName, { kind: GroupKind; roots: readonly Root[] }>> = {
  departments: { kind: 'department', roots: ['department'] },
  costCenters: { kind: 'cost-center', roots: ['costCenter'] },
  legalEntities: { kind: 'legal-entity', roots: ['legalEntity'] },
  establishments: { kind: 'establishment', roots: ['establishment', 'legalEntity'] },
};

/** Sections belong to entries with `each: sections` alone. */
const PERSON_ROOTS: ReadonlySet<Root> = new Set(ROOTS.filter((root) => root !== 'section'));

/** Compiles a file whose shape is right. Faults are complaints to the document: use the result only without any. */
export function compileMapping(
  input: MappingFile,
  file: string,
  document: MappingDocument,
  userType: ResourceType,
): CompiledMapping {
  let slots = 0;
  const read = new Set<string>();
  const tools = { document, settings: input.phones, read, nextSlot: () => slots++ };
  const users = compileAttributes(
    input.users,
    userType,
    { path: ['users'], attribute: 'users', roots: PERSON_ROOTS },
    tools,
  );
  if (Array.from(users.ruleOf('displayName')?.reads ?? [], rootOf).includes('manager')) {
    const message = 'The displayName reads the manager, whose displayName may read a manager in turn.';
    document.complain(
      'CIRCULAR_REFERENCE',
      ['users', 'displayName'],
      message,
      'Name people without their manager.',
    );
  }
  const groups = new Map<GroupKind, GroupRules>();
  for (const [name, kindInput] of Object.entries(input.groups) as [GroupKindName, GroupKindInput][]) {
    const { kind, roots } = GROUP_KINDS[name];
    const place: RulePlace = {
      path: ['groups', name, 'displayName'],
      attribute: 'displayName',
      roots: new Set(roots),
    };
    const workshop: Workshop = { ...tools, ruleOf: () => undefined };
    const displayName = compileRuleFor('string', kindInput.displayName, place, workshop);
    if (displayName === null || !kindInput.enabled) continue;
    groups.set(kind, { displayName, withSubDepartments: kindInput.members === 'with-sub-departments' });
  }
  return { file, dates: input.dates, users, wants: wantsOf(read), groups };
}

const PERSONAL = ['person.gender', 'person.birthDate', 'person.personalEmail', 'person.personalPhone'];

function wantsOf(read: ReadonlySet<string>): Wants {
  const customFields = [...read].flatMap((path) =>
    rootOf(path) === 'custom' ? [path.split('.')[1] ?? ''] : [],
  );
  return { customFields: [...new Set(customFields)], personal: PERSONAL.some((path) => read.has(path)) };
}
