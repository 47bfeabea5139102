/** What a simulated target does that RFC 7644 does not ask for, one switch for each habit. All of them may be turned at run time. */
import type { TargetFault } from './faults.js';

/** Something that goes wrong with every nth request. */
export interface Trouble {
  fault: TargetFault;
  /** 3 = the third, the sixth, the ninth … of the requests that count. */
  every: number;
  /** Which methods count; all when left out. */
  methods?: readonly string[];
}

/** So many requests in so many seconds, then 429. */
export interface Allowance {
  requests: number;
  seconds: number;
  methods?: readonly string[];
  /** Beginning of the path: `/Users`. */
  path?: string;
}

export interface TargetSwitches {
  /** 400 without a User-Agent header. */
  needsUserAgent: boolean;
  /** Methods that do not exist, as in `PUT /Groups`: 405. */
  refusedMethods: readonly string[];
  /** Attributes without which a person is refused, in POST and PUT. */
  required: readonly string[];
  /** A userName that is no e-mail address is refused. */
  userNameIsEmail: boolean;
  /** Characters that a value may have, by attribute. */
  maxLength: Readonly<Record<string, number>>;
  /** Characters refused in every value. */
  refusedCharacters: string;
  /** Characters refused in single attributes. */
  refusedIn: Readonly<Record<string, string>>;
  /** How many values a list may have; where it is one, that one must be primary. */
  maxValues: Readonly<Record<string, number>>;
  /** PATCH paths with a value filter are refused. */
  refusesValuePaths: boolean;
  /** Attributes that are set once: a PATCH that names them is refused. */
  frozen: readonly string[];
  /** Filters that are understood, by attribute; null = all. */
  filters: readonly string[] | null;
  /** Names that filters have for attributes, as in `{ email: 'emails.value' }`. */
  filterNames: Readonly<Record<string, string>>;
  /** What becomes of the others: 400, everybody is listed, nobody is. */
  otherFilters: 'refused' | 'ignored' | 'empty';
  /** startIndex means nothing; a cursor drops the total. */
  cursorOnly: boolean;
  /** The second page and those that follow begin one row too early, or one too late. */
  shiftingPages: 'no' | 'repeat' | 'skip';
  /** Membership changes in one request; more are refused. */
  memberLimit: number | null;
  /** Replacing or removing all members at once is refused. */
  keepsAllMembers: boolean;
  /** How members are taken out by PATCH: `members[value eq "x"]`, `members` with a value, or either. */
  memberRemoval: 'path' | 'value' | 'any';
  /** The person who was made as the nth cannot be a member: 400 for the whole request. */
  poisonedMember: number | null;
  /** A PUT of a group leaves its members as they were. */
  putIgnoresMembers: boolean;
  /** Writes are answered as if they had been done. */
  doesNothing: boolean;
  /** Attributes that are taken and not kept. */
  drops: readonly string[];
  /** Attributes that are kept in lower case. */
  lowerCases: readonly string[];
  /** Attributes shown as "" where they have no value. */
  blanks: readonly string[];
  /** Groups are shown without members. */
  hidesMembers: boolean;
  /** Attributes that lists leave out and single reads show. */
  listOmits: readonly string[];
  /** Answers show booleans as "true", the manager as a bare string, and one number instead of a list of one. */
  otherShapes: boolean;
  /** Answers show booleans as "true". */
  booleansAsText: boolean;
  /** Inactive people are shown under a hash instead of their userName. */
  hidesSuspended: boolean;
  /** Reads do not see what the last so many requests wrote, in the last two seconds. */
  staleReads: number;
  /** 500 for a write that comes while so many others are under way. */
  writesAtOnce: number | null;
  rates: readonly Allowance[];
  /** Whether 429 says when to come back. */
  retryAfter: boolean;
  /** Form of error bodies. */
  errorBody: 'scim' | 'slack' | 'aws' | 'html';
  /** Where ServiceProviderConfig is. */
  configPath: '/ServiceProviderConfig' | '/ServiceProviderConfigs';
  /** Discovery documents that do not exist, as in `/Schemas`. */
  missing: readonly string[];
  trouble: readonly Trouble[];
}

export const PLAIN_SWITCHES: TargetSwitches = {
  needsUserAgent: false,
  refusedMethods: [],
  required: [],
  userNameIsEmail: false,
  maxLength: {},
  refusedCharacters: '',
  refusedIn: {},
  maxValues: {},
  refusesValuePaths: false,
  frozen: [],
  filters: null,
  filterNames: {},
  otherFilters: 'refused',
  cursorOnly: false,
  shiftingPages: 'no',
  memberLimit: null,
  keepsAllMembers: false,
  memberRemoval: 'any',
  poisonedMember: null,
  putIgnoresMembers: false,
  doesNothing: false,
  drops: [],
  lowerCases: [],
  blanks: [],
  hidesMembers: false,
  listOmits: [],
  otherShapes: false,
  booleansAsText: false,
  hidesSuspended: false,
  staleReads: 0,
  writesAtOnce: null,
  rates: [],
  retryAfter: true,
  errorBody: 'scim',
  configPath: '/ServiceProviderConfig',
  missing: [],
  trouble: [],
};
