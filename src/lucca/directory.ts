/**
 * The Directory: one complete, validated reading of Lucca, with v3, v4 and v5 names normalised once.
 * All ids are strings, whichever generation of the API they came from. Dates are `YYYY-MM-DD`, local to the establishment.
 */
import type { Issue } from '../errors.js';
import type { JsonValue } from '../json.js';

export interface Contract {
  id: string | null;
  start: string | null;
  /** Last day worked, included; null = open-ended. */
  end: string | null;
  /** Contract type: v4 work-contract type, v5 employment template. */
  typeId: string | null;
  typeName: string | null;
  /** v5 only (`permanent`, `fixed`); null through v3/v4. */
  term: string | null;
}

export interface Person {
  id: string;
  /** v3 `externalId`, v5 `remoteId`: the integrator's own key in Lucca. */
  remoteId: string | null;
  firstName: string | null;
  lastName: string | null;
  /** v3 only. */
  displayName: string | null;
  /** v3 only. */
  login: string | null;
  email: string | null;
  employeeNumber: string | null;
  jobTitle: string | null;
  /** v3 `directLine`, v5 `phoneNumber`. Free format. */
  workPhone: string | null;
  /** v3 `professionalMobile`. */
  mobilePhone: string | null;
  /** Windows LCID, v3 only. */
  cultureId: number | null;
  gender: 'male' | 'female' | 'other' | null;
  birthDate: string | null;
  personalEmail: string | null;
  personalPhone: string | null;
  /** As Lucca gives it: may be the person itself, a leaver, hidden or unknown. */
  managerId: string | null;
  departmentId: string | null;
  establishmentId: string | null;
  /** Company (SIREN level): from the establishment, or v5 employment. */
  legalEntityId: string | null;
  /** axis id → section id, for every axis that the key shows on the person. */
  sections: Readonly<Record<string, string>>;
  /** The applicable contract: current, else first upcoming, else last. Null when Lucca shows none. */
  contract: Contract | null;
  /** v5 `status`; null through v3, where dates decide. */
  status: 'active' | 'upcoming' | 'deactivated' | null;
  /** Custom fields (`e_…`) with Lucca's `{value}` wrappers taken off. */
  customFields: Readonly<Record<string, JsonValue>>;
  modifiedAt: string | null;
}

export interface Department {
  id: string;
  name: string;
  code: string | null;
  parentId: string | null;
  /** 1 = root; computed from the parents. */
  level: number;
  headId: string | null;
  archived: boolean;
}

export interface Section {
  id: string;
  axisId: string;
  name: string;
  code: string | null;
  ownerId: string | null;
  startsOn: string | null;
  endsOn: string | null;
  active: boolean;
  /** Met on people alone: nothing but its axis and its name is known. */
  nameOnly?: true;
}

/** Company, SIREN level: v4 legal unit, v5 legal-entity. */
export interface LegalEntity {
  id: string;
  name: string;
  code: string | null;
  /** ISO 3166-1 as Lucca gives it (alpha-2 or alpha-3), or null. */
  country: string | null;
  archived: boolean;
}

/** Site, SIRET level: v3 `legalEntity`, v4 establishment, v5 business-establishment. */
export interface Establishment {
  id: string;
  name: string;
  code: string | null;
  legalEntityId: string | null;
  /** IANA zone, or null when Lucca has none (the bridge then uses its default zone). */
  timeZone: string | null;
  archived: boolean;
}

/** The proof of one collection's completeness (R4). */
export interface CollectionCertificate {
  name: string;
  /** Total declared by Lucca on the first page; null when the route declares none. */
  declared: number | null;
  /** Rows received, and distinct ids among them. */
  rows: number;
  distinct: number;
  /** Rows that failed validation: seen, so not missing, but not usable. */
  invalid: number;
  /** The last page said (or proved) that nothing follows. */
  chainClosed: boolean;
  /** Total declared by a second look at the end of the read; null when none was taken. */
  secondCount: number | null;
  complete: boolean;
  /** In words, why `complete` is false; empty otherwise. */
  faults: string[];
}

export interface Certificate {
  /** True only when every collection that decides on removals is complete. */
  complete: boolean;
  collections: CollectionCertificate[];
}

export interface Directory {
  /** Normalised base address of the tenant, e.g. `https://acme.ilucca.net`. */
  tenant: string;
  way: 'api-key' | 'oauth' | 'oauth+api-key';
  /** ISO instant at which the read began. */
  readAt: string;
  people: readonly Person[];
  departments: ReadonlyMap<string, Department>;
  legalEntities: ReadonlyMap<string, LegalEntity>;
  establishments: ReadonlyMap<string, Establishment>;
  /** Sections of every axis read, by section id; `costCenterAxisId` says which axis is the cost centre. */
  sections: ReadonlyMap<string, Section>;
  costCenterAxisId: string | null;
  certificate: Certificate;
  issues: readonly Issue[];
  /** Lucca requests spent on this read. */
  requests: number;
}

/** A directory once its people are translated: a hundred thousand of them need not be kept twice. */
export interface DirectorySummary extends Omit<Directory, 'people'> {
  /** How many people were read. */
  people: number;
  /** Contract types that people have, by id. */
  contractTypes: ReadonlyMap<string, string | null>;
}

export function summariseDirectory({ people, ...rest }: Directory): DirectorySummary {
  const contractTypes = new Map<string, string | null>();
  for (const { contract } of people) {
    if (contract?.typeId != null) contractTypes.set(contract.typeId, contract.typeName);
  }
  return { ...rest, people: people.length, contractTypes };
}
