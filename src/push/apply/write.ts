/** Brings one resource of the target to the body wanted, in the verb that the target understands. */
import { isJsonObject, type JsonObject } from '../../json.js';
import { own } from '../../scim/path.js';
import { pathOf } from '../client/target-client.js';
import { isParked } from '../plan/parking.js';
import { onCreateOnly } from '../reconcile/eyes.js';
import { leftAlone } from '../reconcile/notes.js';
import { isBlank } from '../shape/compare.js';
import type { Change } from '../shape/diff.js';
import { coversPath, holdStill, leavesOf, readShown } from '../shape/leaves.js';
import { parseTargetPath, withValueAt } from '../shape/target-path.js';
import { type Addressed, ownAnswer, readOwn } from './answers.js';
import { type Attempt, naming } from './conflict.js';
import type { ApplyContext } from './context.js';
import { REFUSED, tryPatch } from './patch-trial.js';
import { orReadBack, showsAll } from './read-back.js';

export interface Written {
  /** Undefined where no answer shows it. */
  resource: JsonObject | undefined;
  changes: readonly Change[];
}

/**
 * One PATCH with the changes; or, where the target has no PATCH, one PUT of the resource as it is there with the changes
 * made in it, so that what is not ours survives (profile `update.put: full` sends our attributes alone, and with `sso: off` spares the read).
 * @returns what was written of it, and the resource as the target has it now, where an answer shows it
 * @throws RecordError that names who holds a value that the target does not take again
 */
export async function writeChanges(
  { kind, targetId, body }: Attempt & { targetId: string },
  changes: readonly Change[],
  context: ApplyContext,
): Promise<Written> {
  if (changes.length === 0) return { resource: undefined, changes };
  const { usersEndpoint, groupsEndpoint } = context.capabilities;
  const addressed = { endpoint: kind === 'person' ? usersEndpoint : groupsEndpoint, targetId, body };
  const ifDone = (shown: JsonObject) =>
    showsAll(shown, changes, context) ? { resource: shown, changes } : null;
  const written = await naming({ kind, body, targetId }, context, () =>
    orReadBack(addressed, context, () => send(context, addressed, changes), ifDone),
  );
  return { ...written, resource: ownAnswer(written.resource, addressed, context) };
}

async function send(
  context: ApplyContext,
  addressed: Addressed,
  changes: readonly Change[],
): Promise<Written> {
  const { endpoint, targetId, body } = addressed;
  const path = pathOf(endpoint, targetId);
  const { client, profile } = context;
  if (usesPatch(context)) {
    const patched = await tryPatch(context, path, changes);
    if (patched !== REFUSED) return { resource: patched, changes };
  }
  if (profile.update.put === 'full' && body.schemas !== undefined && mayWriteAll(targetId, context)) {
    return replaceAll(context, addressed, changes);
  }
  const shown = await readOwn(addressed, context);
  const ours = changes.filter((change) => !isTaken(change, shown, context));
  if (ours.length === 0) return { resource: shown, changes: ours };
  return { resource: await client.replace(path, merge(shown, ours)), changes: ours };
}

/** Our attributes alone; names and addresses that SSO may write are read before, so that what it wrote stays (R26). */
async function replaceAll(
  context: ApplyContext,
  addressed: Addressed,
  changes: readonly Change[],
): Promise<Written> {
  const { client, isSso, echoSame, ownerOf, link } = context;
  const { endpoint, targetId, body } = addressed;
  const path = pathOf(endpoint, targetId);
  const names = [...leavesOf(body)].filter(([name]) => isSso(name));
  const sent = link(ownerOf(targetId) ?? '')?.sent ?? null;
  if (names.length === 0 || sent === null) return { resource: await client.replace(path, body), changes };
  const shown = await readOwn(addressed, context);
  const taken = names.flatMap(([name, after]) => {
    const there = readShown(shown, name);
    const isOurs = echoSame(name, there, after) || echoSame(name, there, readShown(sent, name));
    return isBlank(there) || isParked(there) || isOurs ? [] : [name];
  });
  const kept = holdStill(body, shown, taken);
  const answer = await client.replace(path, kept);
  const ours = changes.filter((change) => !coversPath(taken, change.path));
  return { resource: answer ?? (taken.length === 0 ? undefined : kept), changes: ours };
}

/** SSO has written another name or address since we last wrote there: it is not written over (R26). */
function isTaken(
  { path, before, after }: Change,
  shown: JsonObject,
  { isSso, echoSame }: ApplyContext,
): boolean {
  if (before === undefined || !isSso(path)) return false;
  const there = readShown(shown, path);
  return (
    !isBlank(there) && !isParked(there) && !echoSame(path, there, before) && !echoSame(path, there, after)
  );
}

/** A body of ours alone would write over what is the target's own by now. */
function mayWriteAll(targetId: string, { profile, link, ownerOf }: ApplyContext): boolean {
  const owner = ownerOf(targetId);
  const held = owner === undefined ? [] : leftAlone(link(owner));
  return held.length + onCreateOnly(profile).length === 0;
}

export function usesPatch({
  profile,
  capabilities,
}: Pick<ApplyContext, 'profile' | 'capabilities'>): boolean {
  return profile.update.verb === 'patch' && (capabilities.patch || !capabilities.known);
}

/** The resource as read, with the changes made; read-only members that servers stumble over are left out. */
export function merge(resource: JsonObject, changes: readonly Change[]): JsonObject {
  const { meta: _meta, groups: _groups, ...writable } = resource;
  let body: JsonObject = writable;
  for (const change of changes) body = withValueAt(body, parseTargetPath(change.path), change.after);
  const schemas = Array.isArray(own(body, 'schemas')) ? (body.schemas as unknown[]) : [];
  const extensions = Object.keys(body).filter((key) => key.startsWith('urn:') && isJsonObject(body[key]));
  return { ...body, schemas: [...new Set([...schemas.map(String), ...extensions])] };
}
