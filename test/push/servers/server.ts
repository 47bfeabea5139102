/** A SCIM server under test, somebody else's or a small one of ours, on a loopback port of its own. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type JsonObject } from '../../../src/json.js';

export interface Request {
  method: string;
  path: string;
}

export interface ScimServer {
  url: string;
  token: string;
  /** Every request that reached it, in order; empty it at will. */
  requests: Request[];
  close(): Promise<void>;
}

/** Listens on a free loopback port. */
export async function listen(handler: RequestListener, base: string, token: string): Promise<ScimServer> {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', path: request.url ?? '' });
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    token,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Asks a server directly, past the code under test. */
export async function ask(
  server: ScimServer,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<JsonObject> {
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer: unknown = text === '' ? {} : JSON.parse(text);
  if (!response.ok || !isJsonObject(answer)) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return answer;
}

/** All resources that a server shows, read directly. */
export async function readAll(server: ScimServer, endpoint: '/Users' | '/Groups'): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  for (;;) {
    const page = await ask(server, 'GET', `${endpoint}?startIndex=${found.length + 1}&count=100`);
    const rows = Array.isArray(page.Resources) ? page.Resources.filter(isJsonObject) : [];
    found.push(...rows);
    if (rows.length === 0 || found.length >= Number(page.totalResults)) return found;
  }
}
