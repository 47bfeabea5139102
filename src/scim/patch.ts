/** PATCH (RFC 7644 section 3.5.2), as the RFC says and as real clients send it. */
import type { JsonObject } from '../json.js';
import { applyOperation } from './patch/apply.js';
import { Draft, type PatchResult } from './patch/draft.js';
import { readOperations } from './patch/request.js';
import type { ResourceType } from './registry.js';

export type { PatchResult } from './patch/draft.js';
export { PATCH_OP } from './patch/request.js';

/**
 * Applies the body of a PATCH request to a canonical resource of a type: all operations in their order, or none. `resource`
 * is never written to; what comes back shares what is unchanged, and is `resource` itself when nothing changed. Linear in
 * the size of the body and of the lists that it names.
 *
 * Lenient mode (the default) passes over unknown attributes and over what the server owns (id, meta, groups, schemas), takes
 * the forms of Okta, Entra and JumpCloud, and creates the element that a filter such as `type eq "work"` does not find;
 * `strict` answers all of those as the RFC text does.
 *
 * Throws a ScimError: invalidSyntax for the shape of the body, invalidPath, invalidFilter, invalidValue, noTarget,
 * mutability; payloadTooLarge for operations that would search millions of values.
 */
export function applyPatch(
  resource: JsonObject,
  body: unknown,
  type: ResourceType,
  options: { strict?: boolean } = {},
): PatchResult {
  const draft = new Draft(resource, type);
  for (const operation of readOperations(body)) applyOperation(draft, operation, options.strict ?? false);
  return draft.finish();
}
