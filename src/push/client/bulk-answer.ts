/** Tells which result of a bulk answer belongs to which operation (RFC 7644 section 3.7.3). */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';

export interface BulkResult {
  status: number;
  location: string | undefined;
  /** The resource, or the error. */
  response: JsonObject | undefined;
}

/**
 * Results in the order of the operations sent; undefined where the answer says nothing about one. A create is told by its
 * bulkId, the others by method and location; where the answer has neither, by its place if nothing is missing.
 */
export function readBulkAnswer(
  body: JsonValue | undefined,
  operations: readonly JsonObject[],
): (BulkResult | undefined)[] {
  const rows =
    isJsonObject(body) && Array.isArray(body.Operations) ? body.Operations.filter(isJsonObject) : [];
  const named = new Map<string, JsonObject>();
  for (const row of rows) for (const name of namesOf(row)) named.set(name, row);
  const inOrder = rows.length === operations.length;
  return operations.map((operation, index) => {
    const row = named.get(nameOf(operation)) ?? (inOrder ? inPlace(rows[index], operation) : undefined);
    return row === undefined ? undefined : readResult(row);
  });
}

function nameOf({ method, path, bulkId }: JsonObject): string {
  return typeof bulkId === 'string' ? `id ${bulkId}` : `${method} ${path}`;
}

function namesOf({ method, bulkId, location }: JsonObject): string[] {
  const names = typeof bulkId === 'string' ? [`id ${bulkId}`] : [];
  if (typeof location !== 'string' || typeof method !== 'string') return names;
  const path = location
    .split(/[?#]/)[0]
    ?.split('/')
    .filter((part) => part !== '')
    .slice(-2)
    .join('/');
  return [...names, `${method.toUpperCase()} /${path}`];
}

/** The row at the operation's place, unless it names another one. */
function inPlace(row: JsonObject | undefined, operation: JsonObject): JsonObject | undefined {
  if (row === undefined) return undefined;
  const isOther =
    (typeof row.bulkId === 'string' && row.bulkId !== operation.bulkId) ||
    (typeof row.method === 'string' && row.method.toUpperCase() !== operation.method);
  return isOther ? undefined : row;
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
