/**
 * What the integration may see. A missing right hides rows or fields and says nothing, as Lucca does; only a missing
 * OAuth scope is an error (403).
 */
import type { Calendar } from './calendar.js';
import type { Person } from './company.js';

/** Permissions of the API key's role (v3 and v4). */
export interface ApiKeyRights {
  users: boolean;
  futureEmployees: boolean;
  formerEmployees: boolean;
  /** `manager` of a person. */
  managers: boolean;
  jobTitles: boolean;
  /** `department` of a person. */
  departments: boolean;
  /** Contract dates on the user, and every row of work-contracts. */
  contracts: boolean;
  /** Gender, birth date, nationality, personal contacts. */
  personalFields: boolean;
  /** Sections of the HR file, for `extendedData`. */
  hrFileSections: 'all' | readonly string[];
  /** Axes, axis sections and `userAxisValues_n`. */
  axes: boolean;
  /** Departments, establishments and legal units of v4. */
  structure: boolean;
  /** People of these establishments only. */
  establishments: 'all' | readonly number[];
}

/** What the OAuth client was given (v5): scopes × establishments × claims. */
export interface OAuthRights {
  scopes: 'all' | readonly string[];
  establishments: 'all' | readonly number[];
  /** HR-file sections, for employee attributes; `personal` is the section of gender and birth date. */
  claims: 'all' | readonly string[];
}

export interface Rights {
  apiKey: ApiKeyRights;
  oauth: OAuthRights;
}

/** Rights as a caller gives them: what is left out stays as it was. */
export interface RightsPatch {
  apiKey?: Partial<ApiKeyRights>;
  oauth?: Partial<OAuthRights>;
}

/** Every right there is: where a simulation starts. */
export const FULL_RIGHTS: Rights = {
  apiKey: {
    users: true,
    futureEmployees: true,
    formerEmployees: true,
    managers: true,
    jobTitles: true,
    departments: true,
    contracts: true,
    personalFields: true,
    hrFileSections: 'all',
    axes: true,
    structure: true,
    establishments: 'all',
  },
  oauth: { scopes: 'all', establishments: 'all', claims: 'all' },
};

/** The rights after a change; neither argument is touched. */
export function mergeRights(rights: Rights, patch: RightsPatch): Rights {
  return {
    apiKey: { ...rights.apiKey, ...patch.apiKey },
    oauth: { ...rights.oauth, ...patch.oauth },
  };
}

/** True when a list of grants covers a name or an id. */
export function covers<T>(granted: 'all' | readonly T[], wanted: T): boolean {
  return granted === 'all' || granted.includes(wanted);
}

/** True when an API key may see a person at all. */
export function isSeenByApiKey(person: Person, calendar: Calendar, rights: ApiKeyRights): boolean {
  const { status, position } = calendar.standing(person);
  if (!rights.users) return false;
  if (status === 'upcoming' && !rights.futureEmployees) return false;
  if (status === 'deactivated' && !rights.formerEmployees) return false;
  return covers(rights.establishments, position.position.establishmentId);
}

/** True when an OAuth client may see a person: the applicable position is in one of its establishments. */
export function isSeenByOAuth(person: Person, calendar: Calendar, rights: OAuthRights): boolean {
  return (
    rights.establishments === 'all' ||
    covers(rights.establishments, calendar.standing(person).position.position.establishmentId)
  );
}
