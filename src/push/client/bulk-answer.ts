/**
 * Tells which result of a bulk answer belongs to which operation (RFC 7644 section 3.7.3): a create by its bulkId, the others
 * by method and location. Never by the place in the answer, whose order is free.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { idOf } from './resource-id.js';

export interface BulkResult {
  status: number;
  location: string | undefined;
  /** The resource, or the error. */
  response: JsonObject | undefined;
}

/**
 * Results in the order of the operations sent; undefined where the answer says nothing certain about one: no row, or several,
 * for it; or a created resource whose address is missing, malformed, or that of another row too.
 */
export function readBulkAnswer(
  body: JsonValue | undefined,
  operations: readonly JsonObject[],
): (BulkResult | undefined)[] {
  const rows =
    isJsonObject(body) && Array.isArray(body.Operations) ? body.Operations.filter(isJsonObject) : [];
  const named = groupBy(rows, (row) => nameOf(row, row.location));
  const asked = groupBy(operations, (operation) => nameOf(operation, operation.path));
  const located = groupBy(rows, ({ location }) => lastSegments(location));
  return operations.map((operation) => {
    const name = nameOf(operation, operation.path) ?? '';
    const [row, another] = named.get(name) ?? [];
    if (row === undefined || another !== undefined || (asked.get(name)?.length ?? 0) > 1) return undefined;
    const result = readResult(row);
    if (operation.method !== 'POST' || result === undefined || result.status > 299) return result;
    const isShared = (located.get(lastSegments(row.location) ?? '')?.length ?? 0) > 1;
    return !isShared && isAddressed(result, operation) ? result : undefined;
  });
}

/** The resource's id as the answer gives it, in the body or at the end of the address. */
export function createdId({ location, response }: BulkResult): string | undefined {
  return idOf(response) ?? segmentsOf(location)?.at(-1);
}

function nameOf({ method, bulkId }: JsonObject, address: unknown): string | undefined {
  if (typeof method !== 'string') return undefined;
  if (method.toUpperCase() === 'POST') return typeof bulkId === 'string' ? `id ${bulkId}` : undefined;
  const path = lastSegments(address);
  return path === undefined ? undefined : `${method.toUpperCase()} ${path}`;
}

/** Whether the answer says where the new resource is: below the endpoint it was sent to, and the body agrees. */
function isAddressed(result: BulkResult, { path }: JsonObject): boolean {
  if (result.location === undefined) return createdId(result) !== undefined;
  const [endpoint, id] = segmentsOf(result.location)?.slice(-2) ?? [];
  return id !== undefined && endpoint === segmentsOf(path)?.at(-1) && id === createdId(result);
}

/** Endpoint and id, e.g. `Users/2819c223`, of an address or a path. */
function lastSegments(address: unknown): string | undefined {
  return segmentsOf(address)?.slice(-2).join('/');
}

/** Undefined where it is no address. */
function segmentsOf(address: unknown): string[] | undefined {
  if (typeof address !== 'string') return undefined;
  const segments = (address.split(/[?#]/)[0] ?? '').split('/').filter((segment) => segment !== '');
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function groupBy(
  rows: readonly JsonObject[],
  keyOf: (row: JsonObject) => string | undefined,
): Map<string, JsonObject[]> {
  const groups = new Map<string, JsonObject[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

/** The status is text in the RFC; a number, or an object with a code as in its drafts, says the same. */
function readResult({ status, location, response }: JsonObject): BulkResult | undefined {
  const code = Number(isJsonObject(status) ? status.code : status);
  if (!Number.isInteger(code) || code < 100 || code > 599) return undefined;
  return {
    status: code,
    location: typeof location === 'string' ? location : undefined,
    response: isJsonObject(response) ? response : undefined,
  };
}
