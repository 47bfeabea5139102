/**
 * The SCIM endpoint as one handler, for Express and for Node alone. Everything between the request and its answer happens in plain sight here, in
 * order: address, credentials, rate, method, role, operation. One handler instead of a stack of middleware because every
 * layer of Express costs requests a second; the operations themselves know nothing of HTTP beyond an `Answer`.
 */
import type { ServerResponse } from 'node:http';
import { forbidden, methodNotAllowed, notFound, type ScimError } from '../scim/errors.js';
import { type AddressReader, createAddressReader } from './address.js';
import { type Answer, errorAnswer, send, toScimError } from './answer.js';
import type { Client } from './backend.js';
import { createDiscovery, type DiscoveryReader } from './discovery.js';
import { operate } from './operate.js';
import { parseQueryString } from './query-string.js';
import { allowHeader, allows, describeRoute, findRoute, isReading, type Route } from './routes.js';
import type { ScimHandler, ScimRequest } from './scim-request.js';
import { ANYONE, createService, type Exchange, type ScimRouterOptions, type Service } from './service.js';

/**
 * A SCIM 2.0 endpoint (RFC 7643, 7644, 9865) for `app.use('/any/base/path', scimRouter(…))`, in Express 5 or 4. It answers
 * every request below its base path, errors included, and needs no body parser before it.
 */
export function scimRouter(options: ScimRouterOptions): ScimHandler {
  const whole = createFace(options);
  const views = [...(options.views ?? [])].map(
    ([name, registry]) => [name, createFace({ ...options, registry, rateLimit: undefined })] as const,
  );
  const faces: Faces = { whole, views: new Map(views) };
  return (request, response) => {
    void serve({ faces, request, response });
  };
}

/** The endpoint as some clients see it: everything follows from the registry. */
interface Face {
  service: Service;
  discovery: DiscoveryReader;
  address: AddressReader;
}

interface Faces {
  whole: Face;
  views: ReadonlyMap<string, Face>;
}

function createFace(options: ScimRouterOptions): Face {
  const service = createService(options);
  return {
    service,
    discovery: createDiscovery(service),
    address: createAddressReader(options.publicUrl),
  };
}

interface Serving {
  faces: Faces;
  request: ScimRequest;
  response: ServerResponse;
}

/** What is known of a request by the time it is answered. */
interface Trace {
  route?: Route;
  client?: Client;
  error?: ScimError;
}

/** Never rejects. */
async function serve(serving: Serving): Promise<void> {
  const { faces, request, response } = serving;
  const { log, onError } = faces.whole.service.options;
  const started = log === undefined ? 0 : performance.now();
  const trace: Trace = {};
  let answer: Answer;
  try {
    answer = await answerRequest(serving, trace);
  } catch (error) {
    trace.error = toScimError(error);
    if (trace.error.status === 500) onError?.(error);
    answer = errorAnswer(trace.error, errorHeaders(trace.error, trace.route, faces.whole.service));
  }
  send(response, answer);
  log?.({
    client: trace.client?.name,
    method: request.method ?? '',
    route: trace.route === undefined ? undefined : describeRoute(trace.route),
    id: trace.route?.kind === 'resource' ? trace.route.id : undefined,
    status: answer.status,
    milliseconds: performance.now() - started,
    error: trace.error && { code: trace.error.code, detail: trace.error.privateDetail },
  });
}

async function answerRequest({ faces, request }: Serving, trace: Trace): Promise<Answer> {
  const { service: whole } = faces.whole;
  const [path, search] = splitUrl(request.url ?? '');
  trace.route = findRoute(path, whole.registry);
  if (request.method === 'OPTIONS' && trace.route !== undefined) {
    return { status: 204, headers: { Allow: allowHeader(trace.route) }, body: undefined };
  }
  const isAnyone = isOpen(trace.route, whole) && request.headers.authorization === undefined;
  const admitted = isAnyone ? ANYONE : whole.authenticator.authenticate(request);
  // Waiting costs a little even where there is nothing to wait for.
  const client = admitted instanceof Promise ? await admitted : admitted;
  trace.client = client;
  const refused = whole.limiter && (await whole.limiter(client));
  if (refused !== undefined) return refused;
  const { service, discovery, address } = chooseFace(faces, client);
  const route = service === whole ? trace.route : findRoute(path, service.registry);
  if (route === undefined) throw notFound('There is no such endpoint.');
  const { method = '' } = request;
  if (!allows(route, method)) throw methodNotAllowed(`The endpoint does not know ${method}.`);
  if (client.role === 'reader' && !isReading(route, method)) throw forbidden('The token may only read.');
  const base = address(request);
  const query = parseQueryString(search);
  if (route.kind === 'discovery') return discovery(route.endpoint, route.id, base, query.has('filter'));
  const exchange: Exchange = { service, request, base, query, context: { client } };
  return await operate(exchange, route, method);
}

function chooseFace({ whole, views }: Faces, { view }: Client): Face {
  const face = view === undefined ? whole : views.get(view);
  if (face === undefined) throw forbidden('The view of the token is not known here.');
  return face;
}

function splitUrl(url: string): [path: string, search: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

function isOpen(route: Route | undefined, { options }: Service): boolean {
  return route?.kind === 'discovery' && (options.openDiscovery ?? true);
}

const RETRY_AFTER_SECONDS = '5';

/** What an error says in the head of its answer (RFC 9110 sections 10.2.3, 15.5.2 and 15.5.6). */
function errorHeaders(
  { status }: ScimError,
  route: Route | undefined,
  { authenticator }: Service,
): Readonly<Record<string, string>> {
  if (status === 401) return { 'WWW-Authenticate': authenticator.challenge };
  if (status === 503) return { 'Retry-After': RETRY_AFTER_SECONDS };
  return status === 405 && route !== undefined ? { Allow: allowHeader(route) } : {};
}
