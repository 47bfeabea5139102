/**
 * Resources as bytes. A resource that did not change is serialised once for each address under which the server is reached;
 * after that answering it means writing the kept bytes, and a page of a hundred is their concatenation.
 */
import type { JsonObject } from '../json.js';
import { createProjection, type Projection } from '../scim/project.js';
import type { Registry, ResourceType } from '../scim/registry.js';
import type { StoredResource } from './backend.js';
import { BoundedMap } from './bounded-map.js';
import type { References } from './references.js';

/** Addresses for which bytes are kept: the public one, and a few for proxies and health checks. */
const ADDRESSES = 4;

export interface Wire {
  /** The resource with its default attributes as JSON in UTF-8. */
  bytes(type: ResourceType, stored: StoredResource, base: string): Buffer;
  /** The resource as a client sees it under `base`, all attributes. */
  present(type: ResourceType, stored: StoredResource, base: string): JsonObject;
}

export function createWire(registry: Registry, references: References): Wire {
  const defaults = new Map<string, Projection>(
    registry.resourceTypes.map((type) => [type.definition.id, createProjection(type, {})]),
  );
  const kept = new BoundedMap<string, WeakMap<StoredResource, Buffer>>(ADDRESSES);
  const present = (type: ResourceType, stored: StoredResource, base: string): JsonObject =>
    references.complete(type, stored.resource, base);
  return {
    present,
    bytes(type, stored, base) {
      const bytesByResource = kept.get(base, () => new WeakMap());
      const ready = bytesByResource.get(stored);
      if (ready !== undefined) return ready;
      const project = defaults.get(type.definition.id) ?? ((resource: JsonObject) => resource);
      const bytes = toBytes(project(present(type, stored, base)));
      bytesByResource.set(stored, bytes);
      return bytes;
    },
  };
}

export function toBytes(value: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(value));
}

const COMMA = 0x2c;
const END = ']}';

/**
 * A ListResponse (RFC 7644 section 3.4.2) around ready resources; `head` holds every member but `Resources`, in ASCII.
 * Copied into one Buffer of the right size: pages are the largest answers there are.
 */
export function listBytes(head: JsonObject, resources: readonly Buffer[]): Buffer {
  const opening = `${JSON.stringify(head).slice(0, -1)},"Resources":[`;
  let length = opening.length + Math.max(0, resources.length - 1) + END.length;
  for (const resource of resources) length += resource.length;
  const bytes = Buffer.allocUnsafe(length);
  let at = bytes.write(opening, 'latin1');
  for (const [index, resource] of resources.entries()) {
    if (index > 0) bytes[at++] = COMMA;
    bytes.set(resource, at);
    at += resource.length;
  }
  bytes.write(END, at, 'latin1');
  return bytes;
}
