/** One resource of the in-memory target: what clients wrote, and the version of it that is shown. */
import type { JsonObject } from '../../json.js';
import type { ResourceType } from '../../scim/registry.js';
import { listSchemas } from '../../scim/resource.js';
import type { StoredResource } from '../../server/backend.js';
import type { Row } from '../../server/table.js';

/** What is computed for a resource from others: a user's groups, a group's members. */
export interface Surroundings {
  /** Attributes to add to those that clients wrote. */
  attributes(row: ResourceRow): JsonObject;
  memberCount(row: ResourceRow): number;
}

export class ResourceRow implements Row {
  readonly id: string;
  readonly sequence: number;
  readonly type: ResourceType;
  readonly created: string;
  lastModified: string;
  /** Canonical; never changed in place. Without id, schemas, meta, and without what is computed. */
  attributes: JsonObject;
  readonly #surroundings: Surroundings;
  #revision = 1;
  #stored: StoredResource | undefined;

  constructor(
    identity: { id: string; sequence: number; type: ResourceType; created: string },
    attributes: JsonObject,
    surroundings: Surroundings,
  ) {
    this.id = identity.id;
    this.sequence = identity.sequence;
    this.type = identity.type;
    this.created = identity.created;
    this.lastModified = identity.created;
    this.attributes = attributes;
    this.#surroundings = surroundings;
  }

  get stored(): StoredResource {
    this.#stored ??= new Version(this, `W/"${this.#revision}"`, this.#surroundings);
    return this.#stored;
  }

  /** What the resource shows is not what it showed before. */
  touch(): void {
    this.#revision += 1;
    this.#stored = undefined;
  }
}

/**
 * The resource is put together when it is read, and not kept: a group of a hundred thousand is patched many times for once
 * that it is listed, and what is listed often is kept as bytes.
 */
class Version implements StoredResource {
  readonly id: string;
  readonly version: string;
  readonly memberCount: number;
  readonly #row: ResourceRow;
  readonly #surroundings: Surroundings;

  constructor(row: ResourceRow, version: string, surroundings: Surroundings) {
    this.id = row.id;
    this.version = version;
    this.memberCount = surroundings.memberCount(row);
    this.#row = row;
    this.#surroundings = surroundings;
  }

  get resource(): JsonObject {
    const { id, type, attributes, created, lastModified } = this.#row;
    return {
      schemas: listSchemas(attributes, type),
      id,
      ...attributes,
      ...this.#surroundings.attributes(this.#row),
      meta: { resourceType: type.definition.name, created, lastModified, version: this.version },
    };
  }
}
