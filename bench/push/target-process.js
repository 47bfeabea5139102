// A SCIM target as small as can be, in a process of its own: it answers after a fixed time, throttles or takes Bulk as it is
// told, and counts. Plain JavaScript, so that no compiler sits in the measured process.
import { createServer } from 'node:http';

/** @type {{ latencyMs: number, perSecond: number | null, bulk: number }} */
const { latencyMs, perSecond, bulk } = JSON.parse(process.argv[2] ?? '{}');
/** @type {Map<string, object>} */
const resources = new Map();
const counters = {
  requests: 0,
  reads: 0,
  writes: 0,
  throttled: 0,
  operations: 0,
  members: 0,
  firstAt: 0,
  lastAt: 0,
};
let tokens = perSecond;
let filledAt = performance.now();
let nextId = 1;

/** A bucket that holds what is allowed in one second. */
function isThrottled() {
  if (perSecond === null) return false;
  const now = performance.now();
  tokens = Math.min(perSecond, tokens + ((now - filledAt) / 1000) * perSecond);
  filledAt = now;
  if (tokens < 1) return true;
  tokens -= 1;
  return false;
}

function discover(path) {
  if (path === '/ServiceProviderConfig') {
    return {
      patch: { supported: true },
      bulk: { supported: bulk > 0, maxOperations: bulk, maxPayloadSize: 1_048_576 },
      filter: { supported: true, maxResults: 200 },
    };
  }
  return { totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] };
}

function write(method, path, body) {
  counters.operations += 1;
  for (const { path, value } of body?.Operations ?? [])
    if (path === 'members') counters.members += value.length;
  if (method === 'POST') {
    const id = String(nextId++);
    resources.set(`${path}/${id}`, { ...body, id });
    return { status: 201, location: `${path}/${id}`, body: resources.get(`${path}/${id}`) };
  }
  return { status: resources.has(path) ? 200 : 404, location: path, body: resources.get(path) };
}

function answer(method, path, body) {
  if (method === 'GET') return { status: 200, body: resources.get(path) ?? discover(path) };
  if (path !== '/Bulk') return write(method, path, body);
  const Operations = body.Operations.map(({ method, path, bulkId, data }) => {
    const { status, location } = write(method, path, data);
    return { method, bulkId, location, status: String(status) };
  });
  return {
    status: 200,
    body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'], Operations },
  };
}

const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  const path = (request.url ?? '/').split('?')[0];
  const isWrite = request.method !== 'GET';
  counters.requests += 1;
  counters[isWrite ? 'writes' : 'reads'] += 1;
  if (isWrite) counters.firstAt ||= performance.now();
  if (isWrite && isThrottled()) {
    counters.throttled += 1;
    response.writeHead(429, { 'retry-after': '1' }).end();
    return;
  }
  const { status, body, location } = answer(request.method, path, text === '' ? undefined : JSON.parse(text));
  setTimeout(() => {
    if (isWrite) counters.lastAt = performance.now();
    response.writeHead(status, { 'content-type': 'application/scim+json', ...(location && { location }) });
    response.end(JSON.stringify(body));
  }, latencyMs);
});
process.on('message', () => {
  process.send?.({ ...counters });
  for (const name of Object.keys(counters)) counters[name] = 0;
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
