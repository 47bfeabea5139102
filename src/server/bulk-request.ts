/** The message of a bulk request (RFC 7644 section 3.7), read and checked. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { invalidSyntax, payloadTooLarge, ScimError } from '../scim/errors.js';
import type { Registry, ResourceType } from '../scim/registry.js';
import { findRoute } from './routes.js';

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

export interface BulkRequest {
  /** Stop after so many failed operations; Infinity = never. */
  failOnErrors: number;
  operations: readonly BulkOperation[];
}

/** What an operation does; `id` may be `bulkId:…`. */
export type BulkAction =
  | { method: 'POST'; type: ResourceType; data: JsonObject }
  | { method: 'PUT' | 'PATCH'; type: ResourceType; id: string; data: JsonObject }
  | { method: 'DELETE'; type: ResourceType; id: string };

export interface BulkOperation {
  /** As the client wrote it, for the answer. */
  method: string;
  path: string;
  bulkId: string | undefined;
  version: string | undefined;
  /** The error when the operation makes no sense: it fails alone, the others go on. */
  action: BulkAction | ScimError;
}

/** Throws invalidSyntax for a message that is no BulkRequest and 413 for too many operations. */
export function readBulkRequest(body: JsonObject, registry: Registry, maxOperations: number): BulkRequest {
  const { schemas, failOnErrors, Operations: operations } = body;
  if (!Array.isArray(schemas) || !schemas.includes(BULK_REQUEST)) {
    throw invalidSyntax(`Attribute schemas must name ${BULK_REQUEST}.`);
  }
  if (!Array.isArray(operations) || operations.length === 0)
    throw invalidSyntax('Operations must be a list.');
  if (operations.length > maxOperations) {
    throw payloadTooLarge(`The request exceeds the maxOperations (${maxOperations}).`);
  }
  const seen = new Set<string>();
  return {
    failOnErrors: readFailOnErrors(failOnErrors),
    operations: operations.map((operation) => readOperation(operation, registry, seen)),
  };
}

/** 0 and absent both mean: process everything. */
function readFailOnErrors(value: JsonValue | undefined): number {
  if (value === undefined || value === null || value === 0) return Number.POSITIVE_INFINITY;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw invalidSyntax('failOnErrors must be a positive integer.');
  }
  return value;
}

function readOperation(operation: JsonValue, registry: Registry, seen: Set<string>): BulkOperation {
  const given = isJsonObject(operation) ? operation : {};
  const text = (value: JsonValue | undefined): string | undefined =>
    typeof value === 'string' ? value : undefined;
  const method = text(given.method)?.toUpperCase() ?? '';
  const bulkId = text(given.bulkId);
  const described = { method, path: text(given.path) ?? '', bulkId, version: text(given.version) };
  try {
    return { ...described, action: readAction(described, given.data, registry, seen) };
  } catch (error) {
    if (error instanceof ScimError) return { ...described, action: error };
    throw error;
  }
}

function readAction(
  { method, path, bulkId }: { method: string; path: string; bulkId: string | undefined },
  data: JsonValue | undefined,
  registry: Registry,
  seen: Set<string>,
): BulkAction {
  const route = findRoute(path.startsWith('/') ? path : `/${path}`, registry);
  if (method === 'POST') {
    if (route?.kind !== 'collection')
      throw invalidSyntax('The path of a POST must be the endpoint of a resource type.');
    if (bulkId === undefined || bulkId === '') throw invalidSyntax('A POST needs a bulkId.');
    if (seen.has(bulkId)) throw invalidSyntax('The bulkId is used more than once.');
    seen.add(bulkId);
    return { method, type: route.type, data: readData(data) };
  }
  if (method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE') {
    throw invalidSyntax('The method must be POST, PUT, PATCH or DELETE.');
  }
  if (route?.kind !== 'resource') throw invalidSyntax(`The path of a ${method} must name one resource.`);
  const { type, id } = route;
  return method === 'DELETE' ? { method, type, id } : { method, type, id, data: readData(data) };
}

function readData(data: JsonValue | undefined): JsonObject {
  if (!isJsonObject(data)) throw invalidSyntax('The operation needs an object as data.');
  return data;
}
