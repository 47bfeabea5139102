import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTenant, type Tenant } from './tenant.js';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await openTenant();
});
afterEach(() => tenant.close());

describe('over the admin routes', () => {
  it('people can be hired, moved, renamed, sent away, rehired and deleted', async () => {
    const hired = await tenant.admin('POST', '/_sim/people', {
      firstName: 'Nina',
      lastName: 'Neuve',
      departmentId: 31,
    });
    expect(hired).toMatchObject({
      status: 201,
      body: { edit: 'hire', subject: { kind: 'person', id: 137 } },
    });
    const steps: [string, string, unknown, string][] = [
      ['POST', 'move', { departmentId: 4, costCenterId: 144 }, 'move'],
      ['POST', 'rename', { lastName: 'Vieille' }, 'rename'],
      ['POST', 'change-mail', { mail: 'nina@acme.example' }, 'change-mail'],
      ['POST', 'leave', { lastDay: '2026-11-20' }, 'leave'],
      ['POST', 'rehire', { start: '2026-12-01' }, 'rehire'],
    ];
    for (const [method, action, body, edit] of steps) {
      const answer = await tenant.admin(method, `/_sim/people/137/${action}`, body);
      expect(answer, answer.text).toMatchObject({ status: 200, body: { edit } });
    }
    const patched = await tenant.admin('PATCH', '/_sim/people/137', { login: 'nvieille' });
    expect(patched.body.fields).toEqual({ login: { before: null, after: 'nvieille' } });
    expect((await tenant.admin('GET', '/_sim/people/137')).body).toMatchObject({
      lastName: 'Vieille',
      mail: 'nina@acme.example',
    });
    expect((await tenant.admin('DELETE', '/_sim/people/137')).body.edit).toBe('remove');
    expect((await tenant.admin('GET', '/_sim/people/137')).status).toBe(404);
  });

  it('people can be listed with the note that says why they are there', async () => {
    const { items } = (await tenant.admin('GET', '/_sim/people?status=upcoming')).body;
    expect(items.map((row: { id: number }) => row.id)).toEqual([118, 122]);
    expect(items[0].note).toContain('Joins on 4 January 2027');
  });

  it('units can be changed', async () => {
    for (const path of ['departments/31', 'sections/143', 'establishments/7']) {
      const answer = await tenant.admin('PATCH', `/_sim/${path}`, { name: 'Autre' });
      expect(answer.body.fields.name.after).toBe('Autre');
    }
  });

  it('a body that does not fit is refused with the reason', async () => {
    const answer = await tenant.admin('POST', '/_sim/people/103/leave', { lastDay: 'tomorrow' });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain('lastDay');
    expect((await tenant.admin('POST', '/_sim/people/999/leave', {})).status).toBe(409);
    expect((await tenant.admin('GET', '/_sim/nothing')).status).toBe(404);
  });

  it('the clock can be set, moved, run and stopped', async () => {
    const set = await tenant.admin('PUT', '/_sim/clock', {
      set: '2027-01-01T00:00:00Z',
      advance: { days: 3, hours: 1 },
    });
    expect(set.body).toEqual({ now: '2027-01-04T01:00:00.000Z', running: false });
    expect((await tenant.admin('PUT', '/_sim/clock', { speed: 60 })).body.running).toBe(true);
    expect((await tenant.admin('PUT', '/_sim/clock', { speed: 0 })).body.running).toBe(false);
  });

  it('rights, switches and quota can be changed', async () => {
    await tenant.admin('PATCH', '/_sim/rights', {
      apiKey: { formerEmployees: false },
      oauth: { establishments: [7] },
    });
    expect(tenant.sim.rights).toMatchObject({
      apiKey: { formerEmployees: false, axes: true },
      oauth: { establishments: [7] },
    });
    await tenant.admin('PATCH', '/_sim/switches', { unknownUser: 404 });
    expect((await tenant.withKey('/api/v3/users/999')).status).toBe(404);
    await tenant.admin('PATCH', '/_sim/quota', { requests: 10 });
    expect((await tenant.admin('POST', '/_sim/quota/consume', { requests: 5 })).body).toEqual({
      remaining: 4,
    });
  });

  it('faults can be set, seen and cleared', async () => {
    const fault = { route: '/api/v3/users', kind: 'error', status: 503 };
    expect((await tenant.admin('POST', '/_sim/faults', fault)).body).toMatchObject(fault);
    expect((await tenant.withKey('/api/v3/users')).status).toBe(503);
    expect((await tenant.admin('GET', '/_sim/faults')).body.items).toMatchObject([{ ...fault, strikes: 1 }]);
    expect((await tenant.admin('DELETE', '/_sim/faults')).status).toBe(204);
    expect((await tenant.admin('GET', '/_sim/faults')).body.items).toEqual([]);
  });
});

describe('the request log', () => {
  it('keeps method, path, query, status and time, without the admin routes', async () => {
    await tenant.withKey('/api/v3/users?paging=0,1');
    await tenant.bare('/api/v3/axes');
    await tenant.askToken();
    await tenant.admin('GET', '/_sim');
    expect(tenant.sim.requests.all()).toEqual([
      {
        number: 1,
        at: '2026-11-20T10:00:00.000Z',
        method: 'GET',
        path: '/api/v3/users',
        query: 'paging=0,1',
        status: 200,
      },
      {
        number: 2,
        at: '2026-11-20T10:00:00.000Z',
        method: 'GET',
        path: '/api/v3/axes',
        query: '',
        status: 401,
      },
      {
        number: 3,
        at: '2026-11-20T10:00:00.000Z',
        method: 'POST',
        path: '/connect/token',
        query: '',
        status: 200,
      },
    ]);
    expect((await tenant.admin('GET', '/_sim/requests?path=/api/v3/axes')).body.items).toHaveLength(1);
    expect((await tenant.admin('GET', '/_sim/requests?after=2')).body.items).toHaveLength(1);
    expect((await tenant.admin('GET', '/_sim/counters')).body).toEqual({
      total: 3,
      byPath: { '/api/v3/users': 1, '/api/v3/axes': 1, '/connect/token': 1 },
      byStatus: { 200: 2, 401: 1 },
    });
  });

  it('starts afresh when cleared', async () => {
    await tenant.withKey('/api/v3/users');
    await tenant.admin('DELETE', '/_sim/requests');
    expect(tenant.sim.requests.counters().total).toBe(0);
  });
});

it('says what a bridge needs to read it', () => {
  const { url, tokenUrl, apiKey, clientId, clientSecret, config } = tenant.sim;
  expect(config('api-key')).toEqual({ address: url, apiKey, costCenterAxis: 4 });
  expect(config('oauth')).toEqual({
    address: url,
    oauth: { clientId, clientSecret, tokenUrl },
    costCenterAxis: 4,
  });
  expect(config()).toEqual({
    address: url,
    apiKey,
    oauth: { clientId, clientSecret, tokenUrl },
    costCenterAxis: 4,
  });
});
