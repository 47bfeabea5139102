/** One HTTP server that can be stopped without cutting answers short. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BridgeError } from '../errors.js';

export interface HttpServer {
  /** `http://127.0.0.1:8080`. */
  url: string;
  /** Takes no new connections, lets requests in flight end, and cuts what is left after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** @throws BridgeError PORT_UNAVAILABLE */
export async function listen(
  listener: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<HttpServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(unavailable(host, port, cause)));
    server.listen(port, host, resolve);
  });
  const { port: bound, address, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: (graceMs) => close(server, graceMs),
  };
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function unavailable(host: string, port: number, cause: unknown): BridgeError {
  return new BridgeError('PORT_UNAVAILABLE', `Nobody can be served at ${host}, port ${port}.`, {
    remedy: 'Choose another server.port or server.host, or stop the program that uses it.',
    exitCode: 2,
    cause,
  });
}
