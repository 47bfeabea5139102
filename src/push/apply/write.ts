/** Brings one resource of the target to the body wanted, in the verb that the target understands. */
import { isJsonObject, type JsonObject } from '../../json.js';
import { own } from '../../scim/path.js';
import { pathOf } from '../client/target-client.js';
import type { Change } from '../shape/diff.js';
import { toPatchOperations } from '../shape/patch-operations.js';
import { parseTargetPath, withValueAt } from '../shape/target-path.js';
import type { ApplyContext } from './context.js';

/**
 * One PATCH with the changes; or, where the target has no PATCH, one PUT of the resource as it is there with the changes
 * made in it, so that what is not ours survives (profile `update.put: full` sends our attributes alone and spares the read).
 */
export async function writeChanges(
  context: ApplyContext,
  endpoint: string,
  targetId: string,
  changes: readonly Change[],
  body: JsonObject,
): Promise<void> {
  if (changes.length === 0) return;
  const path = pathOf(endpoint, targetId);
  if (usesPatch(context)) {
    await context.client.patch(path, toPatchOperations(changes, context.profile.update));
  } else if (context.profile.update.put === 'full' && body.schemas !== undefined) {
    await context.client.replace(path, body);
  } else {
    await context.client.replace(path, merge(await context.client.get(path), changes));
  }
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
