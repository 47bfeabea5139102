/** A real HTTP server that answers from a list of routes: the payloads of the reference page, word for word. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Route {
  path: string;
  /** Parameters that the request must carry with these values. */
  query?: Record<string, string>;
  /** Parameters that the request must not carry. */
  without?: string[];
  /** How many requests this route answers; all when left out. */
  times?: number;
  status?: number;
  headers?: Record<string, string>;
  /** Answered as JSON; `{origin}` in texts becomes the server's address. */
  body?: unknown;
  /** Answered as it is. */
  text?: string | Buffer;
}

export interface AskedRequest {
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
}

export interface ReplayServer {
  origin: string;
  tokenUrl: string;
  asked: AskedRequest[];
  close(): Promise<void>;
}

/** Starts the server on loopback. A route that nobody gave answers 404; tokens are always granted. */
export async function startReplayServer(routes: readonly Route[]): Promise<ReplayServer> {
  const asked: AskedRequest[] = [];
  const answers = new Map<Route, number>();
  let origin = '';

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', origin);
    const query = Object.fromEntries(url.searchParams);
    if (url.pathname === '/connect/token') {
      response.setHeader('content-type', 'application/json').end('{"access_token":"t0","expires_in":1800}');
      return;
    }
    asked.push({ path: url.pathname, query, headers: request.headers });
    const route = routes.find(
      (candidate) =>
        candidate.path === url.pathname &&
        (answers.get(candidate) ?? 0) < (candidate.times ?? Number.POSITIVE_INFINITY) &&
        Object.entries(candidate.query ?? {}).every(([name, value]) => query[name] === value) &&
        (candidate.without ?? []).every((name) => query[name] === undefined),
    );
    if (route === undefined) {
      response.writeHead(404).end('{"Status":404,"Message":"Not Found"}');
      return;
    }
    answers.set(route, (answers.get(route) ?? 0) + 1);
    const body = route.text ?? JSON.stringify(route.body).replaceAll('{origin}', origin);
    response
      .writeHead(route.status ?? 200, { 'content-type': 'application/json', ...route.headers })
      .end(body);
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, tokenUrl: `${origin}/connect/token`, asked, close: () => stop(server) };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
