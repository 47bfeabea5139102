/** A few lines of SCIM on loopback, with every answer open to change: for what no real server would do on demand. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.js';
import {
  createTargetClient,
  type TargetClient,
  type TargetClientOptions,
} from '../../src/push/client/target-client.js';
import { loadProfile } from '../../src/push/load-profile.js';
import { fakeClock } from './clock.js';
import { listen, type ScimServer } from './servers/server.js';

export interface Call {
  method: string;
  /** Below the base address, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: JsonObject | undefined;
}

export interface Answer {
  status: number;
  body?: JsonValue;
  /** Instead of a JSON body. */
  text?: string;
  headers?: Record<string, string>;
}

/** `reset` breaks the connection instead of answering. */
export type Responder = (call: Call) => Answer | 'reset' | undefined;

export interface TinyTarget extends ScimServer {
  calls: Call[];
  /** Asked before the ordinary answer; undefined lets that pass. */
  respond: Responder;
  /** What becomes of the rows of a bulk answer on their way out. */
  arrange(rows: JsonObject[]): JsonObject[];
  users: Map<string, JsonObject>;
  groups: Map<string, JsonObject>;
}

const TOKEN = 'tiny-token';

/** Users and Groups in memory, filters of one `eq`, index paging, PATCH of groups' members by path. */
export async function startTinyTarget(): Promise<TinyTarget> {
  const users = new Map<string, JsonObject>();
  const groups = new Map<string, JsonObject>();
  const calls: Call[] = [];
  const server = await listen(
    async (request, response) => {
      const call = await readCall(request);
      calls.push(call);
      const answer = answerTo(call);
      if (answer === 'reset') request.socket.resetAndDestroy();
      else send(response, answer);
    },
    '/scim',
    TOKEN,
  );
  const answerTo = (call: Call): Answer | 'reset' =>
    target.respond(call) ??
    (call.path === '/Bulk'
      ? bulk(call, answerTo, target)
      : ordinary(call, { '/Users': users, '/Groups': groups }));
  const target: TinyTarget = {
    ...server,
    calls,
    users,
    groups,
    respond: () => undefined,
    arrange: (rows) => rows,
  };
  return target;
}

export function tinyClient(
  target: ScimServer,
  over: Partial<TargetClientOptions> & { options?: Record<string, unknown> } = {},
): TargetClient {
  const { options, ...rest } = over;
  return createTargetClient({
    url: target.url,
    profile: loadProfile('generic', options),
    token: TOKEN,
    clock: fakeClock(),
    ...rest,
  });
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://target');
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return {
    method: request.method ?? '',
    path: url.pathname.replace(/^\/scim/, ''),
    query: url.searchParams,
    headers: request.headers,
    body: isJsonObject(body) ? body : undefined,
  };
}

function send(response: ServerResponse, { status, body, text, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
  response.end(text ?? (body === undefined ? '' : JSON.stringify(body)));
}

/** Each operation as if it had come alone (RFC 7644 section 3.7). */
function bulk(
  { query, headers, body }: Call,
  answerTo: (call: Call) => Answer | 'reset',
  target: Pick<TinyTarget, 'arrange'>,
): Answer {
  const operations = (Array.isArray(body?.Operations) ? body.Operations : []).filter(isJsonObject);
  const results = operations.flatMap(({ method, path, bulkId, data }) => {
    const own = { method: String(method), path: String(path), query, headers };
    const answer = answerTo({ ...own, body: isJsonObject(data) ? data : undefined });
    if (answer === 'reset') return [];
    const id = isJsonObject(answer.body) ? answer.body.id : undefined;
    const location = method === 'POST' ? `http://target/scim${path}/${id}` : `http://target/scim${path}`;
    return [
      {
        method: String(method),
        status: String(answer.status),
        ...(bulkId === undefined ? {} : { bulkId }),
        ...(answer.status < 300 || method !== 'POST' ? { location } : {}),
        ...(answer.status < 300 ? {} : { response: answer.body ?? {} }),
      },
    ];
  });
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
      Operations: target.arrange(results),
    },
  };
}

function ordinary(
  { method, path, query, body }: Call,
  kinds: Record<string, Map<string, JsonObject>>,
): Answer {
  const [, endpoint = '', id] = path.split('/');
  const rows = kinds[`/${endpoint}`];
  if (rows === undefined) return scimError(404);
  if (id === undefined) {
    if (method !== 'POST') return list([...rows.values()].filter(matches(query.get('filter'))), query);
    const made = String(rows.size + 1);
    rows.set(made, { ...body, id: made });
    return { status: 201, body: rows.get(made) ?? {} };
  }
  const row = rows.get(decodeURIComponent(id));
  if (row === undefined) return scimError(404);
  if (method === 'DELETE') rows.delete(id);
  if (method === 'PUT') rows.set(id, { ...body, id });
  if (method === 'PATCH') rows.set(id, patch(row, body));
  return method === 'GET' ? { status: 200, body: row } : { status: 204 };
}

export function list(rows: readonly JsonObject[], query = new URLSearchParams()): Answer {
  const start = Number(query.get('startIndex') ?? 1);
  const page = rows.slice(start - 1, start - 1 + Number(query.get('count') ?? 100));
  return {
    status: 200,
    body: { totalResults: rows.length, startIndex: start, itemsPerPage: page.length, Resources: page },
  };
}

export function scimError(status: number, detail = 'no', scimType?: string): Answer {
  return {
    status,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      detail,
      ...(scimType === undefined ? {} : { scimType }),
    },
  };
}

function matches(filter: string | null): (row: JsonObject) => boolean {
  const [attribute = '', , ...value] = (filter ?? '').split(' ');
  if (filter === null) return () => true;
  const wanted = String(JSON.parse(value.join(' '))).toLowerCase();
  const [name = '', sub] = attribute.split('.');
  return (row) =>
    [row[name]]
      .flat()
      .map((item) => (sub !== undefined && isJsonObject(item) ? item[sub] : item))
      .some((item) => String(item).toLowerCase() === wanted);
}

/** Enough of PATCH for what these tests send. */
function patch(row: JsonObject, body: JsonObject | undefined): JsonObject {
  const operations = (Array.isArray(body?.Operations) ? body.Operations : []).filter(isJsonObject);
  const members = new Map(
    (Array.isArray(row.members) ? row.members : [])
      .filter(isJsonObject)
      .map((member) => [String(member.value), member]),
  );
  const patched: JsonObject = { ...row };
  for (const { op, path, value } of operations) {
    const removed = /^members\[value eq "(.*)"\]$/.exec(String(path))?.[1];
    if (removed !== undefined) members.delete(removed);
    else if (path === 'members')
      for (const member of Array.isArray(value) ? value.filter(isJsonObject) : [])
        members.set(String(member.value), member);
    else if (path === undefined) Object.assign(patched, value);
    else patched[String(path)] = op === 'remove' ? undefined : value;
  }
  return members.size > 0 || row.members !== undefined
    ? { ...patched, members: [...members.values()] }
    : patched;
}
