/** One batch of memberships as a request: by PATCH or PUT, as the target takes them, and what of it did not arrive (R23). */
import { isJsonObject, type JsonObject } from '../../json.js';
import { printFilter } from '../../scim/filter/print.js';
import { own } from '../../scim/path.js';
import { readPage } from '../client/list-page.js';
import { idOf } from '../client/resource-id.js';
import { pathOf } from '../client/target-client.js';
import { TargetError } from '../client/target-error.js';
import type { TargetProfile } from '../profile.js';
import { membersOf } from '../reconcile/members-sight.js';
import { type Addressed, ownAnswer, readOwn } from './answers.js';
import type { ApplyContext } from './context.js';
import { isUnsupported, patchAll, refuse } from './patch-trial.js';
import type { MemberChange } from './refusals.js';
import { merge, usesPatch } from './write.js';

/** Changes of one group, and the group. */
export interface Batch {
  groupId: string;
  addressed: Addressed;
  changes: readonly MemberChange[];
}

/** What a PUT of members has shown in this run. */
export interface PutTrial {
  /** It was answered as if it were done, and members were not kept: PATCH is tried first from then on. */
  isIgnored: boolean;
}

/**
 * Writes the changes; what a PUT was seen not to keep is sent once more by PATCH, where the target takes that.
 * @returns target ids of the members whose change the target took without an error and did not make
 * @throws TargetError when the target refuses or fails
 */
export async function sendMembers(batch: Batch, context: ApplyContext): Promise<ReadonlySet<string>> {
  const isByPut = context.profile.groups.members === 'put' && !context.putTrial.isIgnored;
  if (!isByPut && usesPatch(context)) {
    try {
      return findUnkept(await patchMembers(batch, context), batch, context);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      refuse(context, pathTo(batch), error);
    }
  }
  const unkept = await putMembers(batch, context);
  if (unkept.size === 0 || !usesPatch(context)) return unkept;
  const lost = { ...batch, changes: batch.changes.filter(({ targetId }) => unkept.has(targetId)) };
  try {
    const answer = await patchMembers(lost, context);
    context.putTrial.isIgnored = true;
    return findUnkept(answer, lost, context);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    return unkept;
  }
}

/** Whether a group shows members, and these as they are to be. */
export function showsChanges({ members }: JsonObject, changes: readonly MemberChange[]): boolean {
  if (!Array.isArray(members)) return false;
  const there = membersOf({ members });
  return changes.every(({ op, targetId }) => there.has(targetId) === (op === 'add'));
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

/** The group as it is there with its members changed; the answer, or else the group itself, shows whether they were kept. */
async function putMembers(batch: Batch, context: ApplyContext): Promise<ReadonlySet<string>> {
  const { groupId, addressed, changes } = batch;
  const group = await readOwn(addressed, context);
  const changed = new Set(changes.map(({ targetId }) => targetId));
  const kept = shownMembers(group, groupId, context).filter(
    (member) => !changed.has(String(own(member, 'value'))),
  );
  const wanted = merge(group, [{ path: 'members', after: [...kept, ...addedIn(batch)] }]);
  const answer = ownAnswer(await context.client.replace(pathTo(batch), wanted), addressed, context);
  const shown = answer ?? (await readOwn(addressed, context));
  const added = changes.filter(({ op }) => op === 'add');
  const [first] = added;
  if (first === undefined || membersOf(shown).size > 0) return findUnkept(shown, batch, context);
  const isThere = await hasMember(addressed, first.targetId, context);
  if (isThere === undefined) context.issues.push(unseen(groupId));
  return new Set(isThere === false ? added.map(({ targetId }) => targetId) : []);
}

/** A target that hides its members would lose them to a PUT of none: then our own ledger says who they are. */
function shownMembers(group: JsonObject, groupId: string, context: ApplyContext): JsonObject[] {
  const shown = (Array.isArray(group.members) ? group.members : []).filter(isJsonObject);
  if (shown.length > 0) return shown;
  return (context.groupLink(groupId)?.members ?? []).map((value) => ({ value }));
}

/** Asks a target that shows a group without members whether it has one all the same; undefined where it cannot say. */
async function hasMember(
  { endpoint, targetId }: Addressed,
  member: string,
  { client }: ApplyContext,
): Promise<boolean | undefined> {
  try {
    const filter = printFilter('members.value', 'eq', member);
    const { resources, rows, total, nextCursor } = readPage(await client.get(endpoint, { filter }));
    if (resources.some((resource) => idOf(resource) === targetId)) return true;
    return rows === 0 && (total ?? 0) === 0 && nextCursor === null ? false : undefined;
  } catch (error) {
    if (!(error instanceof TargetError) || !['refused', 'nonsense'].includes(error.kind)) throw error;
    if (error.status === 401) throw error;
    return undefined;
  }
}

/**
 * Target ids whose change is not in the answer: who was taken out and is shown; who was added and is not, where all the others of
 * ours are, so that no list was cut short and none is hidden.
 */
function findUnkept(
  answer: JsonObject | undefined,
  { groupId, changes }: Batch,
  context: ApplyContext,
): Set<string> {
  const there = membersOf(answer ?? {});
  const touched = new Set(changes.map(({ targetId }) => targetId));
  const others = (context.groupLink(groupId)?.members ?? []).filter((id) => !touched.has(id));
  const isWhole = there.size > 0 && others.every((id) => there.has(id));
  return new Set(
    changes.flatMap(({ op, targetId }) => {
      const isKept = op === 'add' ? there.has(targetId) || !isWhole : !there.has(targetId);
      return isKept ? [] : [targetId];
    }),
  );
}

function addedIn({ changes }: Batch): JsonObject[] {
  return changes.filter(({ op }) => op === 'add').map(({ targetId }) => ({ value: targetId }));
}

function pathTo({ addressed }: Batch): string {
  return pathOf(addressed.endpoint, addressed.targetId);
}

function unseen(groupId: string) {
  return {
    code: 'MEMBERS_UNSEEN',
    severity: 'warning' as const,
    subject: { kind: 'group' as const, id: groupId },
    message: `The target took the members of the group ${groupId} by PUT, shows none of them, and cannot be asked for them: whether they arrived is not known.`,
    remedy:
      'Look at the group on the target. Where its members are missing, ask its owner whether PUT takes members, or set groups.members: patch for the target.',
  };
}
