/** Groups without their members: which are made, adopted, renamed or let go. */
import type { GroupLink } from '../../identity/person.js';
import { isJsonObject, type JsonObject } from '../../json.js';
import { own } from '../../scim/path.js';
import { leftAlone } from '../reconcile/notes.js';
import { exactlySame } from '../shape/compare.js';
import { diffBodies } from '../shape/diff.js';
import { createGroupShaper } from '../shape/group-body.js';
import { holdStill } from '../shape/leaves.js';
import { isDeletionDue } from './deletion.js';
import { type Draft, fileFaults, takenIds } from './draft.js';
import { type DesiredGroup, linkedId, writesMembersOnly } from './input.js';
import { whatChanged } from './linked.js';
import { createRemoteIndex, matchResource } from './match.js';
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
  const { groupLinks, profile, capabilities } = draft.input;
  const shape = createGroupShaper(profile, capabilities);
  const index = createRemoteIndex(draft.input.remote?.groups ?? [], capabilities.userNameCaseExact);
  const taken = takenIds(groupLinks);
  for (const group of groups) {
    const label = labelOf(group.attributes, group.id);
    const { body, faults } = shape(group.attributes, group.id);
    const record = { kind: 'group' as const, subject: group.id, label };
    if (faults.some(({ severity }) => severity === 'error') && fileFaults(draft, faults, record)) continue;
    const link = groupLinks.get(group.id);
    const targetId = linkedId(link);
    const planned =
      link !== undefined && targetId !== null
        ? planKnown(group, label, body, link, targetId, draft)
        : planNew(group, label, body, index, taken, draft);
    if (planned === undefined) continue;
    if (planned.operation !== undefined) {
      plan.operations.push(planned.operation);
      fileFaults(draft, faults, record);
    }
    plan.present.push({ group, label, ledger: planned.ledger });
  }
  releaseUnwanted(new Set(groups.map(({ id }) => id)), draft, plan);
  return plan;
}

interface Planned {
  operation?: GroupOperation;
  ledger: readonly string[];
}

function planKnown(
  group: DesiredGroup,
  label: string,
  wanted: JsonObject,
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

function planNew(
  group: DesiredGroup,
  label: string,
  body: JsonObject,
  index: ReturnType<typeof createRemoteIndex>,
  taken: ReadonlyMap<string, string>,
  draft: Draft,
): Planned | undefined {
  const { profile, remote, groupLinks, vanished } = draft.input;
  const options = { userNameCaseExact: false, taken, emailApproved: false };
  const byNameToo = writesMembersOnly(draft.input);
  const keys = byNameToo ? (['externalId', 'displayName'] as const) : profile.groups.adoptBy;
  const match = matchResource(body, index, { ...options, keys });
  if (match.kind === 'conflict') {
    draft.skipped.push({ ...match, severity: 'error', kind: 'group', subject: group.id, label });
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
  if (byNameToo && remote !== null) {
    draft.skipped.push(notThere({ kind: 'group', subject: group.id, label }));
    return undefined;
  }
  const homonym = matchResource(body, index, { ...options, keys: ['displayName'] });
  if (homonym.kind === 'adopt') {
    draft.skipped.push({
      code: 'GROUP_NAME_TAKEN',
      severity: 'warning',
      kind: 'group',
      subject: group.id,
      label,
      message: `The group ${homonym.targetId} on the target has the same name and was not made by the bridge.`,
      remedy:
        'To hand it over, set groups.adoptBy: [externalId, displayName] in the options of the target; otherwise rename one of the two.',
    });
    return undefined;
  }
  if (remote?.unsearchable?.has(group.id)) {
    draft.skipped.push(notSearchable({ kind: 'group', subject: group.id, label }));
    return undefined;
  }
  const interrupted = groupLinks.get(group.id)?.state === 'intent';
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
  if (mode === 'keep' || writesMembersOnly(draft.input)) return;
  for (const [id, link] of draft.input.groupLinks) {
    const targetId = linkedId(link);
    if (targetId === null || wanted.has(id)) continue;
    const isEmpty = link.members.length === 0;
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
      remove: link.members,
    });
  }
}
