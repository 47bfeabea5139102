/** A plan in the making: what every step of planning reads, and where it puts what it found. */

import type { JsonObject } from '../../json.js';
import { shortPath } from '../../report/show-value.js';
import { onCreateOnly } from '../reconcile/eyes.js';
import { createEchoSame, type Same } from '../shape/compare.js';
import type { Fault } from '../shape/fit.js';
import { createUserShaper, type UserShaper } from '../shape/user-body.js';
import type { Finding } from './finding.js';
import { type DesiredUser, linkedId, type PlanInput } from './input.js';
import { createRemoteIndex, type RemoteIndex } from './match.js';
import type { PersonOperation } from './operation.js';

export interface Draft {
  readonly input: PlanInput;
  readonly desired: ReadonlyMap<string, DesiredUser>;
  readonly shaper: UserShaper;
  /** Towards what the target shows, as opposed to what we last sent. */
  readonly echoSame: Same;
  readonly remoteUsers: RemoteIndex;
  /** Attributes that are the target's own once the account is there. */
  readonly onCreateOnly: readonly string[];
  /** Whose account it is, by the target id, of all linked people. */
  readonly taken: ReadonlyMap<string, string>;
  readonly people: PersonOperation[];
  /** People who get an account by this plan; null while its id is not known. */
  readonly arriving: Map<string, string | null>;
  /** Keys of values that newcomers share with an account of somebody else of ours, as far as that was seen to have them. */
  readonly contested: Map<string, ReadonlySet<string>>;
  readonly skipped: Finding[];
  readonly notes: Finding[];
  unchanged: number;
  outOfScope: number;
}

export function createDraft(input: PlanInput): Draft {
  const { userNameCaseExact } = input.capabilities;
  return {
    input,
    desired: new Map(input.users.map((user) => [user.id, user])),
    shaper: createUserShaper(input.profile, input.capabilities),
    echoSame: createEchoSame({ userNameCaseExact, learned: input.echoes }),
    remoteUsers: createRemoteIndex(input.remote?.users ?? [], userNameCaseExact),
    onCreateOnly: onCreateOnly(input.profile),
    taken: takenIds(input.links),
    people: [],
    arriving: new Map(),
    contested: new Map(),
    skipped: [],
    notes: [],
    unchanged: 0,
    outOfScope: 0,
  };
}

/** Puts other operations in the place of those that the draft has. */
export function replacePeople(draft: Draft, operations: readonly PersonOperation[]): void {
  draft.people.length = 0;
  for (const operation of operations) draft.people.push(operation);
}

/** Bridge ids by target id, of all who are linked. */
export function takenIds(links: PlanInput['links'] | PlanInput['groupLinks']): Map<string, string> {
  const taken = new Map<string, string>();
  for (const [id, link] of links) {
    const targetId = linkedId(link);
    if (targetId !== null) taken.set(targetId, id);
  }
  return taken;
}

/** Files what the target would not take of a record; true when the record cannot be sent at all. */
export function fileFaults(
  draft: { skipped: Finding[]; notes: Finding[] },
  faults: readonly Fault[],
  record: Pick<Finding, 'kind' | 'subject' | 'label'>,
): boolean {
  const errors = faults.filter((fault) => fault.severity === 'error');
  const [first] = errors;
  if (first !== undefined) draft.skipped.push({ ...record, ...first });
  else for (const fault of faults) draft.notes.push({ ...record, ...fault });
  return first !== undefined;
}

/** The attributes concerned, for a reason in words. */
export function namePaths(changes: readonly { path: string }[]): string {
  const names = changes.map(({ path }) => shortPath(path));
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

/** Body of a person whose only change is to become inactive: everything else stays as last sent. */
export function asInactive(sent: JsonObject | null, shaper: UserShaper): JsonObject {
  return shaper.withActive(sent ?? {}, false);
}
