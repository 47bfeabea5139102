/**
 * Queries of the server root (RFC 7644 section 3.4.2.1): over all resource types, one after the other in the registry's order.
 * An attribute that a type does not have is unassigned in its resources. A sort key orders within each type.
 */
import type { Answer } from './answer.js';
import type { Page } from './backend.js';
import { bindCursor, checkOrder, listAnswer, prepareQuery, readPage } from './list.js';
import type { ListParameters } from './list-parameters.js';
import { resourceBytes } from './read.js';
import type { Exchange } from './service.js';

/** GET / and POST /.search. */
export async function listRoot(exchange: Exchange, parameters: ListParameters): Promise<Answer> {
  const { service, context } = exchange;
  checkOrder(service.registry.resourceTypes, parameters);
  const binding = bindCursor(exchange, '/', parameters);
  const wanted = readPage(exchange, parameters, binding);
  const from = 'after' in wanted ? parsePosition(wanted.after) : undefined;
  const bodies: Buffer[] = [];
  let total = 0;
  let next: string | undefined;
  for (const [place, type] of service.registry.resourceTypes.entries()) {
    const left = wanted.count - bodies.length;
    const page = from === undefined ? pageByIndex(wanted, total, left) : pageByCursor(from, place, left);
    const query = { ...prepareQuery(exchange, parameters, type), page };
    const found = await service.backend.query(type, query, context);
    for (const stored of found.resources) bodies.push(resourceBytes(exchange, type, stored, parameters));
    total += found.total;
    if (from !== undefined && place >= from.place && wanted.count > 0) {
      const rest = found.next ?? (left === 0 && found.total > 0 ? '' : undefined);
      next ??= rest === undefined ? undefined : `${place}|${rest}`;
    }
  }
  return listAnswer(exchange, parameters, binding, { total, bodies, next });
}

/** Where a page starts: in the resource type at `place`, after the backend's own position, or at its beginning. */
interface RootPosition {
  place: number;
  after: string | null;
}

function parsePosition(position: string | null): RootPosition {
  if (position === null) return { place: 0, after: null };
  const bar = position.indexOf('|');
  return { place: Number(position.slice(0, bar)), after: position.slice(bar + 1) || null };
}

/** @param before how many matches the types before this one have. */
function pageByIndex(wanted: Page, before: number, count: number): Page {
  const startIndex = 'startIndex' in wanted ? wanted.startIndex : 1;
  return { startIndex: Math.max(1, startIndex - before), count };
}

/** Of the types before the position only the totals are wanted. */
function pageByCursor(from: RootPosition, place: number, count: number): Page {
  if (place < from.place) return { after: null, count: 0 };
  return { after: place === from.place ? from.after : null, count };
}
