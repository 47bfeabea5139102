/** What a target was found to support. Plain data: it is stored, shown by `check`, and compared with the next discovery. */
import type { Lesson } from './lessons.js';
import type { TargetProfile } from './profile.js';

export interface AttributeCapability {
  name: string;
  multiValued: boolean;
  readOnly: boolean;
  caseExact: boolean;
  /** Names of the sub-attributes; null for a simple attribute. */
  subAttributes: string[] | null;
}

export interface Capabilities {
  /** ISO instant of the discovery; null when nothing was asked. */
  at: string | null;
  /** False when ServiceProviderConfig could not be had: every flag below is then a guess, and the profile decides instead. */
  known: boolean;
  patch: boolean;
  bulk: { supported: boolean; maxOperations: number; maxPayloadSize: number };
  filter: { supported: boolean; maxResults: number | null };
  sort: boolean;
  etag: boolean;
  /** RFC 9865 `pagination`; null when the target does not say. */
  pagination: {
    cursor: boolean;
    index: boolean;
    defaultMethod: 'cursor' | 'index';
    maxPageSize: number | null;
  } | null;
  /** Null when ResourceTypes does not say, and the endpoint is not known to be missing. */
  groups: boolean | null;
  usersEndpoint: string;
  groupsEndpoint: string;
  /** Attributes by schema URN; null when Schemas could not be had. */
  schemas: Record<string, AttributeCapability[]> | null;
  userNameCaseExact: boolean;
  /** What was asked for and not given, in words, for `check`. */
  notes: string[];
  /** What its answers taught since; the values above say what follows from that. */
  lessons?: Lesson[];
  /** The form of PATCH that it was found to take, whatever the profile says. */
  patchForm?: 'op-per-path' | 'one-object';
  /** It was found to take one operation in a PATCH, and no more. */
  patchApart?: boolean;
  /** It was found to take no write without If-Match. */
  versions?: boolean;
}

/** Supports nothing known, and knows that it is only a fallback. */
export function fallbackCapabilities(): Capabilities {
  return {
    at: null,
    known: false,
    patch: false,
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: false, maxResults: null },
    sort: false,
    etag: false,
    pagination: null,
    groups: null,
    usersEndpoint: '/Users',
    groupsEndpoint: '/Groups',
    schemas: null,
    userNameCaseExact: false,
    notes: [],
  };
}

/** Whether groups are pushed: as the profile says, or as the target says where the profile leaves it to it. */
export function pushesGroups({ groups }: TargetProfile, capabilities: Capabilities): boolean {
  if (groups.enabled === 'auto') return capabilities.groups ?? true;
  return groups.enabled === 'on' || (groups.enabled === 'if-listed' && capabilities.groups === true);
}

/** Within which limits writes travel together; null when the target has no Bulk, or the profile wants none. */
export function bulkLimits(
  { bulk: wanted }: TargetProfile,
  { known, bulk }: Capabilities,
): { maxOperations: number; maxPayloadSize: number } | null {
  if (wanted === 'off' || !known || !bulk.supported) return null;
  const maxOperations = Math.min(bulk.maxOperations || USUAL_OPERATIONS, MOST_OPERATIONS);
  return maxOperations < 2 ? null : { maxOperations, maxPayloadSize: bulk.maxPayloadSize || USUAL_PAYLOAD };
}

/** For a target that says nothing of its limits, and against one that promises too much. */
const USUAL_OPERATIONS = 100;
const MOST_OPERATIONS = 500;
const USUAL_PAYLOAD = 1_000_000;
