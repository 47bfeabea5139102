/** Directories written in few words: what a case leaves out is null or empty. */
import { stringify } from 'yaml';
import type {
  Contract,
  Department,
  Directory,
  Establishment,
  LegalEntity,
  Person,
  Section,
} from '../../src/lucca/directory.js';
import type { CompiledMapping } from '../../src/mapping/compile.js';
import { DEFAULT_MAPPING_FILE, loadMapping, parseMapping } from '../../src/mapping/load.js';
import { translate } from '../../src/mapping/translate.js';
import type { IdMaker, Translation } from '../../src/mapping/translation.js';

export interface PersonFragment extends Partial<Omit<Person, 'contract'>> {
  id: string;
  /** Left out = since 2020-01-01. */
  contract?: Partial<Contract> | null;
}

export interface Fragment {
  people: PersonFragment[];
  departments?: Record<string, Partial<Department>>;
  legalEntities?: Record<string, Partial<LegalEntity>>;
  establishments?: Record<string, Partial<Establishment>>;
  sections?: Record<string, Partial<Section>>;
  costCenterAxisId?: string;
  readAt?: string;
}

/** A mapping as data; parts that are left out are those of the packaged one. */
export interface MappingFragment {
  users?: object;
  [key: string]: unknown;
}

/** When cases are judged unless they say otherwise. */
export const NOW = '2026-06-15T10:00:00Z';

/** Ids that can be read: `user 7`, `department 31`. */
export const readableIds: IdMaker = {
  person: (luccaId) => `user ${luccaId}`,
  group: (kind, luccaId) => `${kind} ${luccaId}`,
};

export const packagedMapping: CompiledMapping = await loadMapping(DEFAULT_MAPPING_FILE);

export function compile(mapping: MappingFragment | undefined): CompiledMapping {
  return mapping === undefined ? packagedMapping : parseMapping(stringify(mapping), 'case.yaml');
}

export function translateFragment(
  directory: Fragment,
  { mapping, at = NOW }: { mapping?: CompiledMapping; at?: string } = {},
): Translation {
  return translate(directoryOf(directory, at), { mapping: mapping ?? packagedMapping, at, ids: readableIds });
}

/** What was reported, in one line each: `warning MANAGER_LEFT person 2`. */
export function linesOf({ issues }: Translation): string[] {
  return issues.map(({ severity, code, subject }) => `${severity} ${code} ${subject.kind} ${subject.id}`);
}

export function directoryOf(fragment: Fragment, at: string = NOW): Directory {
  return {
    tenant: 'https://acme.ilucca.net',
    way: 'api-key',
    readAt: fragment.readAt ?? at,
    people: fragment.people.map(person),
    departments: units(
      fragment.departments,
      {
        name: '',
        code: null,
        parentId: null,
        level: 0,
        headId: null,
        archived: false,
      },
      (department, all) => ({ ...department, level: department.level || levelOf(department, all) }),
    ),
    legalEntities: units(fragment.legalEntities, { name: '', code: null, country: null, archived: false }),
    establishments: units(fragment.establishments, {
      name: '',
      code: null,
      legalEntityId: null,
      timeZone: null,
      archived: false,
    }),
    sections: units(fragment.sections, {
      axisId: '',
      name: '',
      code: null,
      ownerId: null,
      startsOn: null,
      endsOn: null,
      active: true,
    }),
    costCenterAxisId: fragment.costCenterAxisId ?? null,
    certificate: { complete: true, collections: [] },
    issues: [],
    requests: 0,
  };
}

function person({ contract = { start: '2020-01-01' }, ...given }: PersonFragment): Person {
  return {
    remoteId: null,
    firstName: null,
    lastName: null,
    displayName: null,
    login: null,
    email: null,
    employeeNumber: null,
    jobTitle: null,
    workPhone: null,
    mobilePhone: null,
    cultureId: null,
    gender: null,
    birthDate: null,
    personalEmail: null,
    personalPhone: null,
    managerId: null,
    departmentId: null,
    establishmentId: null,
    legalEntityId: null,
    sections: {},
    status: null,
    customFields: {},
    modifiedAt: null,
    ...given,
    contract:
      contract === null
        ? null
        : { id: null, start: null, end: null, typeId: null, typeName: null, term: null, ...contract },
  };
}

function units<Unit extends { id: string }>(
  given: Record<string, Partial<Unit>> | undefined,
  empty: Omit<Unit, 'id'>,
  complete: (unit: Unit, all: ReadonlyMap<string, Unit>) => Unit = (unit) => unit,
): ReadonlyMap<string, Unit> {
  const all = new Map(
    Object.entries(given ?? {}).map(([id, unit]) => [id, { ...empty, ...unit, id } as Unit]),
  );
  return new Map(Array.from(all, ([id, unit]) => [id, complete(unit, all)]));
}

function levelOf({ parentId }: Department, all: ReadonlyMap<string, Department>): number {
  const parent = parentId === null ? undefined : all.get(parentId);
  return parent === undefined ? 1 : 1 + (parent.level || levelOf(parent, all));
}
