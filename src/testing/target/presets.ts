/**
 * The zoo: targets as their makers and users describe them, and targets that nobody would make on purpose. Each is data: what
 * the server is given, and how its switches stand.
 */
import { ENTERPRISE_USER } from '../../scim/schema.js';
import type { TargetSwitches } from './switches.js';

export interface Preset {
  /** What it imitates, in one line. */
  title: string;
  /** The profile of the bridge that is made for it. */
  profile: string;
  /** The whole Authorization header, with TOKEN where the token goes. */
  authorization?: string;
  /** Ids count up from 1 instead of being random. */
  decimalIds?: boolean;
  /** Other schemas than ours; TravelPerk has an extension of its own and no Groups. */
  extension?: 'travelperk';
  bulk?: boolean;
  pageSize?: number;
  maxPageSize?: number;
  managerMustExist?: boolean;
  uniqueGroupNames?: boolean;
  switches?: Partial<TargetSwitches>;
}

const MANAGER = `${ENTERPRISE_USER}:manager`;

export const PRESETS = {
  strict: { title: 'RFC 7643 and 7644 to the letter, with Bulk', profile: 'generic' },
  'travelperk-like': {
    title: 'TravelPerk: ApiKey, the e-mail as userName, managers who exist, no Groups, one filter that works',
    profile: 'travelperk',
    authorization: 'ApiKey TOKEN',
    decimalIds: true,
    extension: 'travelperk',
    bulk: false,
    pageSize: 25,
    maxPageSize: 25,
    managerMustExist: true,
    switches: {
      required: ['userName', 'name.givenName', 'name.familyName'],
      userNameIsEmail: true,
      filters: ['userName'],
      otherFilters: 'ignored',
      blanks: ['name.middleName', 'name.honorificPrefix'],
    },
  },
  'aws-like': {
    title:
      'AWS IAM Identity Center: cursors only, members unreadable, 100 a request, one e-mail, refused characters',
    profile: 'aws-identity-center',
    bulk: false,
    maxPageSize: 100,
    managerMustExist: true,
    uniqueGroupNames: true,
    switches: {
      refusedMethods: ['PUT /Groups'],
      required: ['userName', 'name.givenName', 'name.familyName', 'displayName', 'emails'],
      refusedCharacters: '\t\r\n"<|>;:%',
      maxValues: { emails: 1, phoneNumbers: 1, addresses: 1, roles: 1 },
      filters: ['userName', 'externalId', 'displayName'],
      cursorOnly: true,
      memberLimit: 100,
      keepsAllMembers: true,
      hidesMembers: true,
      errorBody: 'aws',
    },
  },
  'slack-like': {
    title:
      'Slack: userName below 21 characters and never changed, rates by the minute, errors of its own, no /Schemas',
    profile: 'slack',
    bulk: false,
    maxPageSize: 1000,
    switches: {
      required: ['userName', 'emails'],
      maxLength: { userName: 20 },
      frozen: ['userName'],
      refusedIn: { displayName: '@' },
      filters: ['userName', 'email'],
      filterNames: { email: 'emails.value' },
      errorBody: 'slack',
      missing: ['/Schemas'],
      rates: [
        { requests: 1000, seconds: 60, methods: ['GET'] },
        { requests: 300, seconds: 60, methods: ['GET'], path: '/Users/' },
        { requests: 600, seconds: 60, methods: ['POST', 'PUT', 'PATCH', 'DELETE'] },
        ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({
          requests: 180,
          seconds: 60,
          methods: [method],
          path: '/Users',
        })),
      ],
    },
  },
  'github-like': {
    title:
      'GitHub Enterprise Managed Users: User-Agent, 1,000 new people an hour, no value paths, no manager',
    profile: 'github-emu',
    bulk: false,
    switches: {
      needsUserAgent: true,
      required: ['userName', 'externalId', 'name.givenName', 'name.familyName', 'displayName', 'emails'],
      refusesValuePaths: true,
      filters: ['userName', 'externalId', 'id', 'displayName'],
      drops: [MANAGER],
      hidesSuspended: true,
      rates: [{ requests: 1000, seconds: 3600, methods: ['POST'], path: '/Users' }],
    },
  },
  'salesforce-like': {
    title:
      'Salesforce: plural ServiceProviderConfigs, booleans as text, entitlements asked for, nobody deleted',
    profile: 'salesforce',
    bulk: false,
    maxPageSize: 200,
    switches: {
      refusedMethods: ['DELETE /Users'],
      required: ['userName', 'name.familyName', 'emails', 'entitlements'],
      booleansAsText: true,
      configPath: '/ServiceProviderConfigs',
    },
  },
  'zoom-like': {
    title: 'Zoom: lists show less than single reads, externalId means its own id',
    profile: 'generic',
    bulk: false,
    switches: {
      filters: ['userName', 'displayName'],
      otherFilters: 'empty',
      listOmits: [MANAGER, `${ENTERPRISE_USER}:organization`, `${ENTERPRISE_USER}:costCenter`],
    },
  },
  'ignores-filters': {
    title: 'every filter lists everybody',
    profile: 'generic',
    switches: { filters: [], otherFilters: 'ignored' },
  },
  'does-nothing': {
    title: 'writes are answered and not done',
    profile: 'generic',
    bulk: false,
    switches: { doesNothing: true },
  },
  'drops-attributes': {
    title: 'some attributes are taken and not kept',
    profile: 'generic',
    bulk: false,
    switches: { drops: ['title', 'phoneNumbers', `${ENTERPRISE_USER}:costCenter`] },
  },
  'other-shapes': {
    title: 'answers say the same in other words',
    profile: 'generic',
    bulk: false,
    switches: { otherShapes: true, blanks: ['nickName', 'name.middleName'] },
  },
  'stale-reads': {
    title: 'reads lag a few requests behind writes',
    profile: 'generic',
    bulk: false,
    switches: { staleReads: 4 },
  },
  'pages-repeat': {
    title: 'rows come twice while paging',
    profile: 'generic',
    maxPageSize: 5,
    pageSize: 5,
    switches: { shiftingPages: 'repeat' },
  },
  'pages-skip': {
    title: 'rows are lost while paging',
    profile: 'generic',
    maxPageSize: 5,
    pageSize: 5,
    switches: { shiftingPages: 'skip' },
  },
  'few-writers': {
    title: '500 for a write beside two others',
    profile: 'generic',
    bulk: false,
    switches: { writesAtOnce: 2 },
  },
  'commits-then-resets': {
    title: 'every fifth write is done and then not answered',
    profile: 'generic',
    bulk: false,
    switches: {
      trouble: [{ fault: { kind: 'commit-then-reset' }, every: 5, methods: ['POST', 'PUT', 'PATCH'] }],
    },
  },
  throttles: {
    title: '429 with Retry-After, again and again',
    profile: 'generic',
    switches: { trouble: [{ fault: { kind: 'throttle', retryAfter: 7 }, every: 3 }] },
  },
  'throttles-silently': {
    title: '429 without Retry-After, again and again',
    profile: 'generic',
    switches: { trouble: [{ fault: { kind: 'throttle' }, every: 3 }] },
  },
  'html-errors': {
    title: 'every seventh answer is a web page',
    profile: 'generic',
    bulk: false,
    switches: { errorBody: 'html', trouble: [{ fault: { kind: 'html' }, every: 7 }] },
  },
  'poisoned-member': {
    title: 'one person whom no group takes',
    profile: 'generic',
    bulk: false,
    switches: { poisonedMember: 3 },
  },
  'put-ignores-members': {
    title: 'PUT leaves the members of a group as they were',
    profile: 'generic',
    bulk: false,
    switches: { putIgnoresMembers: true },
  },
  'case-changing': {
    title: 'names of accounts and addresses are kept in lower case',
    profile: 'generic',
    bulk: false,
    switches: { lowerCases: ['userName', 'emails'] },
  },
  slow: {
    title: 'every tenth answer comes late',
    profile: 'generic',
    switches: { trouble: [{ fault: { kind: 'slow', milliseconds: 5 }, every: 10 }] },
  },
  truncated: {
    title: 'every sixth answer is cut off',
    profile: 'generic',
    bulk: false,
    switches: { trouble: [{ fault: { kind: 'truncated' }, every: 6 }] },
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof PRESETS;

/** The members of the zoo. */
export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];
