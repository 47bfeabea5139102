/** The id that a target gives a resource. */
import type { JsonObject } from '../../json.js';

/**
 * The target's id of a resource: a non-empty string; some targets send a number. Undefined where there is none by which the
 * resource could be addressed: half a surrogate pair has no place in a URL (RFC 3986 section 2.5).
 */
export function idOf(resource: JsonObject | undefined): string | undefined {
  const id = resource?.id;
  if (typeof id === 'number') return String(id);
  return typeof id === 'string' && id !== '' && !/\p{Surrogate}/u.test(id) ? id : undefined;
}
