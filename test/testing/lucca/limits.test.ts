import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTenant, type Tenant } from './tenant.js';

describe('both generations of the API', () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await openTenant();
  });
  afterAll(() => tenant.close());

  it.each(['/api/v3/users', '/lucca-api/employees'])('are read-only: POST %s', async (path) => {
    const key = `lucca application=${tenant.sim.apiKey}`;
    const token = `Bearer ${(await tenant.askToken()).body.access_token}`;
    const authorization = path.startsWith('/lucca-api') ? token : key;
    const answer = await fetch(tenant.sim.url + path, { method: 'POST', headers: { authorization } });
    expect(answer.status).toBe(405);
  });

  it('refuse headers above 8 KB', async () => {
    expect((await tenant.withKey('/api/v3/users', { 'x-long': 'x'.repeat(8200) })).status).toBe(431);
  });

  it('refuse a path that is malformed', async () => {
    expect((await tenant.withKey('/api/v3/users/%E0%A4%A')).status).toBe(400);
    expect((await tenant.withToken('/lucca-api/employees/%E0%A4%A')).status).toBe(400);
  });
});

describe('an answer that would take more than five seconds', () => {
  it('is given up with 408, and a smaller page is not', async () => {
    const tenant = await openTenant({ switches: { millisecondsPerCell: 60 } });
    const fields = 'id,firstName,lastName,mail,login';
    expect((await tenant.withKey(`/api/v3/users?paging=0,33&fields=${fields}`)).status).toBe(408);
    expect((await tenant.withKey(`/api/v3/users?paging=0,16&fields=${fields}`)).status).toBe(200);
    expect((await tenant.withToken('/lucca-api/employees?limit=25')).status).toBe(408);
    expect((await tenant.withToken('/lucca-api/employees?limit=5')).status).toBe(200);
    await tenant.close();
  });
});
