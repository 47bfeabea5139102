import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openTransport } from './innermost.js';

let asked: unknown;

/** Against a server that answers with this body, encoded like this; answers above 100,000 bytes are too large. */
async function get(body: Buffer, encoding: string, status = 200) {
  const transport = await openTransport(
    (request, response) => {
      asked = request.headers['accept-encoding'];
      response.writeHead(status, { 'content-type': 'application/scim+json', 'content-encoding': encoding });
      response.end(body);
    },
    { maxResponseBytes: 100_000 },
  );
  return transport.send({ method: 'GET', path: '/Users/7' });
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('a target that compresses its answers although none was asked for', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('is understood: %s', async (encoding, compress) => {
    expect(await get(compress(json({ id: '7', userName: 'zoé' })), encoding)).toMatchObject({
      body: { id: '7', userName: 'zoé' },
    });
    expect(asked).toBe('identity');
  });

  it('says what is wrong in a compressed answer too', async () => {
    const body = gzipSync(json({ status: '400', scimType: 'invalidValue', detail: 'no such title' }));
    await expect(get(body, 'gzip', 400)).rejects.toMatchObject({ status: 400, scimType: 'invalidValue' });
  });

  it('is bounded by what comes out, not by what was sent', async () => {
    const body = gzipSync(Buffer.alloc(50_000_000, ' '));
    expect(body.length).toBeLessThan(100_000);
    await expect(get(body, 'gzip')).rejects.toMatchObject({ code: 'TARGET_TOO_LARGE' });
  });

  it('is not believed when the answer cannot be decompressed', async () => {
    await expect(get(gzipSync(json({ id: '7' })).subarray(0, 15), 'gzip')).rejects.toMatchObject({
      code: 'TARGET_NO_ANSWER',
      mayHaveHappened: true,
      message: expect.stringContaining('cannot be decompressed'),
    });
  });
});
