/** From a route and a method to the operation: the SCIM protocol's table of endpoints (RFC 7644 section 3.2). */
import { notImplemented } from '../scim/errors.js';
import type { ResourceType } from '../scim/registry.js';
import type { Answer } from './answer.js';
import type { StoredResource } from './backend.js';
import { readBody } from './body.js';
import { runBulk } from './bulk.js';
import { listResources } from './list.js';
import { readListQuery, readSearchRequest } from './list-parameters.js';
import { getResource, resourceHeaders, writtenAnswer } from './read.js';
import { listRoot } from './root-query.js';
import type { Method, Route } from './routes.js';
import type { Exchange } from './service.js';
import { createResource, deleteResource, patchResource, replaceResource, type WriteTarget } from './write.js';

type OperableRoute = Exclude<Route, { kind: 'discovery' }>;

/** Runs the operation that the route and method stand for. */
export function operate(exchange: Exchange, route: OperableRoute, method: Method): Promise<Answer> {
  switch (route.kind) {
    case 'resource':
      return operateOnResource(exchange, route.type, route.id, method);
    case 'collection':
      if (method === 'POST') return postResource(exchange, route.type);
      return listResources(exchange, route.type, readListQuery(exchange.query));
    case 'search':
      return search(exchange, route.type);
    case 'root':
      return listRoot(exchange, readListQuery(exchange.query));
    case 'bulk':
      return postBulk(exchange);
    case 'me':
      return operateOnMe(exchange, method);
  }
}

async function search(exchange: Exchange, type: ResourceType | undefined): Promise<Answer> {
  const parameters = readSearchRequest(await readPayload(exchange));
  return type === undefined ? listRoot(exchange, parameters) : listResources(exchange, type, parameters);
}

async function postBulk(exchange: Exchange): Promise<Answer> {
  if (exchange.service.options.bulk === false) throw notImplemented('Bulk operations are switched off.');
  return runBulk(exchange, await readPayload(exchange));
}

function readPayload({ request, service }: Exchange): ReturnType<typeof readBody> {
  return readBody(request, service.limits.payloadBytes);
}

function operateOnResource(
  exchange: Exchange,
  type: ResourceType,
  id: string,
  method: Method,
): Promise<Answer> {
  const target: WriteTarget = { type, id, ifMatch: exchange.request.headers['if-match'] };
  switch (method) {
    case 'PUT':
      return putResource(exchange, target);
    case 'PATCH':
      return changeResource(exchange, target);
    case 'DELETE':
      return removeResource(exchange, target);
    default:
      return getResource(exchange, type, id);
  }
}

async function putResource(exchange: Exchange, target: WriteTarget): Promise<Answer> {
  const body = await readPayload(exchange);
  const stored = await replaceResource(exchange.service, target, body, exchange.context);
  return writtenAnswer(exchange, 200, target.type, stored);
}

async function changeResource(exchange: Exchange, target: WriteTarget): Promise<Answer> {
  const body = await readPayload(exchange);
  const { service, base, context } = exchange;
  return patchAnswer(exchange, target.type, await patchResource(service, target, body, base, context));
}

async function removeResource({ service, context }: Exchange, target: WriteTarget): Promise<Answer> {
  await deleteResource(service, target, context);
  return { status: 204, headers: {}, body: undefined };
}

async function postResource(exchange: Exchange, type: ResourceType): Promise<Answer> {
  const body = await readPayload(exchange);
  const stored = await createResource(exchange.service, type, body, exchange.context);
  return writtenAnswer(exchange, 201, type, stored);
}

/**
 * 200 with the resource; 204 when the client prefers no body (RFC 7240) or the group is large. Attributes that were asked for
 * are always answered (RFC 7644 section 3.5.2).
 */
function patchAnswer(exchange: Exchange, type: ResourceType, stored: StoredResource): Answer {
  const { query, request, service } = exchange;
  const minimal = /(^|[,;\s])return\s*=\s*"?minimal"?/i.test(String(request.headers.prefer ?? ''));
  const large = (stored.memberCount ?? 0) > service.limits.patchAnswerMembers;
  if (query.has('attributes') || query.has('excludedAttributes') || !(minimal || large)) {
    return writtenAnswer(exchange, 200, type, stored);
  }
  const applied: Record<string, string> = minimal ? { 'Preference-Applied': 'return=minimal' } : {};
  return {
    status: 204,
    headers: { ...resourceHeaders(exchange, type, stored), ...applied },
    body: undefined,
  };
}

/** `/Me` (RFC 7644 section 3.11): an alias of the User that the client's token stands for. */
async function operateOnMe(exchange: Exchange, method: Method): Promise<Answer> {
  const { service, context } = exchange;
  const users = service.registry.resourceType('User');
  if (context.client.subject === undefined || users === undefined || method === 'POST') {
    throw notImplemented('/Me needs a token that stands for a person.');
  }
  return operateOnResource(exchange, users, context.client.subject, method);
}
