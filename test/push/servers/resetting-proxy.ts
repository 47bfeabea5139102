/** Passes requests on to a server, and on demand breaks the connection after the server has carried one out. */
import { request as forward } from 'node:http';
import { listen, type ScimServer } from './server.js';

export interface ResettingProxy extends ScimServer {
  /** The next request that fits is carried out, and its answer lost. */
  loseAnswerTo(method: string, path: string): void;
}

export async function startResettingProxy(server: ScimServer): Promise<ResettingProxy> {
  const behind = new URL(server.url);
  const victims: { method: string; path: string }[] = [];
  const proxy = await listen(
    (incoming, outgoing) => {
      const { method = 'GET', url = '/', headers } = incoming;
      const path = url.split('?')[0] ?? '';
      const index = victims.findIndex((victim) => victim.method === method && path.endsWith(victim.path));
      const lost = index !== -1;
      if (lost) victims.splice(index, 1);
      const onward = forward(
        { host: behind.hostname, port: behind.port, method, path: url, headers },
        (answer) => {
          if (lost) {
            answer.resume().on('end', () => outgoing.socket?.destroy());
            return;
          }
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      incoming.pipe(onward);
    },
    behind.pathname,
    server.token,
  );
  return { ...proxy, loseAnswerTo: (method, path) => void victims.push({ method, path }) };
}
