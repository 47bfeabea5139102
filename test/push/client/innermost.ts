/** The innermost layer of the client alone, against a server of one test. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { parseAddress } from '../../../src/push/client/address.js';
import { createTransport, type Transport } from '../../../src/push/client/transport.js';

export interface Bounds {
  /** So much silence it bears, in milliseconds. */
  timeoutMs?: number;
  knockTimeoutMs?: number;
  maxResponseBytes?: number;
}

/** @param listener how the server answers; both end with the test */
export async function openTransport(
  listener: RequestListener,
  { timeoutMs = 10_000, knockTimeoutMs = 10_000, maxResponseBytes = 1_000_000 }: Bounds = {},
): Promise<Transport> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = createTransport({
    address: parseAddress(`http://127.0.0.1:${port}/scim`),
    headers: {},
    secrets: [],
    mediaType: 'application/scim+json',
    connections: 1,
    timeoutMs,
    knockTimeoutMs,
    maxResponseBytes,
    clock: systemClock,
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await transport.close();
    await new Promise((resolve) => server.close(resolve));
  });
  return transport;
}
