/** One batch of memberships as one request: by PATCH or PUT, as the target takes them (R23). */
import { isJsonObject, type JsonObject } from '../../json.js';
import { printFilter } from '../../scim/filter/print.js';
import { own } from '../../scim/path.js';
import { pathOf } from '../client/target-client.js';
import { linkedId } from '../plan/input.js';
import type { TargetProfile } from '../profile.js';
import { ownAnswer, readOwn } from './answers.js';
import type { ApplyContext } from './context.js';
import { allOf, type Batch, type Fates, judgeShown, lookAtMembers, unmadeIn } from './members-arrived.js';
import { isUnsupported, patchAll, refuse } from './patch-trial.js';
import type { MemberChange } from './refusals.js';
import { merge, usesPatch } from './write.js';

/**
 * What became of the changes, and of whatever else the request wrote again.
 * @throws TargetError when the target refuses or fails
 */
export type SendMembers = (batch: Batch, context: ApplyContext) => Promise<Sent>;

export interface Sent {
  fates: Fates;
  /** What PUT was seen not to keep may be sent once more, by `sendByPatch`. */
  mayPatch: boolean;
}

/** In the form that the profile says and this run has not disproved. */
export const sendMembers: SendMembers = async (batch, context) => {
  const isByPut = context.profile.groups.members === 'put' && !context.memberTrial.isPutIgnored;
  if (isByPut || !usesPatch(context)) return sendByPut(batch, context);
  try {
    const answer = await patchMembers(batch, context);
    return { fates: judgeShown(batch, answer ?? {}, context), mayPatch: false };
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    refuse(context, pathTo(batch), error);
    return { ...(await sendByPut(batch, context)), mayPatch: false };
  }
};

/** What a PUT was seen not to keep, and so is looked for afterwards; where the target has no PATCH it stays undone. */
export const sendByPatch: SendMembers = async (batch, context) => {
  try {
    const fates = await lookAtMembers(batch, await patchMembers(batch, context), context);
    if ([...fates.values()].includes('made')) context.memberTrial.isPutIgnored = true;
    return { fates, mayPatch: false };
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    return { fates: allOf(batch, 'unmade'), mayPatch: false };
  }
};

async function sendByPut(batch: Batch, context: ApplyContext): Promise<Sent> {
  const whole = { ...batch, changes: [...writtenBefore(batch, context), ...batch.changes] };
  const fates = await lookAtMembers(whole, await putMembers(whole, context), context);
  return { fates, mayPatch: unmadeIn(fates).length > 0 && usesPatch(context) };
}

async function patchMembers(batch: Batch, context: ApplyContext): Promise<JsonObject | undefined> {
  const { removal } = context.profile.groups;
  const removed = batch.changes.filter(({ op }) => op === 'remove').map(({ targetId }) => targetId);
  const added = addedIn(batch);
  const add: JsonObject[] = added.length === 0 ? [] : [{ op: 'add', path: 'members', value: added }];
  const answer = await patchAll(context, pathTo(batch), [...add, ...removalOf(removed, removal)]);
  return ownAnswer(answer, batch.addressed, context);
}

/** RFC 7644 section 3.5.2.2, or the form of Entra, which servers that keep to the RFC take for the removal of all. */
function removalOf(ids: readonly string[], form: TargetProfile['groups']['removal']): JsonObject[] {
  if (ids.length === 0) return [];
  return form === 'value'
    ? [{ op: 'remove', path: 'members', value: ids.map((value) => ({ value })) }]
    : ids.map((id) => ({ op: 'remove', path: `members[${printFilter('value', 'eq', id)}]` }));
}

/** The group as it is there, with its members changed. */
async function putMembers(batch: Batch, context: ApplyContext): Promise<JsonObject | undefined> {
  const { groupId, addressed, changes } = batch;
  const group = await readOwn(addressed, context);
  const changed = new Set(changes.map(({ targetId }) => targetId));
  const kept = shownMembers(group, groupId, context).filter(
    (member) => !changed.has(String(own(member, 'value'))),
  );
  const wanted = merge(group, [{ path: 'members', after: [...kept, ...addedIn(batch)] }]);
  return ownAnswer(await context.client.replace(pathTo(batch), wanted), addressed, context);
}

/** A target that hides its members would lose them to a PUT of none: then our own ledger says who they are. */
function shownMembers(group: JsonObject, groupId: string, context: ApplyContext): JsonObject[] {
  const shown = (Array.isArray(group.members) ? group.members : []).filter(isJsonObject);
  if (shown.length > 0) return shown;
  return (context.groupLink(groupId)?.members ?? []).map((value) => ({ value }));
}

/** What this run has done to the group already: a PUT of what a lagging answer shows would undo it. */
function writtenBefore({ groupId, addressed, changes }: Batch, context: ApplyContext): MemberChange[] {
  const known = context.knownGroupLink(groupId);
  const before = linkedId(known) === addressed.targetId ? (known?.members ?? []) : [];
  const now = context.groupLink(groupId)?.members ?? [];
  const touched = new Set(changes.map(({ targetId }) => targetId));
  const done = (op: MemberChange['op'], those: readonly string[], others: readonly string[]) => {
    const without = new Set(others);
    return those
      .filter((id) => !without.has(id) && !touched.has(id))
      .map((targetId) => ({ op, targetId, personId: context.ownerOf(targetId) ?? null }));
  };
  return [...done('add', now, before), ...done('remove', before, now)];
}

function addedIn({ changes }: Batch): JsonObject[] {
  return changes.filter(({ op }) => op === 'add').map(({ targetId }) => ({ value: targetId }));
}

function pathTo({ addressed }: Batch): string {
  return pathOf(addressed.endpoint, addressed.targetId);
}
