/** What a plan is made of. */
import type { GroupLink, Link } from '../../identity/person.js';
import type { JsonObject } from '../../json.js';
import type { Lifecycle } from '../../mapping/translation.js';
import type { Capabilities } from '../capabilities.js';
import type { TargetProfile } from '../profile.js';
import type { EchoShape } from '../shape/fold.js';

export interface DesiredUser {
  /** Bridge id. */
  id: string;
  /** Effective attributes in canonical spelling; references carry bridge ids. */
  resource: JsonObject;
  lifecycle: Lifecycle;
  inScope: boolean;
  /** What took the person out of scope, in words, as far as it is known. */
  leftScopeBecause?: string | undefined;
  /** An earlier contract that was seen to end, in words: the account must be inactive until the next one starts. */
  inactiveBecause?: string | undefined;
}

/** A TranslatedGroup fits. */
export interface DesiredGroup {
  /** Bridge id. */
  id: string;
  attributes: JsonObject;
  /** Bridge ids; people out of scope are left out by the planner. */
  members: readonly string[];
}

/** What is on the target already, as far as it had to be read for people and groups without a link. */
export interface RemoteState {
  users: readonly JsonObject[];
  groups: readonly JsonObject[];
  /** Of people and of groups: false when they could not be searched completely, and creates look again before they create. */
  complete: Readonly<Record<'users' | 'groups', boolean>>;
  /** Bridge ids of people and groups of whom the target cannot say whether they are there: they are not made. */
  unsearchable?: ReadonlySet<string> | undefined;
}

/**
 * `full`; `upsert-only`: nobody is deactivated and nothing removed; `membership-only`: people and groups are found and never
 * written, only who is in which group.
 */
export const PUSH_MODES = ['full', 'upsert-only', 'membership-only'] as const;
export type PushMode = (typeof PUSH_MODES)[number];

/** What stands for people and groups on the target, by bridge id. */
export interface Linked {
  links: ReadonlyMap<string, Link>;
  groupLinks: ReadonlyMap<string, GroupLink>;
}

export interface PlanInput extends Linked {
  /** Name of the target in the configuration. */
  target: string;
  /** The instant judged, ISO. */
  at: string;
  /** The present instant, ISO, whatever instant is judged: what waits since the target refused it waits by this clock. */
  now: string;
  users: readonly DesiredUser[];
  /** Null when groups are not pushed. */
  groups: readonly DesiredGroup[] | null;
  /** Bridge ids of people whom the reading did not show (R5). */
  missing: ReadonlySet<string>;
  /** Whether the reading proved complete (R4); false holds every removal back. */
  complete: boolean;
  /** Null when the target was not read. */
  remote: RemoteState | null;
  profile: TargetProfile;
  capabilities: Capabilities;
  /** How far the bridge may go on the target (R22); `full` when left out. */
  mode?: PushMode | undefined;
  /** Bridge ids of people and groups whose resource was seen to be gone from the target. */
  vanished?: ReadonlySet<string> | undefined;
  /** How the target writes what it is sent (R25). */
  echoes?: EchoShape | undefined;
  /** Bridge ids whose adoption by e-mail alone was approved (R14). */
  approvedAdoptions?: ReadonlySet<string>;
}

/** A link that addresses something on the target. */
export function linkedId(link: Link | undefined): string | null {
  return link?.state === 'linked' ? link.targetId : null;
}

/** People and groups are matched, and never written. */
export function writesMembersOnly({ mode }: Pick<PlanInput, 'mode'>): boolean {
  return mode === 'membership-only';
}
