import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TokenReader } from '../../src/server/auth.js';
import { issuedTokens } from '../../src/server/jwt.js';

const SETTINGS = {
  issuer: 'https://issuer.example',
  audience: 'scim',
  scopes: {
    'scim.read': { role: 'reader', view: 'directory' },
    'scim.write': { role: 'idp' },
  },
} as const;

let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
let server: Server;
let read: TokenReader;

beforeAll(async () => {
  keys = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256' };
  server = createServer((_, response) => {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  read = issuedTokens({
    ...SETTINGS,
    jwks: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
  });
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

function sign(
  claims: JWTPayload,
  { key = keys.privateKey, alg = 'RS256' }: { key?: CryptoKey | Uint8Array; alg?: string } = {},
): Promise<string> {
  return new SignJWT({ client_id: 'travel-tool', scope: 'scim.read', ...claims })
    .setProtectedHeader({ alg, kid: 'k1' })
    .setIssuer(claims.iss ?? SETTINGS.issuer)
    .setAudience(claims.aud ?? SETTINGS.audience)
    .setExpirationTime(claims.exp ?? '5m')
    .sign(key);
}

describe('access tokens of an issuer', () => {
  it('give the client and what its scope grants', async () => {
    expect(await read(await sign({}))).toEqual({ name: 'travel-tool', role: 'reader', view: 'directory' });
  });

  it('give the strongest role of several scopes, in either claim', async () => {
    expect(await read(await sign({ scope: 'openid scim.read scim.write' }))).toEqual({
      name: 'travel-tool',
      role: 'idp',
    });
    expect(await read(await sign({ scope: undefined, scp: ['scim.write'] }))).toMatchObject({ role: 'idp' });
  });

  it('name the client by client_id, azp or sub', async () => {
    expect(await read(await sign({ client_id: undefined, azp: 'entra' }))).toMatchObject({ name: 'entra' });
    expect(await read(await sign({ client_id: undefined, sub: 'jane' }))).toMatchObject({ name: 'jane' });
    await expect(read(await sign({ client_id: undefined }))).rejects.toMatchObject({ status: 401 });
  });

  it('are left to other readers when they are no JWTs', async () => {
    expect(await read('an-opaque-token')).toBeUndefined();
  });

  it.each<[string, JWTPayload]>([
    ['another issuer', { iss: 'https://elsewhere.example' }],
    ['another audience', { aud: 'mail' }],
    ['an expiry in the past', { exp: 1_000_000 }],
  ])('are refused for %s', async (_, claims) => {
    await expect(read(await sign(claims))).rejects.toMatchObject({ status: 401 });
  });

  it('are refused for a forged signature, a shared secret and no signature at all', async () => {
    const other = await generateKeyPair('RS256');
    await expect(read(await sign({}, { key: other.privateKey }))).rejects.toMatchObject({ status: 401 });
    const secret = new TextEncoder().encode('a shared secret that is long enough to be used');
    await expect(read(await sign({}, { key: secret, alg: 'HS256' }))).rejects.toMatchObject({ status: 401 });
    const [, payload] = (await sign({})).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    await expect(read(none)).rejects.toMatchObject({ status: 401 });
    await expect(read('a.b.c')).rejects.toMatchObject({ status: 401 });
  });

  it('get 403 when no scope of theirs is known', async () => {
    for (const scope of ['openid', 'constructor', '__proto__']) {
      await expect(read(await sign({ scope }))).rejects.toMatchObject({ status: 403 });
    }
  });

  it('get 503 when the issuer does not give its keys', async () => {
    const unreachable = issuedTokens({ ...SETTINGS, jwks: 'http://127.0.0.1:1/keys' });
    await expect(unreachable(await sign({}))).rejects.toMatchObject({ status: 503 });
  });
});
