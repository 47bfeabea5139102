import { afterEach, describe, expect, it } from 'vitest';
import { defaultRegistry } from '../../../src/scim/registry.js';
import { USER } from '../../../src/scim/schema.js';
import type { TargetFault } from '../../../src/testing/target/faults.js';
import {
  startTargetSimulator,
  type TargetSimulator,
  type TargetSimulatorOptions,
} from '../../../src/testing/target/simulator.js';

let target: TargetSimulator | undefined;

afterEach(async () => {
  await target?.close();
  target = undefined;
});

async function start(options?: TargetSimulatorOptions): Promise<TargetSimulator> {
  target = await startTargetSimulator(options);
  return target;
}

function call(
  { url }: TargetSimulator,
  method: string,
  path: string,
  body?: object,
  authorization = 'Bearer target-token',
): Promise<Response> {
  return fetch(url + path, {
    method,
    headers: { authorization, 'content-type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const ines = { schemas: [USER], userName: 'ines' };

describe('a simulated target', () => {
  it('is a SCIM server on loopback that starts empty', async () => {
    const server = await start();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/scim\/v2$/);
    expect((await call(server, 'POST', '/Users', ines)).status).toBe(201);
    expect(server.users()).toMatchObject([{ userName: 'ines', active: true }]);
    expect(server.groups()).toEqual([]);
  });

  it('asks for its bearer token, or for a whole header of its own', async () => {
    const bearer = await start({ token: 'secret' });
    expect((await call(bearer, 'GET', '/Users', undefined, 'Bearer secret')).status).toBe(200);
    expect((await call(bearer, 'GET', '/Users')).status).toBe(401);
    await bearer.close();
    const key = await start({ authHeader: 'ApiKey 123' });
    expect((await call(key, 'GET', '/Users', undefined, 'ApiKey 123')).status).toBe(200);
    const refused = await call(key, 'GET', '/Users', undefined, 'Bearer 123');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'ApiKey']);
  });

  it('remembers what reached it, and counts reads and writes apart', async () => {
    const server = await start();
    await call(server, 'POST', '/Users', ines);
    await call(server, 'GET', '/Users?filter=userName%20eq%20%22ines%22&count=1');
    await call(server, 'POST', '/Users/.search', {});
    await call(server, 'DELETE', '/Users/none');
    expect(server.counters).toEqual({ reads: 2, writes: 2 });
    expect(server.requests.slice(0, 2)).toEqual([
      { method: 'POST', path: '/Users', query: {}, body: ines },
      { method: 'GET', path: '/Users', query: { filter: 'userName eq "ines"', count: '1' }, body: undefined },
    ]);
    server.forgetRequests();
    expect(server.counters).toEqual({ reads: 0, writes: 0 });
  });

  it('can be edited behind the back of its clients', async () => {
    const server = await start();
    await call(server, 'POST', '/Users', ines);
    const members = server.users().map(({ id }) => ({ value: id }));
    const group = defaultRegistry.resourceType('Group');
    if (group !== undefined) server.backend.create(group, { displayName: 'G', members });
    expect(server.groups()).toMatchObject([{ displayName: 'G', members }]);
    expect(server.users()).toMatchObject([{ groups: [{ display: 'G' }] }]);
  });

  it('leaves nothing listening when it is closed', async () => {
    const server = await start();
    await server.close();
    await expect(call(server, 'GET', '/Users')).rejects.toThrow();
  });
});

describe('a fault', () => {
  const once = (fault: TargetFault) => {
    let struck = false;
    return () => {
      if (struck) return undefined;
      struck = true;
      return fault;
    };
  };

  it('may be that the target resets the connection, having done nothing', async () => {
    const server = await start({ before: once({ kind: 'reset' }) });
    await expect(call(server, 'POST', '/Users', ines)).rejects.toThrow();
    expect(server.users()).toHaveLength(0);
    expect((await call(server, 'POST', '/Users', ines)).status).toBe(201);
  });

  it('may be that the target does what is asked and resets the connection then', async () => {
    const server = await start({ before: once({ kind: 'commit-then-reset' }) });
    await expect(call(server, 'POST', '/Users', ines)).rejects.toThrow();
    expect(server.users()).toHaveLength(1);
    expect((await call(server, 'POST', '/Users', ines)).status).toBe(409);
  });

  it.each<[TargetFault, number, string | null]>([
    [{ kind: 'throttle', retryAfter: 7 }, 429, '7'],
    [{ kind: 'unavailable', retryAfter: 3 }, 503, '3'],
    [{ kind: 'unavailable' }, 503, null],
    [{ kind: 'error' }, 500, null],
  ])('may be %o', async (fault, status, retryAfter) => {
    const server = await start({ before: once(fault) });
    const response = await call(server, 'POST', '/Users', ines);
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(response.headers.get('content-type')).toBe('application/scim+json');
    expect(await response.json()).toMatchObject({ status: String(status) });
    expect(server.users()).toHaveLength(0);
  });

  it('may be that the answer comes late', async () => {
    const server = await start({ before: once({ kind: 'slow', milliseconds: 1 }) });
    expect((await call(server, 'POST', '/Users', ines)).status).toBe(201);
  });

  it('may depend on the request, and may be switched off', async () => {
    const server = await start();
    server.setFault(({ method }) => (method === 'POST' ? { kind: 'error' } : undefined));
    expect((await call(server, 'GET', '/Users')).status).toBe(200);
    expect((await call(server, 'POST', '/Users', ines)).status).toBe(500);
    server.setFault(undefined);
    expect((await call(server, 'POST', '/Users', ines)).status).toBe(201);
    expect(server.counters).toEqual({ reads: 1, writes: 2 });
  });
});
