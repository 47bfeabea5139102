/** What either way in gives, before it becomes a Directory. */
import type { Issue } from '../errors.js';
import type { WantedCustomFields } from './custom-fields.js';
import type {
  CollectionCertificate,
  Department,
  Establishment,
  LegalEntity,
  Person,
  Section,
} from './directory.js';

export interface Wanted {
  /** Custom fields (`e_…`): all, none, or those named. */
  customFields: WantedCustomFields;
  /** Gender, birth date, personal e-mail and phone. */
  personal: boolean;
  /** Id or name of the cost-centre axis; recognised by its name when undefined; null reads no cost centres. */
  costCenterAxis: string | number | null | undefined;
}

/** The units of a tenant. */
export interface Structure {
  departments: ReadonlyMap<string, Department>;
  establishments: ReadonlyMap<string, Establishment>;
  legalEntities: ReadonlyMap<string, LegalEntity>;
  certificates: CollectionCertificate[];
  issues: Issue[];
}

export interface Reading {
  people: ReadonlyMap<string, Person>;
  structure: Structure;
  /** Sections read from their list. */
  sections: ReadonlyMap<string, Section>;
  /** Sections met on people, of any axis: known by name only. */
  metSections: ReadonlyMap<string, Section>;
  costCenterAxisId: string | null;
  /** Of people, contracts and axes; the structure brings its own. */
  certificates: CollectionCertificate[];
  issues: Issue[];
}
