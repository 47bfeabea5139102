/**
 * The border between the SCIM protocol and whatever keeps the resources. The protocol layer (everything else in this room)
 * knows HTTP, media types, paging, conditions and errors; a backend knows where resources come from, what is unique, and who
 * may see what. A backend may answer at once or with a promise; it throws `ScimError`s for what a client should be told.
 */
import type { JsonObject } from '../json.js';
import type { CompiledFilter } from '../scim/filter/index.js';
import type { PatchResult } from '../scim/patch.js';
import type { ResourceType } from '../scim/registry.js';
import type { Ordering } from '../scim/sort.js';
import type { MemberChange } from './membership.js';

export type MaybePromise<T> = T | Promise<T>;

/** `reader` may only read; `idp` may also write; `admin` is an `idp` that may also use the admin API. */
export type Role = 'reader' | 'idp' | 'admin';

/** Who is calling, as the authenticator found out. */
export interface Client {
  name: string;
  role: Role;
  /** The view (R31) that bounds what the client sees; undefined = everything. */
  view?: string;
  /** Id of the User that the client's token stands for: what `/Me` means to it. */
  subject?: string;
}

export interface RequestContext {
  client: Client;
}

/**
 * One version of one resource. It never changes: a change makes a new object, so that what was derived from this one
 * (its bytes on the wire) can be kept by identity.
 */
export interface StoredResource {
  readonly id: string;
  /** Weak entity tag, `W/"…"`; also in `meta.version`. Differs whenever the representation differs. */
  readonly version: string;
  /**
   * The canonical resource with `id`, `schemas` and `meta`, but without `meta.location` and without the `$ref`s that point
   * to resources of this server: both depend on the address the client used and are added by the protocol layer. May be
   * computed when first read, so read it in the turn of the event loop in which the backend gave it.
   */
  readonly resource: JsonObject;
  /** How many members the resource lists, so that a PATCH of a huge group need not answer with all of them. */
  readonly memberCount?: number;
  /** The resource without its members, where those may be many and cost something to list. */
  readonly withoutMembers?: JsonObject;
  /** The container of an extension that `resource` leaves out: what costs something to make, for a client that names it. */
  requested?(urn: string): JsonObject | undefined;
}

export interface ResourceQuery {
  filter: CompiledFilter | undefined;
  ordering: Ordering | undefined;
  page: Page;
}

/**
 * Which part of the matches is wanted. By index: `startIndex` counts from 1. By cursor: `after` is the `next` of the
 * page before, null for the first page. `count` 0 asks for the total only.
 */
export type Page = { startIndex: number; count: number } | { after: string | null; count: number };

export interface ResourcePage {
  /** All matches, not only those of the page. */
  total: number;
  /** In a stable order: the same from request to request unless resources changed. */
  resources: readonly StoredResource[];
  /** Cursor paging only: the backend's own word for "after the last resource of this page"; undefined on the last page. */
  next?: string;
}

/** What a PUT does: `build` gives the new resource (canonical, client-written attributes only) from the present one. */
export interface Replacement {
  /** Throws when the client's conditions (If-Match) do not hold for the present version. */
  guard(current: StoredResource): void;
  build(current: JsonObject): JsonObject;
}

/** What a PATCH does. A backend runs `guard`, then the rest, all on the same version of the resource. */
export interface Modification {
  guard(current: StoredResource): void;
  /** Gives the patched copy, and what the client spoke about, changed or not. */
  apply(current: JsonObject): PatchResult;
  /**
   * Set when the client changed single members of a group. `apply` then leaves `members` alone (it may be given the group
   * without them), so that the cost does not grow with the group. In the order in which the client sent them.
   */
  members: readonly MemberChange[] | undefined;
}

/** Where resources come from. An unknown id is `undefined` in `get` and a `notFound` error in the writing methods. */
export interface Backend {
  get(type: ResourceType, id: string, context: RequestContext): MaybePromise<StoredResource | undefined>;
  query(type: ResourceType, query: ResourceQuery, context: RequestContext): MaybePromise<ResourcePage>;
  /** Gives the resource an id and stores it. `resource` is normalised: canonical names, no readOnly attributes. */
  create(type: ResourceType, resource: JsonObject, context: RequestContext): MaybePromise<StoredResource>;
  replace(
    type: ResourceType,
    id: string,
    replacement: Replacement,
    context: RequestContext,
  ): MaybePromise<StoredResource>;
  /** Gives back the present version itself when nothing changed. */
  patch(
    type: ResourceType,
    id: string,
    modification: Modification,
    context: RequestContext,
  ): MaybePromise<StoredResource>;
  remove(
    type: ResourceType,
    id: string,
    guard: (current: StoredResource) => void,
    context: RequestContext,
  ): MaybePromise<void>;
}
