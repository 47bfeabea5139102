/** Lists: the query of one resource type (RFC 7644 section 3.4.2), by index or by cursor (RFC 9865). */
import type { JsonObject } from '../json.js';
import { invalidValue } from '../scim/errors.js';
import type { CompiledFilter, FilterNode } from '../scim/filter/index.js';
import type { ResourceType } from '../scim/registry.js';
import { createOrdering } from '../scim/sort.js';
import type { Answer } from './answer.js';
import type { Page, ResourceQuery } from './backend.js';
import type { CursorBinding } from './cursor.js';
import type { ListParameters } from './list-parameters.js';
import { resourceBytes } from './read.js';
import type { Exchange } from './service.js';

export const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** GET or POST /.search of one resource type. */
export async function listResources(
  exchange: Exchange,
  type: ResourceType,
  parameters: ListParameters,
): Promise<Answer> {
  const { service, context } = exchange;
  checkOrder([type], parameters);
  const binding = bindCursor(exchange, type.definition.id, parameters);
  const page = readPage(exchange, parameters, binding);
  const query = { ...prepareQuery(exchange, parameters, type), page };
  const { total, resources, next } = await service.backend.query(type, query, context);
  const bodies = resources.map((stored) => resourceBytes(exchange, type, stored, parameters));
  return listAnswer(exchange, parameters, binding, { total, bodies, next });
}

/** What a list answer says, whatever its resources are. */
interface ListResult {
  total: number;
  bodies: readonly Buffer[];
  /** The backend's position after this page. */
  next: string | undefined;
}

export function listAnswer(
  { service }: Exchange,
  { startIndex }: ListParameters,
  binding: CursorBinding | undefined,
  { total, bodies, next }: ListResult,
): Answer {
  const head: JsonObject = { schemas: [LIST_RESPONSE], totalResults: total, itemsPerPage: bodies.length };
  if (binding === undefined) head.startIndex = startIndex;
  else if (next !== undefined) head.nextCursor = service.cursors.seal(next, binding);
  const { bytes, release } = service.wire.page(head, bodies);
  return { status: 200, headers: {}, body: bytes, release };
}

/** What the cursors of a query are tied to; undefined when the client does not page by cursor. */
export function bindCursor(
  { context }: Exchange,
  endpoint: string,
  parameters: ListParameters,
): CursorBinding | undefined {
  const { cursor, filter, sortBy, sortOrder, attributes, excludedAttributes, count } = parameters;
  if (cursor === undefined) return undefined;
  return {
    client: context.client.name,
    query: JSON.stringify([endpoint, filter, sortBy, sortOrder, attributes, excludedAttributes]),
    count: count ?? -1,
  };
}

/** The page to read. A client that sends a cursor is not paging by index, whatever startIndex says. */
export function readPage(
  { service }: Exchange,
  { cursor, count, startIndex }: ListParameters,
  binding: CursorBinding | undefined,
): Page {
  const { pageSize, maxPageSize } = service.limits;
  const bounded = Math.min(count ?? pageSize, maxPageSize);
  if (binding === undefined || cursor === undefined) return { startIndex, count: bounded };
  return { after: cursor === '' ? null : service.cursors.open(cursor, binding), count: bounded };
}

/** Throws invalidValue when none of the types can be sorted as the client asks. */
export function checkOrder(types: readonly ResourceType[], { sortBy }: ListParameters): void {
  if (sortBy !== undefined && types.every((type) => createOrdering(type, sortBy) === undefined)) {
    throw invalidValue('Nothing can be sorted by the attribute in sortBy.');
  }
}

/** Filter and order for one resource type. Throws invalidFilter. */
export function prepareQuery(
  exchange: Exchange,
  { filter, sortBy, sortOrder }: ListParameters,
  type: ResourceType,
): Omit<ResourceQuery, 'page'> {
  return {
    filter: filter === undefined ? undefined : prepareFilter(exchange, filter, type),
    ordering: sortBy === undefined ? undefined : createOrdering(type, sortBy, sortOrder),
  };
}

/** A filter that compares addresses must see them: it is given the completed resource instead of the stored one. */
function prepareFilter(exchange: Exchange, text: string, type: ResourceType): CompiledFilter {
  const { service, base } = exchange;
  const filter = service.filter(text, type);
  if (!comparesAddress(filter.ast)) return filter;
  return {
    ...filter,
    matches: (resource) => filter.matches(service.references.complete(type, resource, base)),
  };
}

function comparesAddress(node: FilterNode): boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.nodes.some(comparesAddress);
    case 'not':
      return comparesAddress(node.node);
    case 'valuePath':
      return comparesAddress(node.node);
    default:
      return /(\$ref|location)$/i.test(node.path);
  }
}
