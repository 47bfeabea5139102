import { describe, expect, it } from 'vitest';
import { createClock } from '../../../src/testing/lucca/clock.js';
import { Quota, type QuotaOptions } from '../../../src/testing/lucca/quota.js';
import { openTenant } from './tenant.js';

const MINUTE = 60_000;

function open(options: Partial<QuotaOptions>) {
  const clock = createClock('2026-11-20T10:00:00Z');
  const quota = new Quota(clock, options);
  /** Asks `count` times; how many were granted. */
  const ask = (count: number) =>
    Array.from({ length: count }, () => quota.take()).filter((wait) => wait === null).length;
  return { clock, quota, ask };
}

describe('a fixed window', () => {
  it('grants 50 requests a minute and tells how long is left of it', () => {
    const { clock, quota, ask } = open({});
    clock.advance({ seconds: 15 });
    expect(ask(60)).toBe(50);
    expect(quota.take()).toBe(45_000);
  });

  it('starts afresh on the minute', () => {
    const { clock, ask } = open({});
    ask(50);
    clock.advance(MINUTE - 1);
    expect(ask(1)).toBe(0);
    clock.advance(1);
    expect(ask(60)).toBe(50);
  });
});

describe('a sliding window', () => {
  it('gives each request back a minute after it was spent', () => {
    const { clock, quota, ask } = open({ window: 'sliding' });
    ask(20);
    clock.advance({ seconds: 30 });
    expect(ask(60)).toBe(30);
    expect(quota.take()).toBe(30_000);
    clock.advance({ seconds: 30 });
    expect(ask(60)).toBe(20);
  });
});

describe.each(['fixed', 'sliding'] as const)('another client of the tenant, %s window', (window) => {
  it('leaves the rest of the quota', () => {
    const { clock, ask } = open({ window, otherClient: 30 });
    clock.advance(3 * MINUTE - 1);
    expect(ask(60)).toBeLessThanOrEqual(21);
    expect(ask(60)).toBe(0);
  });

  it('spends evenly', () => {
    const { clock, quota } = open({ window, otherClient: 30 });
    clock.advance({ seconds: 10 });
    expect(quota.remaining()).toBe(45);
    clock.advance({ seconds: 10 });
    expect(quota.remaining()).toBe(40);
  });
});

it('survives a clock that is set back', () => {
  const { clock, ask } = open({ otherClient: 10 });
  ask(50);
  clock.set('2026-11-19T10:00:00Z');
  expect(ask(60)).toBe(50);
});

describe('the tenant', () => {
  it('shares one quota between both ways in, and refuses in the words of each', async () => {
    const tenant = await openTenant({ quota: { requests: 3 } });
    await tenant.withKey('/api/v3/users');
    await tenant.withToken('/lucca-api/employees');
    tenant.sim.consumeQuota(1);
    const legacy = await tenant.withKey('/api/v3/users');
    expect(legacy).toMatchObject({ status: 429, body: { Status: 429 } });
    expect(legacy.headers['retry-after']).toBe('60');
    expect(await tenant.withToken('/lucca-api/employees')).toMatchObject({
      status: 429,
      body: { status: 429 },
    });
    tenant.sim.clock.advance({ minutes: 1 });
    expect((await tenant.withKey('/api/v3/users')).status).toBe(200);
    await tenant.close();
  });

  it('may give Retry-After as a date, in the time of its own Date header', async () => {
    const tenant = await openTenant({ quota: { requests: 1 }, switches: { retryAfter: 'date' } });
    tenant.sim.clock.advance({ seconds: 20 });
    await tenant.withKey('/api/v3/users');
    const { headers } = await tenant.withKey('/api/v3/users');
    expect(headers).toMatchObject({
      date: 'Fri, 20 Nov 2026 10:00:20 GMT',
      'retry-after': 'Fri, 20 Nov 2026 10:01:00 GMT',
    });
    await tenant.close();
  });

  it('charges neither tokens, nor refused credentials, nor the admin routes', async () => {
    const tenant = await openTenant({ quota: { requests: 1 } });
    await tenant.askToken();
    await tenant.bare('/api/v3/users');
    await tenant.admin('GET', '/_sim/people');
    expect(tenant.sim.quota.remaining()).toBe(1);
    await tenant.close();
  });

  it('charges a 304', async () => {
    const tenant = await openTenant();
    const { headers } = await tenant.withToken('/lucca-api/departments/1');
    await tenant.withToken('/lucca-api/departments/1', { 'if-none-match': String(headers.etag) });
    expect(tenant.sim.quota.remaining()).toBe(48);
    await tenant.close();
  });
});
