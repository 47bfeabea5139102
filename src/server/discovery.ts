/** The discovery endpoints (RFC 7644 section 4). Their documents change with nothing but the address, so they are kept as bytes. */
import type { JsonObject } from '../json.js';
import {
  type AuthenticationScheme,
  describeServiceProvider,
  listResourceTypes,
  listSchemaDocuments,
  type ServiceProviderOptions,
} from '../scim/discovery.js';
import { forbidden, notFound } from '../scim/errors.js';
import type { Answer } from './answer.js';
import { BoundedMap } from './bounded-map.js';
import { LIST_RESPONSE } from './list.js';
import type { DiscoveryEndpoint } from './routes.js';
import type { Service } from './service.js';

/** Addresses for which the documents are kept. */
const ADDRESSES = 4;

/** Answers one discovery endpoint under `base`; `id` undefined = the list. */
export type DiscoveryReader = (
  endpoint: DiscoveryEndpoint,
  id: string | undefined,
  base: string,
  filtered: boolean,
) => Answer;

export function createDiscovery(service: Service): DiscoveryReader {
  const kept = new BoundedMap<string, ReadonlyMap<string, Buffer>>(ADDRESSES);
  return (endpoint, id, base, filtered) => {
    if (filtered) throw forbidden('Discovery endpoints cannot be filtered.');
    const documents = kept.get(base, () => makeDocuments(service, base));
    const body = documents.get(documentKey(endpoint, id));
    if (body === undefined) throw notFound(`${endpoint} has no ${id}.`);
    return { status: 200, headers: { 'Content-Location': locationOf(base, endpoint, id) }, body };
  };
}

function documentKey(endpoint: DiscoveryEndpoint, id: string | undefined): string {
  return id === undefined ? endpoint : `${endpoint}/${id.toLowerCase()}`;
}

function locationOf(base: string, endpoint: DiscoveryEndpoint, id: string | undefined): string {
  return id === undefined ? `${base}/${endpoint}` : `${base}/${endpoint}/${encodeURIComponent(id)}`;
}

function makeDocuments(service: Service, base: string): ReadonlyMap<string, Buffer> {
  const documents = new Map<string, Buffer>();
  const addList = (endpoint: DiscoveryEndpoint, resources: readonly JsonObject[]): void => {
    documents.set(endpoint, toBytes(asList(resources)));
    for (const each of resources) documents.set(documentKey(endpoint, String(each.id)), toBytes(each));
  };
  documents.set('ServiceProviderConfig', toBytes(describeServiceProvider(features(service), base)));
  addList('ResourceTypes', listResourceTypes(service.registry, base));
  addList('Schemas', listSchemaDocuments(service.registry, base));
  return documents;
}

function asList(resources: readonly JsonObject[]): JsonObject {
  return {
    schemas: [LIST_RESPONSE],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: [...resources],
  };
}

/** What this layer does, for /ServiceProviderConfig. */
function features({ limits, options }: Service): ServiceProviderOptions {
  return {
    patch: true,
    bulk: {
      supported: options.bulk ?? true,
      maxOperations: limits.bulkOperations,
      maxPayloadSize: limits.payloadBytes,
    },
    filter: { supported: true, maxResults: limits.maxPageSize },
    changePassword: false,
    sort: true,
    etag: true,
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: limits.pageSize,
      maxPageSize: limits.maxPageSize,
      cursorTimeout: limits.cursorSeconds,
    },
    authenticationSchemes: options.authenticationSchemes ?? [BEARER],
  };
}

const BEARER: AuthenticationScheme = {
  type: 'oauthbearertoken',
  name: 'Bearer token',
  description: 'A bearer token in the Authorization header.',
  specUri: 'https://www.rfc-editor.org/info/rfc6750',
  primary: true,
};

function toBytes(document: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(document));
}
