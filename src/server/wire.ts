/**
 * Resources as bytes. A resource that did not change is serialised once for each address under which the server is reached;
 * after that answering it means writing the kept bytes, and a page of a hundred is their concatenation.
 */
import type { JsonObject } from '../json.js';
import { createProjection, type Projection } from '../scim/project.js';
import type { Registry, ResourceType } from '../scim/registry.js';
import type { StoredResource } from './backend.js';
import { BoundedMap } from './bounded-map.js';
import { KeptBytes } from './kept-bytes.js';
import { createPageMemory, type PageMemory, type Piece } from './page-memory.js';
import type { References } from './references.js';

/** Addresses for which bytes are kept: the public one, and a few for proxies and health checks. */
const ADDRESSES = 4;
/** So many bytes are kept for each address: twenty thousand users, or all of those who are asked for again and again. */
const KEPT_BYTES = 48 * 1024 * 1024;

export interface Wire {
  /** The resource with its default attributes as JSON in UTF-8. */
  bytes(type: ResourceType, stored: StoredResource, base: string): Buffer;
  /** The same for one answer only: what was just written is seldom read next. Node sends text and its head in one piece. */
  text(type: ResourceType, stored: StoredResource, base: string): string;
  /**
   * A ListResponse (RFC 7644 section 3.4.2) around ready resources; `head` holds every member but `Resources`, in ASCII.
   */
  page(head: JsonObject, resources: readonly Buffer[]): Piece;
}

export function createWire(registry: Registry, references: References): Wire {
  const defaults = new Map<string, Projection>(
    registry.resourceTypes.map((type) => [type.definition.id, createProjection(type, {})]),
  );
  const keptByAddress = new BoundedMap<string, KeptBytes>(ADDRESSES);
  let last = { base: '', kept: new KeptBytes(0) };
  const text = (type: ResourceType, stored: StoredResource, base: string): string => {
    const resource = references.complete(type, stored.resource, base);
    const project = defaults.get(type.definition.id);
    return JSON.stringify(project === undefined ? resource : project(resource));
  };
  const memory = createPageMemory();
  return {
    text,
    page: (head, resources) => joinPage(head, resources, memory),
    bytes(type, stored, base) {
      if (base !== last.base) last = { base, kept: keptByAddress.get(base, () => new KeptBytes(KEPT_BYTES)) };
      return last.kept.get(stored, () => Buffer.from(text(type, stored, base)));
    },
  };
}

const COMMA = 0x2c;
const END = ']}';

/** Copies ready resources into one piece of memory of the right size: pages are the largest answers there are. */
function joinPage(head: JsonObject, resources: readonly Buffer[], memory: PageMemory): Piece {
  const opening = `${JSON.stringify(head).slice(0, -1)},"Resources":[`;
  let length = opening.length + Math.max(0, resources.length - 1) + END.length;
  for (const resource of resources) length += resource.length;
  const piece = memory.take(length);
  const { bytes } = piece;
  let at = bytes.write(opening, 'latin1');
  for (const [index, resource] of resources.entries()) {
    if (index > 0) bytes[at++] = COMMA;
    bytes.set(resource, at);
    at += resource.length;
  }
  bytes.write(END, at, 'latin1');
  return piece;
}
