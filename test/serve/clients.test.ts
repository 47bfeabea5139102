import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBridge } from '../../src/bridge.js';
import { createAuthenticator } from '../../src/serve/clients.js';
import { CLIENTS, type ServedCompany, serveCompany, tokenOf } from './served-company.js';

describe('tokens in the configuration', () => {
  const authenticator = createAuthenticator(
    { clients: [{ name: 'okta', role: 'idp', tokens: [tokenOf('old'), tokenOf('new')] }] },
    () => {},
  );
  const ask = (token: string) =>
    authenticator.authenticate({ headers: { authorization: `Bearer ${token}` } } as never);

  it('may be two for a while, so that one is changed without a gap', async () => {
    await expect(ask(tokenOf('old'))).resolves.toEqual({ name: 'okta', role: 'idp' });
    await expect(ask(tokenOf('new'))).resolves.toEqual({ name: 'okta', role: 'idp' });
    await expect(ask(tokenOf('other'))).rejects.toMatchObject({ status: 401 });
  });

  it.each([
    [
      'are refused when they are short',
      [{ name: 'a', role: 'idp' as const, tokens: ['short'] }],
      'TOKEN_TOO_SHORT',
    ],
    [
      'are refused when two clients share one',
      [
        { name: 'a', role: 'idp' as const, tokens: [tokenOf('x')] },
        { name: 'b', role: 'reader' as const, tokens: [tokenOf('x')] },
      ],
      'TOKEN_SHARED',
    ],
  ])('%s, and the error does not show them', (_, clients, code) => {
    expect(() => createAuthenticator({ clients }, () => {})).toThrowError(
      expect.objectContaining({
        code,
        exitCode: 2,
        message: expect.not.stringContaining(clients[0]?.tokens[0] ?? ''),
      }),
    );
  });
});

describe('roles', () => {
  let company: ServedCompany;
  beforeAll(async () => {
    company = await serveCompany();
  });
  afterAll(() => company.close());

  it.each([
    ['okta', 403],
    ['travel-tool', 403],
    ['optima', 403],
    ['nobody', 401],
    ['operator', 200],
  ])('decide about the admin API: %s gets %i', async (client, status) => {
    const { body } = await company.admin('get', '/runs', undefined, client).expect(status);
    if (status >= 400)
      expect(body).toEqual({
        code: expect.any(String),
        message: expect.any(String),
        remedy: expect.any(String),
      });
  });

  it.each([
    ['travel-tool', 403],
    ['nobody', 401],
  ])('decide about writing: %s gets %i', async (client, status) => {
    await company.scim(client, 'post', '/Users', { userName: 'x' }).expect(status);
  });
});

describe('a view', () => {
  it('that does not exist ends the start, and the state is free again', async () => {
    const company = await serveCompany();
    const config = {
      ...company.config,
      server: {
        clients: [
          {
            ...CLIENTS[2],
            role: 'reader' as const,
            view: 'nowhere',
            name: 'optima',
            tokens: [tokenOf('optima')],
          },
        ],
      },
    };
    await expect(createBridge(config, { store: company.store })).rejects.toMatchObject({
      code: 'VIEW_NOT_FOUND',
      exitCode: 2,
    });
    await company.close();
  });
});

describe('without a server block', () => {
  it('there is nothing to mount', async () => {
    const company = await serveCompany();
    const { server: _, ...config } = company.config;
    const bridge = await createBridge(config, { store: company.store });
    for (const mount of [bridge.scimRouter, bridge.adminRouter, bridge.ssoRouter]) {
      expect(mount).toThrowError(expect.objectContaining({ code: 'SERVER_NOT_CONFIGURED' }));
    }
    await bridge.close();
    await company.close();
  });
});
