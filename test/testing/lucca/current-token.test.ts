import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenant, type Tenant } from './tenant.js';

describe('the token endpoint', () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await openTenant();
  });
  afterAll(() => tenant.close());

  it('has an address of its own', () => {
    expect(new URL(tenant.sim.tokenUrl).pathname).toBe('/connect/token');
    expect(new URL(tenant.sim.tokenUrl).origin).not.toBe(tenant.sim.url);
  });

  it('shares the address of the tenant when told to', async () => {
    const other = await openTenant({ tokenEndpoint: 'same' });
    expect(new URL(other.sim.tokenUrl).origin).toBe(other.sim.url);
    expect((await other.withToken('/lucca-api/departments?limit=1')).status).toBe(200);
    await other.close();
  });

  it('gives a bearer token of half an hour for the scopes asked', async () => {
    const { status, body } = await tenant.askToken({ scope: 'employees.readonly departments.readonly' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 1800,
      scope: 'employees.readonly departments.readonly',
    });
  });

  it.each([
    ['invalid_client', { client_secret: 'wrong' }],
    ['invalid_client', { client_id: 'somebody' }],
    ['unsupported_grant_type', { grant_type: 'password' }],
    ['invalid_scope', { scope: 'employees.readonly cost-centers.readonly' }],
  ])('refuses with %s: %j', async (error, form) => {
    const { status, body } = await tenant.askToken(form);
    expect({ status, body }).toEqual({ status: 400, body: { error } });
  });

  it('refuses a body that is no form', async () => {
    const answer = await fetch(tenant.sim.tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: 'invalid_request' });
  });

  it('refuses a scope that the client was not given', async () => {
    const poor = await openTenant({ rights: { oauth: { scopes: ['departments.readonly'] } } });
    expect((await poor.askToken({ scope: 'employees.readonly' })).body).toEqual({ error: 'invalid_scope' });
    await poor.close();
  });
});

describe('an access token', () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await openTenant();
  });
  afterAll(() => tenant.close());

  const with401 = {
    status: 401,
    body: { status: 401, extensions: { traceId: expect.stringMatching(/^00-/) } },
  };

  it('is missed with 401 and problem+json', async () => {
    const answer = await tenant.bare('/lucca-api/employees', { 'api-version': '2024-11-01' });
    expect(answer).toMatchObject(with401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('is refused when nobody issued it', async () => {
    const headers = { authorization: 'Bearer made-up', 'api-version': '2024-11-01' };
    expect(await tenant.bare('/lucca-api/employees', headers)).toMatchObject(with401);
  });

  it('does not open v3', async () => {
    expect((await tenant.withToken('/api/v3/users')).status).toBe(401);
  });

  it('is refused once half an hour has passed', async () => {
    expect((await tenant.withToken('/lucca-api/employees?limit=1')).status).toBe(200);
    tenant.sim.clock.advance({ minutes: 29, seconds: 59 });
    expect((await tenant.withToken('/lucca-api/employees?limit=1')).status).toBe(200);
    tenant.sim.clock.advance({ seconds: 1 });
    expect(await tenant.withToken('/lucca-api/employees?limit=1')).toMatchObject(with401);
  });

  it('is refused once revoked', async () => {
    const other = await openTenant();
    expect((await other.withToken('/lucca-api/employees?limit=1')).status).toBe(200);
    other.sim.revokeTokens();
    expect(await other.withToken('/lucca-api/employees?limit=1')).toMatchObject(with401);
    await other.close();
  });

  it('opens only the resources of its scopes', async () => {
    const { body } = await tenant.askToken({ scope: 'departments.readonly' });
    const headers = { authorization: `Bearer ${body.access_token}`, 'api-version': '2024-11-01' };
    expect((await tenant.bare('/lucca-api/departments', headers)).status).toBe(200);
    const refused = await tenant.bare('/lucca-api/employees', headers);
    expect(refused).toMatchObject({
      status: 403,
      body: { detail: 'The scope employees.readonly is missing.' },
    });
  });
});
