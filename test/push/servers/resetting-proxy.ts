/** Passes requests on to a server, and on demand breaks the connection: before the server hears of it, or after it has acted. */
import { request as forward } from 'node:http';
import { listen, type ScimServer } from './server.js';

export interface ResettingProxy extends ScimServer {
  /** The next request that fits is carried out, and its answer lost. */
  loseAnswerTo(method: string, path: string): void;
  /** Lets so many more writes through; from then on nobody is reached any more. */
  goDownAfter(writes: number): void;
  comeUp(): void;
}

export async function startResettingProxy(server: ScimServer): Promise<ResettingProxy> {
  const behind = new URL(server.url);
  const victims: { method: string; path: string }[] = [];
  let writesLeft = Infinity;
  const proxy = await listen(
    (incoming, outgoing) => {
      const { method = 'GET', url = '/', headers } = incoming;
      if (writesLeft <= 0) {
        incoming.socket.destroy();
        return;
      }
      if (method !== 'GET') writesLeft -= 1;
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
  return {
    ...proxy,
    loseAnswerTo: (method, path) => void victims.push({ method, path }),
    goDownAfter: (writes) => {
      writesLeft = writes;
    },
    comeUp: () => {
      writesLeft = Infinity;
    },
  };
}
