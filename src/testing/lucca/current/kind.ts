/** What one kind of resource of the current API is: its rows, filters, orders and looks. One generic route serves all. */
import type { JsonObject } from '../../../json.js';
import type { Simulation } from '../simulation.js';

export type Value = string | number | boolean | null;

/** A query parameter that selects rows. */
export interface Parameter<Row> {
  /** How the text of its values is checked. */
  readonly type: 'text' | 'date' | 'boolean' | 'number';
  readonly oneOf?: readonly string[];
  /** `prop=null` is allowed. */
  readonly nullable?: boolean;
  /** The row's value, or values when any may match. */
  read(row: Row): Value | readonly Value[];
}

/** A free-text search, or an option that `rows` reads by itself. */
export interface SpecialParameter<Row> {
  readonly type: 'search' | 'as-of';
  matches(row: Row, text: string): boolean;
}

export interface Kind<Row> {
  /** `job-position` */
  readonly type: ResourceType;
  readonly scope: string;
  /** Largest `limit`. */
  readonly maxLimit?: number;
  /** Every row the client may see, by ascending key. `wanted` gives the values of plain equality filters, to save work. */
  rows(wanted: (parameter: string) => readonly string[] | undefined): readonly Row[];
  id(row: Row): string;
  /** Place in the default order. */
  key(row: Row): readonly number[];
  readonly parameters: Readonly<Record<string, Parameter<Row> | SpecialParameter<Row>>>;
  /** Besides `id`. */
  readonly sorts?: Readonly<Record<string, (row: Row) => string | number>>;
  /** Everything but `id`, `type` and `url`. */
  show(row: Row): JsonObject;
  /** References to the resources that `include=embedded` adds. */
  embeds?(row: Row): readonly Embedded[];
}

/** A whole resource, as it stands in `embedded`. */
export interface Embedded {
  readonly type: ResourceType;
  readonly id: string;
  show(): JsonObject;
}

const PATHS = {
  employee: 'employees',
  employment: 'employments',
  'employment-template': 'employment-templates',
  'job-position': 'job-positions',
  department: 'departments',
  'legal-entity': 'legal-entities',
  'business-establishment': 'business-establishments',
  'job-qualification': 'job-qualifications',
  profession: 'professions',
  'occupation-category': 'occupation-categories',
  'employee-personal-record': 'employee-personal-records',
  'employee-attribute': 'employee-attributes',
  'employee-attribute-definition': 'employee-attribute-definitions',
  'taxonomy-label': 'taxonomy-labels',
  taxonomy: 'taxonomies',
} as const;

export type ResourceType = keyof typeof PATHS;

/** `/lucca-api/job-positions`, below the tenant's address. */
export function pathOfType(type: ResourceType): string {
  return `/lucca-api/${PATHS[type]}`;
}

/** A typed reference `{id, type, url}`; null stays null. */
export function refer(
  sim: Simulation,
  type: ResourceType,
  id: number | string | null | undefined,
): JsonObject | null {
  if (id === null || id === undefined) return null;
  return { id: String(id), type, url: `${sim.url}${pathOfType(type)}/${id}` };
}

/** One whole resource: its identity first, then what its kind shows. */
export function showResource<Row>(sim: Simulation, kind: Kind<Row>, row: Row): JsonObject {
  return Object.assign({}, refer(sim, kind.type, kind.id(row)), kind.show(row));
}

/** A resource of another kind, for `embedded`. */
export function embed<Row>(sim: Simulation, kind: Kind<Row>, row: Row): Embedded {
  return { type: kind.type, id: kind.id(row), show: () => showResource(sim, kind, row) };
}

export function link(sim: Simulation, pathAndQuery: string): JsonObject {
  return { href: `${sim.url}/lucca-api/${pathAndQuery}` };
}

/** Makes something the first time it is asked for: kinds refer to one another in circles. */
export function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
