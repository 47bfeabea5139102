/** Groups without their members: which are made, adopted, renamed or let go. */
import type { GroupLink } from '../../identity/person.js';
import { isJsonObject, type JsonObject } from '../../json.js';
import { own } from '../../scim/path.js';
import { leftAlone } from '../reconcile/notes.js';
import { exactlySame } from '../shape/compare.js';
import { diffBodies } from '../shape/diff.js';
import type { Fault } from '../shape/fit.js';
import { createGroupShaper } from '../shape/group-body.js';
import { holdStill } from '../shape/leaves.js';
import { type Claimant, settleClaims } from './claims.js';
import { isDeletionDue } from './deletion.js';
import { type Draft, fileFaults, takenIds } from './draft.js';
import { type DesiredGroup, linkedId, writesMembersOnly } from './input.js';
import { whatChanged } from './linked.js';
import { createRemoteIndex, type Match, type MatchKey, matchResource } from './match.js';
import { isHeldFast, whereAny } from './members.js';
import { labelOf } from './names.js';
import { notThere } from './newcomers.js';
import type { GroupOperation, ReleaseGroup } from './operation.js';
import { notSearchable } from './searching.js';

export interface GroupPlan {
  operations: GroupOperation[];
  releases: ReleaseGroup[];
  /** Groups that exist on the target or will, with the target ids of the members that are there already. */
  present: { group: DesiredGroup; label: string; ledger: readonly string[] }[];
}

export function planGroups(groups: readonly DesiredGroup[], draft: Draft): GroupPlan {
  const plan: GroupPlan = { operations: [], releases: [], present: [] };
  const search = createSearch(draft);
  const candidates = settleClaims(findCandidates(groups, search, draft));
  for (const candidate of candidates) {
    const { group, label, faults } = candidate;
    const link = draft.input.groupLinks.get(group.id);
    const targetId = linkedId(link);
    const planned =
      link !== undefined && targetId !== null
        ? planKnown(candidate, link, targetId, draft)
        : planNew(candidate, search, draft);
    if (planned === undefined) continue;
    if (planned.operation !== undefined) {
      plan.operations.push(planned.operation);
      fileFaults(draft, faults, recordOf(candidate));
    }
    plan.present.push({ group, label, ledger: planned.ledger });
  }
  releaseUnwanted(new Set(groups.map(({ id }) => id)), draft, plan);
  return plan;
}

/** A group that is to be on the target. */
interface Candidate extends Claimant {
  group: DesiredGroup;
  label: string;
  body: JsonObject;
  faults: readonly Fault[];
}

type Search = (body: JsonObject, keys: readonly MatchKey[]) => Match;

/** Looks among the groups of the target. */
function createSearch({ input }: Draft): Search {
  const { remote, groupLinks, capabilities } = input;
  const index = createRemoteIndex(remote?.groups ?? [], capabilities.userNameCaseExact);
  const taken = takenIds(groupLinks);
  return (body, keys) =>
    matchResource(body, index, { keys, taken, userNameCaseExact: false, emailApproved: false });
}

function findCandidates(groups: readonly DesiredGroup[], search: Search, draft: Draft): Candidate[] {
  const { groupLinks, profile, capabilities } = draft.input;
  const shape = createGroupShaper(profile, capabilities);
  const keys = writesMembersOnly(draft.input)
    ? (['externalId', 'displayName'] as const)
    : profile.groups.adoptBy;
  return groups.flatMap((group) => {
    const label = labelOf(group.attributes, group.id);
    const { body, faults } = shape(group.attributes, group.id);
    const candidate = { subject: group.id, group, label, body, faults };
    const isImpossible = faults.some(({ severity }) => severity === 'error');
    if (isImpossible && fileFaults(draft, faults, recordOf(candidate))) return [];
    const isLinked = linkedId(groupLinks.get(group.id)) !== null;
    return [{ ...candidate, match: isLinked ? { kind: 'none', contested: new Set() } : search(body, keys) }];
  });
}

function recordOf({ subject, label }: Pick<Candidate, 'subject' | 'label'>) {
  return { kind: 'group' as const, subject, label };
}

interface Planned {
  operation?: GroupOperation;
  ledger: readonly string[];
}

function planKnown(
  { group, label, body: wanted }: Candidate,
  link: GroupLink,
  targetId: string,
  draft: Draft,
): Planned {
  const held = leftAlone(link);
  const body = held.length > 0 && link.sent !== null ? holdStill(wanted, link.sent, held) : wanted;
  // What a reading that was not complete lacks is not taken away: the head of a department may be among those it did not show.
  const removals = draft.input.complete;
  const changes = diffBodies(link.sent ?? {}, body, { same: exactlySame, removals, takes: () => true });
  if (changes.length === 0 || writesMembersOnly(draft.input)) {
    draft.unchanged += 1;
    return { ledger: link.members };
  }
  const reason = whatChanged(changes, link);
  const operation = {
    id: `update-group:${group.id}`,
    kind: 'update-group' as const,
    subject: group.id,
    label,
    reason,
    changes,
    targetId,
    body,
  };
  return { operation, ledger: link.members };
}

function planNew(candidate: Candidate, search: Search, draft: Draft): Planned | undefined {
  const { group, label, body, match } = candidate;
  const { remote, groupLinks, vanished } = draft.input;
  const record = recordOf(candidate);
  if (match.kind === 'conflict') {
    draft.skipped.push({ ...match, ...record, severity: 'error' });
    return undefined;
  }
  if (match.kind === 'taken' || match.kind === 'claimed') {
    draft.skipped.push({ ...linkedElsewhere(match), ...record, severity: 'error' });
    return undefined;
  }
  if (match.kind === 'adopt') {
    const members = wantedMembers(match.resource, group, draft);
    const changes = writesMembersOnly(draft.input)
      ? []
      : diffBodies(match.resource, body, { same: draft.echoSame, removals: false, takes: () => true });
    const reason = `a group with the same ${match.by} is on the target already`;
    const operation = {
      id: `adopt-group:${group.id}`,
      kind: 'adopt-group' as const,
      subject: group.id,
      label,
      reason,
      changes,
      targetId: match.targetId,
      body: writesMembersOnly(draft.input) ? {} : body,
      members,
    };
    return { operation, ledger: members };
  }
  if (writesMembersOnly(draft.input) && remote !== null) {
    draft.skipped.push(notThere(record));
    return undefined;
  }
  const interrupted = groupLinks.get(group.id)?.state === 'intent';
  const homonym = search(body, ['displayName']);
  // Where an earlier create may have made it, it is looked at again before it is made or refused (R21).
  if (homonym.kind === 'adopt' && !interrupted) {
    draft.skipped.push({
      code: 'GROUP_NAME_TAKEN',
      severity: 'warning',
      ...record,
      message: `The group ${homonym.targetId} on the target has the same name and was not made by the bridge.`,
      remedy:
        'To hand it over, set groups.adoptBy: [externalId, displayName] in the options of the target; otherwise rename one of the two.',
    });
    return undefined;
  }
  if (remote?.unsearchable?.has(group.id)) {
    draft.skipped.push(notSearchable(record));
    return undefined;
  }
  const operation = {
    id: `create-group:${group.id}`,
    kind: 'create-group' as const,
    subject: group.id,
    label,
    reason: whyCreated(interrupted, vanished?.has(group.id) ?? false),
    changes: [],
    body,
    lookFirst: interrupted || remote === null || !remote.complete.groups,
  };
  return { operation, ledger: [] };
}

function linkedElsewhere(match: Extract<Match, { kind: 'taken' | 'claimed' }>) {
  const there = `The group ${match.targetId} on the target`;
  return {
    code: 'DUPLICATE_GROUP_NAME',
    message:
      match.kind === 'taken'
        ? `${there} has the same ${match.by} but is that of another unit of Lucca.`
        : `${there} fits ${match.subjects.length} units of Lucca (${match.subjects.join(', ')}); it goes to ${match.goesTo ?? 'none of them'}.`,
    remedy:
      'Rename all of the units but one in Lucca, or give their kind a name in the mapping that tells them apart.',
    candidates: { on: match.by, targetIds: [match.targetId] },
  };
}

function whyCreated(interrupted: boolean, vanished: boolean): string {
  if (vanished) return 'the group has vanished from the target';
  return interrupted ? 'an earlier run was interrupted while creating the group' : 'not on the target yet';
}

/** Members that an adopted group has already and should have; the others in it are none of our business (R22). */
function wantedMembers(remote: JsonObject, group: DesiredGroup, draft: Draft): string[] {
  const wanted = new Set(
    group.members.flatMap((id) => linkedId(draft.input.links.get(id)) ?? draft.arriving.get(id) ?? []),
  );
  const members = Array.isArray(remote.members) ? remote.members : [];
  const ids = members.map((member) => (isJsonObject(member) ? own(member, 'value') : member));
  return ids.filter((id): id is string => typeof id === 'string' && wanted.has(id));
}

/**
 * A linked group that nobody wants any more: left alone, or emptied of our members, as the profile says; and, where it says so,
 * deleted when it has been empty for long enough.
 */
function releaseUnwanted(wanted: ReadonlySet<string>, draft: Draft, plan: GroupPlan): void {
  const { groups, deleteAfterDays } = draft.input.profile;
  const mode = groups.release;
  const personOf = (targetId: string) => draft.taken.get(targetId);
  if (mode === 'keep' || writesMembersOnly(draft.input)) return;
  for (const [id, link] of draft.input.groupLinks) {
    const targetId = linkedId(link);
    if (targetId === null || wanted.has(id)) continue;
    const isEmpty = link.members.length === 0;
    const stays = new Set(link.members.filter((member) => isHeldFast(personOf(member), member, id, draft)));
    const remove = link.members.filter((member) => !stays.has(member));
    if (!isEmpty && remove.length === 0) continue;
    if (isEmpty && !(mode === 'delete' && isDeletionDue(link, draft.input))) continue;
    const days = `${deleteAfterDays} days`;
    const fate =
      mode === 'empty' ? '' : isEmpty ? `; deleted after ${days} empty` : `; deleted ${days} later`;
    plan.releases.push({
      id: `release-group:${id}`,
      kind: 'release-group',
      subject: id,
      label: labelOf(link.sent, id),
      reason: `Lucca no longer has this unit, or its kind is no longer pushed${fate}`,
      changes: [],
      targetId,
      mode: isEmpty ? 'delete' : 'empty',
      remove,
      ...whereAny({ add: [], remove: [...stays] }),
    });
  }
}
