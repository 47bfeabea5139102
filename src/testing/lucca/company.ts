/**
 * The simulated company: one model, of which the v3/v4 routes and the v5 routes are two views.
 * Names follow the v5 words (a legal entity is a company, an establishment is a site); v3's other words for the same
 * things live in the views. Ids are numbers here, as in v3; v5 writes them as strings.
 * Every `…On`, `start` and `end` is a local date `YYYY-MM-DD`; every `…At` is a UTC instant with
 * milliseconds, as `toISOString` writes it.
 * Records are never changed in place: an edit replaces them, so that a view may remember what it computed from one.
 */
import type { JsonValue } from '../../json.js';

/** One stay of a position's holder: from `startsOn` until the day before the next position, or the contract's end. */
export interface Position {
  readonly id: number;
  readonly startsOn: string;
  readonly establishmentId: number;
  /** Null = nobody who integrates may read it (a right, in real life); both views then show no department. */
  readonly departmentId: number | null;
  /** May be the person itself, a leaver, or somebody who was deleted. */
  readonly managerId: number | null;
  readonly jobTitle: string | null;
  readonly jobQualificationId: number | null;
  readonly occupationCategoryId: number | null;
}

/** A contract: v4 work-contract, v5 employment. Those of one person never overlap; `positions` are in order of start. */
export interface Employment {
  readonly id: number;
  readonly contractTypeId: number;
  readonly start: string;
  /** Last day worked, included. */
  readonly end: string | null;
  readonly positions: readonly Position[];
}

export type Gender = 'unknown' | 'male' | 'female' | 'diverse';

export interface Person {
  readonly id: number;
  /** Why this person is in a hand-made company; never served. */
  readonly note: string | null;
  readonly remoteId: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly login: string | null;
  readonly mail: string | null;
  /** Unique inside an establishment, not inside the company. */
  readonly employeeNumber: string | null;
  readonly gender: Gender;
  readonly birthDate: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly nationality: string | null;
  readonly directLine: string | null;
  readonly professionalMobile: string | null;
  readonly personalMobile: string | null;
  readonly personalEmail: string | null;
  /** Windows LCID. */
  readonly cultureId: number;
  readonly roleId: number;
  /** Axis id → section id. */
  readonly sections: Readonly<Record<string, number>>;
  /** Custom field id → value, without any of Lucca's wrappers; a list value is the entry's id. */
  readonly custom: Readonly<Record<string, JsonValue>>;
  /** In order of start. */
  readonly employments: readonly Employment[];
  readonly createdAt: string;
  readonly modifiedAt: string;
}

export interface Department {
  readonly id: number;
  readonly name: string;
  readonly code: string | null;
  readonly parentId: number | null;
  readonly headId: number | null;
  readonly archived: boolean;
}

/** Company, SIREN level: v4 legal unit. */
export interface LegalEntity {
  readonly id: number;
  readonly name: string;
  readonly code: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly archived: boolean;
}

/** Site, SIRET level: v3 `legalEntity`, v5 business-establishment. */
export interface Establishment {
  readonly id: number;
  readonly name: string;
  readonly code: string | null;
  readonly legalEntityId: number;
  /** IANA zone; null when nobody filled it in, and then dates are judged in Paris. */
  readonly timeZone: string | null;
  readonly city: string | null;
  readonly archived: boolean;
}

/** An analytical axis: a list such as cost centres, locations, projects. */
export interface Axis {
  readonly id: number;
  readonly name: string;
  readonly active: boolean;
  /** Ticked as shown in the employee record: only then people hold a section of it. */
  readonly onEmployee: boolean;
}

export interface Section {
  readonly id: number;
  readonly axisId: number;
  readonly name: string;
  readonly code: string | null;
  readonly ownerId: number | null;
  readonly parentIds: readonly number[];
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  readonly active: boolean;
}

/** Contract type: v4 work-contract type, v5 employment template. */
export interface ContractType {
  readonly id: number;
  readonly name: string;
  readonly term: 'permanent' | 'fixed';
  /** Tenant-defined; Lucca's documented words are employee, student, external, elected, appointee and more. */
  readonly audience: string;
  /** Empty = usable everywhere. */
  readonly legalEntityIds: readonly number[];
}

export interface NamedEntry {
  readonly id: number;
  readonly name: string;
}

export interface JobQualification extends NamedEntry {
  readonly professionId: number;
  readonly rank: number;
}

export type CustomFieldKind =
  | 'text'
  | 'boolean'
  | 'integer'
  | 'decimal'
  | 'date'
  | 'list'
  | 'employee'
  | 'composite';

/** A custom field of the HR file. Its id starts with `e_` and may hold hyphens and capitals. */
export interface CustomField {
  readonly id: string;
  readonly name: string;
  readonly kind: CustomFieldKind;
  /** Several values: the value is an array. */
  readonly multiple: boolean;
  /** The HR-file section it belongs to, which is what rights and claims are given on. */
  readonly section: string;
  /** Kind `list`: the entries, with ids unique in the whole company. */
  readonly entries: readonly NamedEntry[];
  /** Kind `composite`: sub-field ids (`e_…`). */
  readonly parts: readonly string[];
  /** The shape v3 gives it; null = as the `extendedData` switch says. */
  readonly legacyShape: 'wrapped' | 'bare' | null;
}

export interface Company {
  /** Account name: the `acme` of acme.ilucca.net. */
  readonly account: string;
  /** The instant at which the data is meant to be read; the simulator's clock starts there. */
  readonly at: string;
  readonly costCenterAxisId: number;
  readonly legalEntities: readonly LegalEntity[];
  readonly establishments: readonly Establishment[];
  readonly departments: readonly Department[];
  readonly axes: readonly Axis[];
  readonly sections: readonly Section[];
  readonly contractTypes: readonly ContractType[];
  readonly professions: readonly NamedEntry[];
  readonly jobQualifications: readonly JobQualification[];
  readonly occupationCategories: readonly NamedEntry[];
  readonly roles: readonly NamedEntry[];
  readonly customFields: readonly CustomField[];
  readonly people: readonly Person[];
}
