/** What the switches of a simulated target make of a request before the SCIM server sees it. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { attributeOf, changePath, mapStrings } from './bodies.js';
import { filteredAttribute } from './refusals.js';
import type { TargetRequest } from './request-log.js';
import type { TargetSwitches } from './switches.js';

/**
 * The request as the SCIM server gets it.
 * @param current the resource that it is about, as it stands
 */
export function rewriteRequest(
  request: TargetRequest,
  switches: TargetSwitches,
  current: JsonObject | undefined,
): TargetRequest {
  const { method, path, body } = request;
  if (method === 'GET') return { ...request, query: rewriteQuery(request, switches) };
  if (method === 'DELETE' || !isJsonObject(body)) return request;
  if (method === 'PATCH') return { ...request, body: rewriteOperations(body, switches) };
  const keepsMembers = switches.putIgnoresMembers && method === 'PUT' && path.startsWith('/Groups');
  const { members: _, ...group } = body;
  const wanted = keepsMembers ? { ...group, members: current?.members ?? [] } : body;
  return { ...request, body: rewriteResource(wanted, switches) };
}

function rewriteQuery(
  request: TargetRequest,
  { filters, filterNames, otherFilters, cursorOnly, shiftingPages, configPath }: TargetSwitches,
): Record<string, string> {
  const query = { ...request.query };
  if (request.path === configPath) return query;
  const attribute = filteredAttribute(request);
  if (attribute !== undefined && filters !== null && !filters.includes(attribute)) {
    if (otherFilters === 'ignored') delete query.filter;
    else if (otherFilters === 'empty') query.filter = 'id eq "none"';
  }
  if (attribute !== undefined && query.filter !== undefined)
    query.filter = query.filter.replace(attribute, filterNames[attribute] ?? attribute);
  if (cursorOnly) delete query.startIndex;
  const start = Number(query.startIndex ?? 1);
  if (shiftingPages !== 'no' && start > 1) {
    query.startIndex = String(shiftingPages === 'repeat' ? start - 1 : start + 1);
  }
  return query;
}

function rewriteResource(resource: JsonObject, { drops, lowerCases }: TargetSwitches): JsonObject {
  const kept = drops.reduce((left, path) => changePath(left, path, () => undefined), resource);
  return lowerCases.reduce((left, path) => changePath(left, path, toLowerCase), kept);
}

/** Operations that are dropped altogether leave one that changes nothing: a PATCH must have one. */
function rewriteOperations(body: JsonObject, switches: TargetSwitches): JsonObject {
  const operations = Array.isArray(body.Operations) ? body.Operations.filter(isJsonObject) : [];
  const kept = operations.flatMap((operation): JsonObject[] => {
    const { path, value } = operation;
    if (typeof path !== 'string') {
      return isJsonObject(value) ? [{ ...operation, value: rewriteResource(value, switches) }] : [operation];
    }
    const attribute = attributeOf(path);
    if (switches.drops.some((dropped) => attribute === dropped || attribute.startsWith(`${dropped}.`)))
      return [];
    return [
      switches.lowerCases.includes(attribute) ? { ...operation, value: toLowerCase(value) } : operation,
    ];
  });
  return { ...body, Operations: kept.length === 0 ? [{ op: 'add', value: {} }] : kept };
}

function toLowerCase(value: JsonValue | undefined): JsonValue | undefined {
  return mapStrings(value, (text) => text.toLowerCase());
}

/** The address of a request, below the base path. */
export function writeUrl({ path, query }: Pick<TargetRequest, 'path' | 'query'>): string {
  const search = new URLSearchParams(query).toString();
  return search === '' ? path : `${path}?${search}`;
}
