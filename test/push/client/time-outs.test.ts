import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { parseAddress } from '../../../src/push/client/address.js';
import { createTransport, type Transport } from '../../../src/push/client/transport.js';

let server: Server;
let transport: Transport;
afterEach(async () => {
  server.closeAllConnections();
  await transport.close();
  await new Promise((resolve) => server.close(resolve));
});

/** The innermost layer, which bears 100 ms of silence, against a server that answers like this. */
async function open(listener: RequestListener, timeoutMs = 100): Promise<Transport> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  transport = createTransport({
    address: parseAddress(`http://127.0.0.1:${port}/scim`),
    headers: {},
    secrets: [],
    mediaType: 'application/scim+json',
    connections: 1,
    timeoutMs,
    knockTimeoutMs: 100,
    maxResponseBytes: 1_000_000,
    clock: systemClock,
  });
  return transport;
}

describe('a target that never answers', () => {
  it.each([
    ['sends no headers', () => {}, 'did not answer within 0.1 seconds'],
    [
      'stalls midway through the body',
      (_, response) => {
        response.writeHead(201, { 'content-type': 'application/scim+json' });
        response.write('{"id": "7", ');
      },
      'fell silent for 0.1 seconds midway',
    ],
  ] satisfies [string, RequestListener, string][])(
    'is given up when it %s, and what was asked may have happened',
    async (_, listener, reason) => {
      const { send } = await open(listener);
      await expect(send({ method: 'POST', path: '/Users', body: { userName: 'leo' } })).rejects.toMatchObject(
        {
          code: 'TARGET_NO_ANSWER',
          kind: 'unreachable',
          status: null,
          mayHaveHappened: true,
          message: expect.stringContaining(reason),
        },
      );
    },
  );

  it('is given up sooner by a request that asks whether it is there', async () => {
    const { send } = await open(() => {}, 600_000);
    await expect(
      send({ method: 'GET', path: '/ServiceProviderConfig', isKnock: true }),
    ).rejects.toMatchObject({
      code: 'TARGET_NO_ANSWER',
    });
  });

  it('holds nothing up: its connection serves the next request', async () => {
    let isFirst = true;
    const { send } = await open((_, response) => {
      if (isFirst) isFirst = false;
      else response.end('{}');
    });
    await expect(send({ method: 'GET', path: '/Users' })).rejects.toMatchObject({ code: 'TARGET_NO_ANSWER' });
    await expect(send({ method: 'GET', path: '/Users' })).resolves.toMatchObject({ status: 200 });
  });
});
