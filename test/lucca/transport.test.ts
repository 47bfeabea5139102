import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { apiKeyCredentials } from '../../src/lucca/api-key/key.js';
import { LuccaError } from '../../src/lucca/errors.js';
import { exchange, type HttpLimits } from '../../src/lucca/exchange.js';
import { withSession } from '../../src/lucca/session.js';
import { createTransport } from '../../src/lucca/transport.js';
import { FakeClock } from './support/fake-clock.js';
import { rejectionOf, thrownBy } from './support/thrown.js';

const KEY = '0f8fad5b-d9cb-469f-a165-70867728950e';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

function get(tenant: string, { clock = new FakeClock() }: { clock?: FakeClock } = {}) {
  return withSession({ tenant, clock, random: () => 0.5 }, (session) =>
    createTransport(session, apiKeyCredentials(KEY)).get('/api/v3/users', {
      paging: '0,1000',
      fields: 'id,mail',
    }),
  );
}

/** One exchange, never tried again. */
function getOnce(tenant: string, limits: Partial<HttpLimits>) {
  return withSession({ tenant, limits }, (session) =>
    exchange(session.dispatcher, { method: 'GET', url: new URL(tenant), headers: {} }, session.limits),
  );
}

async function faultOf(promise: Promise<unknown>): Promise<LuccaError> {
  const error = await rejectionOf(promise);
  if (!(error instanceof LuccaError)) throw error;
  return error;
}

describe('a request', () => {
  it('carries the key, asks for compression, and leaves commas as they are', async () => {
    const asked: unknown[] = [];
    const tenant = await serve((request, response) => {
      const { authorization, 'accept-encoding': encoding } = request.headers;
      asked.push([request.method, request.url, authorization, encoding]);
      response.end('{}');
    });
    await get(tenant);
    expect(asked).toEqual([
      ['GET', '/api/v3/users?paging=0,1000&fields=id,mail', `lucca application=${KEY}`, 'gzip'],
    ]);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('takes an answer compressed with %s', async (encoding, compress) => {
    const tenant = await serve((_, response) => {
      response.setHeader('content-encoding', encoding).end(compress('{"name":"Zoé"}'));
    });
    expect(await get(tenant)).toEqual({ name: 'Zoé' });
  });

  it('follows no redirect', async () => {
    let requests = 0;
    const tenant = await serve((_, response) => {
      requests += 1;
      response.writeHead(302, { location: '/identity/login' }).end();
    });
    expect(await faultOf(get(tenant))).toMatchObject({ code: 'LUCCA_REDIRECTED', exitCode: 2 });
    expect(requests).toBe(1);
  });
});

describe('a transient fault is tried three more times, with growing pauses', () => {
  it.each([
    ['an internal error', 500, '{}', 'LUCCA_SERVER_ERROR'],
    ['truncated JSON', 200, '{"data":', 'LUCCA_ANSWER_CUT'],
    ['an empty body', 200, '', 'LUCCA_ANSWER_EMPTY'],
    ['a 408', 408, '', 'LUCCA_TOO_SLOW'],
  ])('%s', async (_, status, body, code) => {
    let requests = 0;
    const tenant = await serve((_request, response) => {
      requests += 1;
      response.writeHead(status).end(body);
    });
    const clock = new FakeClock();
    expect(await faultOf(get(tenant, { clock }))).toMatchObject({ code });
    expect(requests).toBe(4);
    expect(clock.slept).toEqual([500, 1000, 2000]);
  });

  it('and forgotten when Lucca recovers', async () => {
    let requests = 0;
    const tenant = await serve((_, response) => {
      requests += 1;
      response.writeHead(requests < 3 ? 503 : 200).end('{"ok":true}');
    });
    expect(await get(tenant)).toEqual({ ok: true });
  });

  it('waits as long as a 503 says', async () => {
    let requests = 0;
    const tenant = await serve((_, response) => {
      requests += 1;
      if (requests === 1) response.writeHead(503, { 'retry-after': '30' }).end();
      else response.end('{}');
    });
    const clock = new FakeClock();
    await get(tenant, { clock });
    expect(clock.slept).toEqual([30_000]);
  });

  it('a connection that is cut counts as one', async () => {
    let requests = 0;
    const tenant = await serve((request, response) => {
      requests += 1;
      if (requests === 1) request.socket.destroy();
      else response.end('{"ok":true}');
    });
    expect(await get(tenant)).toEqual({ ok: true });
  });
});

describe('a 429 slows down and is no failure', () => {
  it.each([
    ['seconds', () => '17'],
    ['a date', (now: number) => new Date(now + 17_000).toUTCString()],
  ])('with Retry-After as %s', async (_, retryAfter) => {
    let requests = 0;
    const clock = new FakeClock();
    const tenant = await serve((_request, response) => {
      requests += 1;
      response.setHeader('date', new Date(clock.now()).toUTCString());
      if (requests <= 5) response.writeHead(429, { 'retry-after': retryAfter(clock.now()) }).end();
      else response.end('{"ok":true}');
    });
    expect(await get(tenant, { clock })).toEqual({ ok: true });
    expect(clock.slept).toEqual([17_000, 17_000, 17_000, 17_000, 17_000]);
  });

  it('until it never ends', async () => {
    const tenant = await serve((_, response) => {
      response.writeHead(429).end();
    });
    expect(await faultOf(get(tenant))).toMatchObject({ code: 'LUCCA_QUOTA_EXHAUSTED', exitCode: 1 });
  });
});

describe('limits', () => {
  it('an answer that does not begin in time is too slow', async () => {
    const tenant = await serve(() => {});
    expect(await faultOf(getOnce(tenant, { headersTimeout: 50 }))).toMatchObject({
      code: 'LUCCA_TOO_SLOW',
      fault: 'slow',
    });
  });

  it('an answer that stops half-way is too slow', async () => {
    const tenant = await serve((_, response) => {
      response.write('{"data":');
    });
    expect(await faultOf(getOnce(tenant, { bodyTimeout: 50 }))).toMatchObject({
      code: 'LUCCA_TOO_SLOW',
    });
  });

  it('an answer that unpacks to more than the limit is refused before it fills the memory', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000, ' '));
    const tenant = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip').end(bomb);
    });
    expect(bomb.length).toBeLessThan(100_000);
    const fault = await faultOf(getOnce(tenant, { bodyBytes: 1_000_000 }));
    expect(fault).toMatchObject({ code: 'LUCCA_ANSWER_TOO_LARGE', fault: 'not-data' });
    expect(fault.message).toContain('1000000 bytes');
  });

  it('a compressed answer that is cut short is tried again, then named', async () => {
    const whole = gzipSync('{"ok":true}');
    const tenant = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip').end(whole.subarray(0, whole.length - 6));
    });
    expect(await faultOf(get(tenant))).toMatchObject({ code: 'LUCCA_ANSWER_CUT' });
  });

  it('an answer that is not UTF-8 is refused rather than garbled', async () => {
    const tenant = await serve((_, response) => {
      response.end(Buffer.from('{"name":"Zo\xe9"}', 'latin1'));
    });
    expect(await faultOf(get(tenant))).toMatchObject({ code: 'LUCCA_NOT_JSON' });
  });
});

describe('a host that cannot be reached', () => {
  it('is named, and is a matter of configuration', async () => {
    const tenant = await serve(() => {});
    server?.close();
    const fault = await faultOf(get(tenant));
    expect(fault).toMatchObject({ code: 'LUCCA_UNREACHABLE', exitCode: 2 });
    expect(fault.message).toContain(new URL(tenant).host);
  });
});

describe('an API key', () => {
  it.each([
    KEY,
    ` ${KEY}\n`,
    `{${KEY}}`,
    `"${KEY}"`,
    `lucca application=${KEY}`,
    `Authorization: Lucca application={${KEY}}`,
  ])('is taken as people paste it: %j', async (pasted) => {
    expect(await apiKeyCredentials(pasted).headers()).toEqual({ authorization: `lucca application=${KEY}` });
  });

  it.each(['', '  ', 'two words', 'line\nbreak', 'clé'])('that no key can be is refused: %j', (pasted) => {
    expect(thrownBy(() => apiKeyCredentials(pasted))).toMatchObject({
      code: 'LUCCA_KEY_MALFORMED',
      exitCode: 2,
    });
  });
});
