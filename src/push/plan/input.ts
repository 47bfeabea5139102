/** What a plan is made of. */
import type { GroupLink, Link } from '../../identity/person.js';
import type { JsonObject } from '../../json.js';
import type { Lifecycle } from '../../mapping/translation.js';
import type { Capabilities } from '../capabilities.js';
import type { TargetProfile } from '../profile.js';

export interface DesiredUser {
  /** Bridge id. */
  id: string;
  /** Effective attributes in canonical spelling; references carry bridge ids. */
  resource: JsonObject;
  lifecycle: Lifecycle;
  inScope: boolean;
  /** Why the account must be inactive whatever the contract says (an IdP or an admin said so), in words. */
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
  /** False when the target could not be searched completely: creates then look again before they create. */
  complete: boolean;
}

export interface PlanInput {
  /** Name of the target in the configuration. */
  target: string;
  /** The instant judged, ISO. */
  at: string;
  users: readonly DesiredUser[];
  /** Null when groups are not pushed. */
  groups: readonly DesiredGroup[] | null;
  /** By bridge id. */
  links: ReadonlyMap<string, Link>;
  groupLinks: ReadonlyMap<string, GroupLink>;
  /** Bridge ids of people whom the reading did not show (R5). */
  missing: ReadonlySet<string>;
  /** Whether the reading proved complete (R4); false holds every removal back. */
  complete: boolean;
  /** Null when the target was not read. */
  remote: RemoteState | null;
  profile: TargetProfile;
  capabilities: Capabilities;
  /** Bridge ids whose adoption by e-mail alone was approved (R14). */
  approvedAdoptions?: ReadonlySet<string>;
}

/** A link that addresses something on the target. */
export function linkedId(link: Link | undefined): string | null {
  return link?.state === 'linked' ? link.targetId : null;
}
