import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { bearerAuthenticator, hashedTokens, hashToken } from '../../src/server/auth.js';

const requestWith = (authorization?: string): IncomingMessage =>
  ({ headers: authorization === undefined ? {} : { authorization } }) as IncomingMessage;

describe('bearer tokens', () => {
  const authenticator = bearerAuthenticator(
    hashedTokens([
      { name: 'okta', role: 'idp', subject: 'u1', tokens: [hashToken('old'), hashToken('new')] },
      { name: 'optima', role: 'reader', view: 'optima-hr', tokens: [hashToken('optima-token')] },
      { name: 'retired', role: 'admin', tokens: [] },
    ]),
  );

  it('are recognised by their hash and give the client, without its hashes', async () => {
    expect(await authenticator.authenticate(requestWith('Bearer optima-token'))).toEqual({
      name: 'optima',
      role: 'reader',
      view: 'optima-hr',
    });
  });

  it('may be several for one client', async () => {
    for (const token of ['old', 'new']) {
      expect(await authenticator.authenticate(requestWith(`Bearer ${token}`))).toMatchObject({
        name: 'okta',
        subject: 'u1',
      });
    }
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['the scheme alone', 'Bearer'],
    ['another scheme', 'Basic b2xk'],
    ['a token without scheme', 'old'],
    ['an unknown token', 'Bearer ancient'],
    ['the hash instead of the token', `Bearer ${hashToken('old')}`],
    ['two tokens', 'Bearer old new'],
  ])('are refused for %s', async (_, header) => {
    await expect(async () => authenticator.authenticate(requestWith(header))).rejects.toMatchObject({
      status: 401,
    });
  });

  it('are asked of each reader in turn', async () => {
    const either = bearerAuthenticator(
      async () => undefined,
      (token) => (token === 'second' ? { name: 'b', role: 'reader' } : undefined),
    );
    expect(await either.authenticate(requestWith('Bearer second'))).toMatchObject({ name: 'b' });
    await expect(async () => either.authenticate(requestWith('Bearer third'))).rejects.toMatchObject({
      status: 401,
    });
  });

  it('need hashes of the right shape, and the error names the client, not the hash', () => {
    expect(() => hashedTokens([{ name: 'okta', role: 'idp', tokens: ['plain-text-token'] }])).toThrowError(
      expect.objectContaining({
        code: 'SERVER_TOKEN_HASH_INVALID',
        exitCode: 2,
        message: expect.not.stringContaining('plain-text-token'),
      }),
    );
  });
});
