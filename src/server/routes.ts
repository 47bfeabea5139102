/** The addresses of a SCIM server (RFC 7644 section 3.2) and the methods that each of them knows. */
import type { Registry, ResourceType } from '../scim/registry.js';

export type DiscoveryEndpoint = 'ServiceProviderConfig' | 'ResourceTypes' | 'Schemas';

export type Route =
  | { kind: 'root' }
  | { kind: 'collection'; type: ResourceType }
  | { kind: 'resource'; type: ResourceType; id: string }
  /** `type` undefined = the search of the root. */
  | { kind: 'search'; type: ResourceType | undefined }
  | { kind: 'bulk' }
  | { kind: 'me' }
  /** `id` undefined = the list. */
  | { kind: 'discovery'; endpoint: DiscoveryEndpoint; id: string | undefined };

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const METHODS: Readonly<Record<Route['kind'], readonly Method[]>> = {
  root: ['GET', 'HEAD'],
  collection: ['GET', 'HEAD', 'POST'],
  resource: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
  search: ['POST'],
  bulk: ['POST'],
  me: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  discovery: ['GET', 'HEAD'],
};

/** True when the route knows the method. */
export function allows(route: Route, method: string): method is Method {
  return METHODS[route.kind].some((known) => known === method);
}

/** The value of the Allow header. */
export function allowHeader(route: Route): string {
  return [...METHODS[route.kind], 'OPTIONS'].join(', ');
}

/** A reader's token is enough: searching is reading, although it is a POST. */
export function isReading(route: Route, method: Method): boolean {
  return method === 'GET' || method === 'HEAD' || route.kind === 'search';
}

/** The route as a pattern: what a log may hold. */
export function describeRoute(route: Route): string {
  switch (route.kind) {
    case 'root':
      return '/';
    case 'collection':
      return route.type.definition.endpoint;
    case 'resource':
      return `${route.type.definition.endpoint}/{id}`;
    case 'search':
      return `${route.type?.definition.endpoint ?? ''}/.search`;
    case 'bulk':
      return '/Bulk';
    case 'me':
      return '/Me';
    case 'discovery':
      return `/${route.endpoint}${route.id === undefined ? '' : '/{id}'}`;
  }
}

/**
 * Finds the route of a path below the base path; undefined when there is none. Paths are exact in letter case; one final
 * slash is tolerated. An id that is not percent-encoded UTF-8 names nothing.
 */
export function findRoute(path: string, registry: Registry): Route | undefined {
  const segments = path
    .split('/')
    .filter((segment, index, all) => index > 0 && !(segment === '' && index === all.length - 1));
  if (segments.length > 2) return undefined;
  const [first, second] = segments;
  if (first === undefined) return { kind: 'root' };
  const type = registry.resourceType(first);
  if (type !== undefined && type.definition.endpoint === `/${first}`) return findInCollection(type, second);
  if (second === undefined) {
    if (first === '.search') return { kind: 'search', type: undefined };
    if (first === 'Bulk') return { kind: 'bulk' };
    if (first === 'Me') return { kind: 'me' };
    if (first === 'ServiceProviderConfig') return { kind: 'discovery', endpoint: first, id: undefined };
  }
  if (first === 'ResourceTypes' || first === 'Schemas') {
    const id = second === undefined ? undefined : decodeSegment(second);
    return id === null ? undefined : { kind: 'discovery', endpoint: first, id };
  }
  return undefined;
}

function findInCollection(type: ResourceType, segment: string | undefined): Route | undefined {
  if (segment === undefined) return { kind: 'collection', type };
  if (segment === '.search') return { kind: 'search', type };
  const id = decodeSegment(segment);
  return id === null ? undefined : { kind: 'resource', type, id };
}

function decodeSegment(segment: string): string | null {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
