/** What a mounted SCIM endpoint is made of, put together once from its options. */
import { randomBytes } from 'node:crypto';
import type { AuthenticationScheme } from '../scim/discovery.js';
import { type CompiledFilter, compileFilter } from '../scim/filter/index.js';
import { createProjection, type Projection } from '../scim/project.js';
import type { Registry, ResourceType } from '../scim/registry.js';
import type { Authenticator } from './auth.js';
import type { Backend, Client, RequestContext } from './backend.js';
import { BoundedMap } from './bounded-map.js';
import { type Cursors, createCursors } from './cursor.js';
import type { AttributeSelection } from './list-parameters.js';
import { createLimiter, type Limiter, type RateLimit } from './rate-limit.js';
import { createReferences, type References } from './references.js';
import type { ScimRequest } from './scim-request.js';
import { createWire, type Wire } from './wire.js';

/** Bounds on what one request may ask. */
export interface Limits {
  /** Largest body in bytes, of bulk requests too. */
  payloadBytes: number;
  bulkOperations: number;
  /** Resources on a page when the client names no count, and at most. */
  pageSize: number;
  maxPageSize: number;
  /** How long a cursor stays good. */
  cursorSeconds: number;
  /** A PATCH of a group with more members is answered 204 instead of listing them all, unless the client asks for attributes. */
  patchAnswerMembers: number;
}

export const DEFAULT_LIMITS: Limits = {
  payloadBytes: 4 * 1024 * 1024,
  bulkOperations: 1_000,
  pageSize: 100,
  maxPageSize: 1_000,
  cursorSeconds: 3_600,
  patchAnswerMembers: 1_000,
};

/** One line of the request log: no query, no body, nothing personal (R34). */
export interface RequestLogEntry {
  client: string | undefined;
  method: string;
  /** `/Users/{id}`; undefined for an unknown path. */
  route: string | undefined;
  id: string | undefined;
  status: number;
  milliseconds: number;
  /** Code and private detail of the error that was answered. */
  error: { code: string; detail: string | undefined } | undefined;
}

export interface ScimRouterOptions {
  registry: Registry;
  backend: Backend;
  authenticator: Authenticator;
  /** What clients with a view (R31) know of the resource types and schemas, by the view's name; others are told nothing. */
  views?: ReadonlyMap<string, Registry>;
  limits?: Partial<Limits>;
  /** Per client; unlimited when left out. */
  rateLimit?: RateLimit | undefined;
  /** The address that clients use, up to and with the base path; taken from each request when left out. */
  publicUrl?: string;
  /** Refuse what RFC 7643 and 7644 do not allow, instead of reading it as real clients mean it. */
  strict?: boolean;
  /** Answer 428 to a PUT, PATCH or DELETE without If-Match. */
  requireIfMatch?: boolean;
  /** False answers 501 to /Bulk. */
  bulk?: boolean;
  /** How clients may authenticate, for /ServiceProviderConfig; bearer tokens when left out. */
  authenticationSchemes?: readonly AuthenticationScheme[];
  /** False asks for credentials on the discovery endpoints too; those that are sent anyway must be right. */
  openDiscovery?: boolean;
  /** 32 bytes, the same in every process that serves this endpoint; random when left out. */
  cursorKey?: Uint8Array;
  /** Called after each answer. */
  log?: (entry: RequestLogEntry) => void;
  /** Called with what went wrong when the answer is a 500. */
  onError?: (error: unknown) => void;
  /** The clock in milliseconds. */
  now?: () => number;
}

export interface Service {
  registry: Registry;
  backend: Backend;
  authenticator: Authenticator;
  limits: Limits;
  limiter: Limiter | undefined;
  options: ScimRouterOptions;
  references: References;
  wire: Wire;
  cursors: Cursors;
  /** Compiled, and kept by text. */
  filter(text: string, type: ResourceType): CompiledFilter;
  projection(selection: AttributeSelection, type: ResourceType): Projection;
}

/** One request on its way through the service. */
export interface Exchange {
  service: Service;
  request: ScimRequest;
  /** Address of the SCIM root as the client sees it, without a final slash. */
  base: string;
  /** The SCIM parameters of the address. */
  query: ReadonlyMap<string, string>;
  context: RequestContext;
}

/** How many compiled filters and projections are kept: IdPs send few shapes, but each with another value. */
const KEPT = 1_000;

export function createService(options: ScimRouterOptions): Service {
  const { registry, backend, authenticator, rateLimit, now = Date.now } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const references = createReferences(registry);
  const filters = perType(registry, () => new BoundedMap<string, CompiledFilter>(KEPT));
  const projections = perType(registry, () => new BoundedMap<string, Projection>(KEPT));
  return {
    registry,
    backend,
    authenticator,
    limits,
    limiter: rateLimit === undefined ? undefined : createLimiter(rateLimit, now),
    options,
    references,
    wire: createWire(registry, references),
    cursors: createCursors(options.cursorKey ?? randomBytes(32), limits.cursorSeconds, now),
    filter: (text, type) => filters(type).get(text, () => compileFilter(text, type)),
    projection: (selection, type) =>
      projections(type).get(JSON.stringify(selection), () => createProjection(type, selection)),
  };
}

function perType<T>(registry: Registry, make: () => T): (type: ResourceType) => T {
  const values = new Map(registry.resourceTypes.map((type) => [type.definition.id, make()]));
  return (type) => values.get(type.definition.id) ?? make();
}

/** The client of discovery without credentials. */
export const ANYONE: Client = { name: 'anyone', role: 'reader' };
