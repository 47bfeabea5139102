/**
 * Resources as one kind of client sees them. They are built when they are read, not kept: what is kept of a resource that does
 * not change is its bytes on the wire, which the protocol layer holds as long as these objects live.
 */
import { isJsonObject, type JsonObject } from '../../json.js';
import type { StoredResource } from '../backend.js';
import type { Audience } from './audience.js';
import { entityTag } from './entity-tag.js';
import type { GroupRow } from './group-row.js';
import type { PersonRow } from './person-row.js';

export class ShownUser implements StoredResource {
  readonly audience: Audience;
  /** See `Audience.epoch`. */
  readonly epoch: number;
  readonly #row: PersonRow;
  #version: string | undefined;

  constructor(row: PersonRow, audience: Audience) {
    this.audience = audience;
    this.epoch = audience.epoch;
    this.#row = row;
  }

  get id(): string {
    return this.#row.id;
  }

  get version(): string {
    this.#version ??= entityTag(this.audience.describeUser(this.#row));
    return this.#version;
  }

  get resource(): JsonObject {
    const resource = this.audience.describeUser(this.#row);
    this.#version ??= entityTag(resource);
    return withVersion(resource, this.#version);
  }

  requested(urn: string): JsonObject | undefined {
    return this.audience.describeOnRequest(this.#row, urn);
  }
}

export class ShownGroup implements StoredResource {
  readonly audience: Audience;
  readonly epoch: number;
  readonly memberCount: number;
  readonly #row: GroupRow;
  #version: string | undefined;

  constructor(row: GroupRow, audience: Audience) {
    this.audience = audience;
    this.epoch = audience.epoch;
    this.memberCount = row.size;
    this.#row = row;
  }

  get id(): string {
    return this.#row.id;
  }

  get version(): string {
    this.#version ??= this.audience.tagGroup(this.#row);
    return this.#version;
  }

  get resource(): JsonObject {
    return withVersion(this.audience.describeGroup(this.#row), this.version);
  }

  get withoutMembers(): JsonObject {
    return withVersion(this.audience.describeGroup(this.#row, { withMembers: false }), this.version);
  }
}

/** Completes a resource that was just built. */
function withVersion(resource: JsonObject, version: string): JsonObject {
  if (isJsonObject(resource.meta)) resource.meta = { ...resource.meta, version };
  return resource;
}
