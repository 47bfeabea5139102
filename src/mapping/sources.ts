/**
 * The source paths: everything that a mapping may read, by name and type. The catalogue checks paths at load, feeds the
 * expressions, and tells editors (through the JSON Schema) what there is.
 */
import { isJsonObject, type JsonValue } from '../json.js';
import type { Contract, Person } from '../lucca/directory.js';
import type { ManagerView, Scene } from './scene.js';
import { cleanText } from './transforms/text.js';
import type { Lifecycle } from './translation.js';
import type { DepartmentView, EstablishmentView, LegalEntityView, SectionView } from './units.js';
import type { ValueType } from './value-type.js';

/** One readable value. `read` gives undefined where the value is missing or blank, and never fails. */
export interface Source {
  path: string;
  root: Root;
  type: ValueType;
  read(scene: Scene): JsonValue | undefined;
}

type Read<Thing> = (thing: Thing) => JsonValue | undefined;
type Field<Thing> = [ValueType, Read<Thing>];
type Fields<Thing> = Record<string, Field<Thing>>;

const PERSON = {
  id: ['text', (person) => person.id],
  remoteId: ['text', (person) => person.remoteId],
  firstName: ['text', (person) => person.firstName],
  lastName: ['text', (person) => person.lastName],
  displayName: ['text', (person) => person.displayName],
  login: ['text', (person) => person.login],
  email: ['text', (person) => person.email],
  employeeNumber: ['text', (person) => person.employeeNumber],
  jobTitle: ['text', (person) => person.jobTitle],
  workPhone: ['text', (person) => person.workPhone],
  mobilePhone: ['text', (person) => person.mobilePhone],
  cultureId: ['integer', (person) => person.cultureId],
  gender: ['text', (person) => person.gender],
  birthDate: ['date', (person) => person.birthDate],
  personalEmail: ['text', (person) => person.personalEmail],
  personalPhone: ['text', (person) => person.personalPhone],
} satisfies Fields<Person>;

/** Of the manager only what a colleague may know. */
const MANAGER_FIELDS = [
  'id',
  'remoteId',
  'firstName',
  'lastName',
  'login',
  'email',
  'employeeNumber',
] as const;

function ofManager([type, read]: Field<Person>): Field<ManagerView> {
  return [type, ({ person }) => read(person)];
}

const MANAGER: Fields<ManagerView> = {
  ...Object.fromEntries(MANAGER_FIELDS.map((name) => [name, ofManager(PERSON[name])])),
  bridgeId: ['text', (manager) => manager.id],
  displayName: ['text', (manager) => manager.displayName],
};

const CONTRACT: Fields<Contract> = {
  id: ['text', (contract) => contract.id],
  start: ['date', (contract) => contract.start],
  end: ['date', (contract) => contract.end],
  typeId: ['text', (contract) => contract.typeId],
  typeName: ['text', (contract) => contract.typeName],
  term: ['text', (contract) => contract.term],
};

const DEPARTMENT: Fields<DepartmentView> = {
  id: ['text', (department) => department.id],
  name: ['text', (department) => department.name],
  code: ['text', (department) => department.code],
  level: ['integer', (department) => department.level],
  path: ['text', (department) => department.path],
};

const SECTION: Fields<SectionView> = {
  id: ['text', (section) => section.id],
  axisId: ['text', (section) => section.axisId],
  name: ['text', (section) => section.name],
  code: ['text', (section) => section.code],
};

const LEGAL_ENTITY: Fields<LegalEntityView> = {
  id: ['text', (entity) => entity.id],
  name: ['text', (entity) => entity.name],
  code: ['text', (entity) => entity.code],
  country: ['text', (entity) => entity.country],
};

const ESTABLISHMENT: Fields<EstablishmentView> = {
  id: ['text', (establishment) => establishment.id],
  name: ['text', (establishment) => establishment.name],
  code: ['text', (establishment) => establishment.code],
  timeZone: ['text', (establishment) => establishment.timeZone],
};

const LIFECYCLE: Fields<Lifecycle> = {
  state: ['text', (lifecycle) => lifecycle.state],
};

const NAMED = {
  person: place((scene) => scene.person, PERSON),
  manager: place((scene) => scene.manager, MANAGER),
  contract: place((scene) => scene.contract, CONTRACT),
  department: place((scene) => scene.department, DEPARTMENT),
  costCenter: place((scene) => scene.costCenter, SECTION),
  section: place((scene) => scene.section, SECTION),
  legalEntity: place((scene) => scene.legalEntity, LEGAL_ENTITY),
  establishment: place((scene) => scene.establishment, ESTABLISHMENT),
  lifecycle: place((scene) => scene.lifecycle, LIFECYCLE),
};

/** `axis.7.name` and `custom.e_badge` are open: which axes and fields there are differs from tenant to tenant. */
export type Root = keyof typeof NAMED | 'axis' | 'custom';

export const ROOTS: readonly Root[] = [...(Object.keys(NAMED) as (keyof typeof NAMED)[]), 'axis', 'custom'];

const SOURCES: ReadonlyMap<string, Source> = new Map(
  Object.entries(NAMED).flatMap(([root, fields]) =>
    Array.from(fields, ([name, [type, read]]): [string, Source] => {
      const path = `${root}.${name}`;
      return [path, { path, root: root as Root, type, read }];
    }),
  ),
);

/** Every path with a fixed name. */
export const SOURCE_PATHS: readonly string[] = [...SOURCES.keys()];

/** The source that a path names, or undefined: `department.name`, `axis.7.code`, `custom.e_badge`. */
export function findSource(path: string): Source | undefined {
  const named = SOURCES.get(path);
  if (named !== undefined) return named;
  const [root, key = '', ...rest] = path.split('.');
  if (key === '' || rest.includes('')) return undefined;
  if (root === 'axis') return axisSource(path, key, rest);
  return root === 'custom' ? customSource(path, [key, ...rest]) : undefined;
}

/** The root of a path, or undefined when it has none. */
export function rootOf(path: string): Root | undefined {
  const root = path.split('.', 1)[0];
  return ROOTS.find((each) => each === root);
}

function axisSource(path: string, axisId: string, [name, ...rest]: string[]): Source | undefined {
  const field =
    name !== undefined && rest.length === 0 && Object.hasOwn(SECTION, name) ? SECTION[name] : undefined;
  if (field === undefined) return undefined;
  const [type, read] = field;
  return {
    path,
    root: 'axis',
    type,
    read: (scene) => {
      const section = scene.sectionOn(axisId);
      return section === null ? undefined : (read(section) ?? undefined);
    },
  };
}

/** Custom fields may be nested: `custom.e_emergency.e_phone`. */
function customSource(path: string, keys: readonly string[]): Source {
  return {
    path,
    root: 'custom',
    type: 'any',
    read: (scene) => {
      let value: JsonValue | undefined = scene.person?.customFields;
      for (const key of keys) {
        value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
      }
      return typeof value === 'string' ? cleanText(value) : (value ?? undefined);
    },
  };
}

/** Fields of something that the scene may or may not hold, as readers of the scene. */
function place<Thing>(
  find: (scene: Scene) => Thing | null,
  fields: Fields<Thing>,
): ReadonlyMap<string, [ValueType, Source['read']]> {
  return new Map(
    Object.entries(fields).map(([name, [type, read]]) => [
      name,
      [
        type,
        (scene) => {
          const thing = find(scene);
          return thing === null ? undefined : (read(thing) ?? undefined);
        },
      ],
    ]),
  );
}
