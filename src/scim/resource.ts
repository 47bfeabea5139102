/** What can be said of any canonical resource. */
import { isJsonObject, type JsonObject } from '../json.js';
import { own } from './path.js';
import type { ResourceType } from './registry.js';

/**
 * The `schemas` value of a resource: its core schema, then the extensions of which it holds a container, in the order in
 * which the resource type declares them (RFC 7643 section 3).
 */
export function listSchemas(resource: JsonObject, type: ResourceType): string[] {
  const present = type.extensions.filter(({ schema }) => isJsonObject(own(resource, schema.id)));
  return [type.schema.id, ...present.map(({ schema }) => schema.id)];
}
