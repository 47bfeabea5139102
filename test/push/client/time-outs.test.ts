import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openTransport } from './innermost.js';

/** Bears 100 ms of silence. */
const open = (listener: RequestListener, timeoutMs = 100) =>
  openTransport(listener, { timeoutMs, knockTimeoutMs: 100 });

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
