/** Conditional requests by entity tag (RFC 7644 section 3.14, RFC 9110 section 13). SCIM's tags are weak, so the comparison is. */
import type { IncomingMessage } from 'node:http';
import { preconditionFailed, preconditionRequired } from '../scim/errors.js';
import type { StoredResource } from './backend.js';

/** True when a list of entity tags (`*`, or tags separated by commas) names the version. */
function namesVersion(tags: string, version: string): boolean {
  if (tags.trim() === '*') return true;
  const wanted = opaqueTag(version);
  return tags.split(',').some((tag) => opaqueTag(tag) === wanted);
}

function opaqueTag(tag: string): string {
  return tag
    .trim()
    .replace(/^W\//i, '')
    .replace(/^"(.*)"$/, '$1');
}

/**
 * What must hold for the present version before a write. `ifMatch` is the If-Match header or the `version` of a bulk
 * operation. Throws 412 when it names other versions, 428 when it is missing and `required` is set.
 */
export function writeGuard(
  ifMatch: string | undefined,
  required: boolean,
): (current: StoredResource) => void {
  return (current) => {
    if (ifMatch === undefined) {
      if (required) throw preconditionRequired('Send If-Match with the version that the change is based on.');
    } else if (!namesVersion(ifMatch, current.version)) {
      throw preconditionFailed(
        `The resource ${current.id} has changed: its version is not the one in If-Match.`,
      );
    }
  };
}

/** True when the client already holds this version (304). */
export function isKnownToClient(request: IncomingMessage, version: string): boolean {
  const tags = request.headers['if-none-match'];
  return tags !== undefined && namesVersion(tags, version);
}
