/** The dictionary of employee attributes: built-in ones, and the custom fields (`e_…`). */
import type { JsonObject, JsonValue } from '../../../json.js';
import { isJsonObject } from '../../../json.js';
import type { CustomField, CustomFieldKind, Employment, Person, Position } from '../company.js';
import { covers } from '../rights.js';
import type { Simulation } from '../simulation.js';
import { positionsOf } from '../state.js';
import { type Kind, type ResourceType, refer } from './kind.js';

/** One value of an attribute, with the days on which it holds; null = since ever and for ever. */
export interface DatedValue {
  readonly start: string | null;
  readonly end: string | null;
  readonly value: JsonValue;
}

export interface Definition {
  readonly id: string;
  readonly name: string;
  /** Its place in the dictionary. */
  readonly place: number;
  readonly targetType: 'employee' | 'employment' | 'job-position';
  /** The kind of value, as the `title` of its JSON Schema says it. */
  readonly schemaTitle: string;
  /** HR-file section whose claim is needed; null = none. */
  readonly section: string | null;
  readonly field: CustomField | null;
  /** The history of a person's values, oldest first; empty when the person has none. */
  values(person: Person): readonly DatedValue[];
}

/** The definitions that the client has the claims for. */
export function visibleDefinitions(sim: Simulation): Definition[] {
  const custom = sim.state.company.customFields.map((field) => customDefinition(sim, field));
  return [...builtIn(sim), ...custom]
    .map((definition, place) => ({ ...definition, place }))
    .filter(({ section }) => section === null || covers(sim.rights.oauth.claims, section));
}

export function attributeDefinitionKind(sim: Simulation): Kind<Definition> {
  return {
    type: 'employee-attribute-definition',
    scope: 'employee-attribute-definitions.readonly',
    rows: () => visibleDefinitions(sim),
    id: (row) => row.id,
    key: (row) => [row.place],
    parameters: {},
    show: (row) => ({
      name: row.name,
      t9n: { name: { 'fr-FR': row.name } },
      isArchived: false,
      schema: { title: row.schemaTitle },
      targetType: row.targetType,
      multipleValueHandling: row.field?.multiple ? { sorting: 'manual', sortingProperty: null } : null,
      propertyDescriptions: (row.field?.parts ?? []).map((id) => ({ id })),
      taxonomy: row.field?.kind === 'list' ? refer(sim, 'taxonomy', row.id) : null,
    }),
  };
}

const TARGETS: Readonly<Record<string, Definition['targetType']>> = {
  employment: 'employment',
  jobPosition: 'job-position',
};

type Unplaced = Omit<Definition, 'place'>;

function builtIn(sim: Simulation): Unplaced[] {
  const always = (value: JsonValue): DatedValue[] =>
    value === null ? [] : [{ start: null, end: null, value }];
  const define = (
    id: string,
    schemaTitle: string,
    values: (person: Person) => DatedValue[],
    section: string | null = null,
  ): Unplaced => {
    const targetType = TARGETS[id.split('.')[0] ?? ''] ?? 'employee';
    return { id, name: id, targetType, schemaTitle, section, field: null, values };
  };
  const ofEmployments = (read: (employment: Employment) => JsonValue) => (person: Person) =>
    person.employments
      .map((row) => ({ start: row.start, end: row.end, value: read(row) }))
      .filter(({ value }) => value !== null);
  const ofPositions = (read: (position: Position) => JsonValue) => (person: Person) =>
    positionsOf(person)
      .map(({ position, endsOn }) => ({ start: position.startsOn, end: endsOn, value: read(position) }))
      .filter(({ value }) => value !== null);
  const to = (type: ResourceType) => (id: number | null) => refer(sim, type, id);

  return [
    define('employee.givenName', 'short-text', (person) => always(person.firstName)),
    define('employee.familyName', 'short-text', (person) => always(person.lastName)),
    define('employee.email', 'email', (person) => always(person.mail)),
    define('employee.employeeNumber', 'short-text', (person) => always(person.employeeNumber)),
    define('employee.phoneNumber', 'phone-number', (person) => always(person.directLine)),
    define(
      'employment.start',
      'legacy-date',
      ofEmployments((row) => row.start),
    ),
    define(
      'employment.end',
      'legacy-date',
      ofEmployments((row) => row.end),
    ),
    define(
      'employment.template',
      'short-text',
      ofEmployments((row) => to('employment-template')(row.contractTypeId)),
    ),
    define(
      'jobPosition.businessEstablishment',
      'short-text',
      ofPositions((row) => to('business-establishment')(row.establishmentId)),
    ),
    define(
      'jobPosition.department',
      'short-text',
      ofPositions((row) => to('department')(row.departmentId)),
    ),
    define(
      'jobPosition.manager',
      'employee-reference',
      ofPositions((row) => to('employee')(row.managerId)),
    ),
    define(
      'jobPosition.jobTitle',
      'short-text',
      ofPositions((row) => row.jobTitle),
    ),
    define('personal.legalGender', 'short-text', (person) => always(person.gender), 'personal'),
    define('personal.birthDate', 'legacy-date', (person) => always(person.birthDate), 'personal'),
  ];
}

const SCHEMA_TITLES: Record<CustomFieldKind, string> = {
  text: 'short-text',
  boolean: 'boolean',
  integer: 'int32',
  decimal: 'decimal',
  date: 'legacy-date',
  list: 'taxonomy-label-reference',
  employee: 'employee-reference',
  composite: 'composite',
};

function customDefinition(sim: Simulation, field: CustomField): Unplaced {
  return {
    id: field.id,
    name: field.name,
    targetType: 'employee',
    schemaTitle: SCHEMA_TITLES[field.kind],
    section: field.section,
    field,
    values(person) {
      const value = Object.hasOwn(person.custom, field.id) ? person.custom[field.id] : undefined;
      if (value === undefined || value === null) return [];
      return [{ start: null, end: null, value: showValue(sim, field, value) }];
    },
  };
}

/** A list entry or a colleague is a typed reference; everything else stands as it is. */
function showValue(sim: Simulation, field: CustomField, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((each) => showValue(sim, field, each));
  if (field.kind === 'list' && typeof value === 'number') return refer(sim, 'taxonomy-label', value);
  if (field.kind === 'employee' && typeof value === 'number') return refer(sim, 'employee', value);
  if (isJsonObject(value)) return { ...value } satisfies JsonObject;
  return value;
}
