/** Two bridges on one database: who runs, and what the other one says. */
import express from 'express';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bridge, createBridge } from '../../src/bridge.js';
import { systemClock } from '../../src/clock.js';
import { openPostgresStore } from '../../src/store/postgres/postgres.js';
import type { Store } from '../../src/store/store.js';
import { type LuccaSimulator, startLuccaSimulator } from '../../src/testing/lucca/index.js';
import { startTargetSimulator, type TargetSimulator } from '../../src/testing/target/index.js';
import { usePostgres } from '../support/postgres.js';
import { CLIENTS, tokenOf } from './served-company.js';

const postgres = usePostgres();

let lucca: LuccaSimulator;
let target: TargetSimulator;
let stores: Store[];
let one: Bridge;
let other: Bridge;

beforeEach(async () => {
  lucca = await startLuccaSimulator({ clock: { speed: 0 }, quota: { enforced: false } });
  target = await startTargetSimulator();
  const url = await postgres.createDatabase();
  stores = await Promise.all([openPostgresStore({ url }), openPostgresStore({ url })]);
  const clock = { ...systemClock, now: () => lucca.clock.now() };
  const config = {
    tenant: 'acme',
    lucca: lucca.config('api-key'),
    targets: { travel: { url: target.url, token: 'target-token' } },
    server: { clients: CLIENTS },
  };
  [one, other] = (await Promise.all(stores.map((store) => createBridge(config, { store, clock })))) as [
    Bridge,
    Bridge,
  ];
});
afterEach(async () => {
  await Promise.all([one.close(), other.close()]);
  await Promise.all([...stores.map((store) => store.close()), lucca.close(), target.close()]);
});

const INSTANT = '2026-11-20T04:00:00.000Z';

describe('a scheduled instant that two processes have in common', () => {
  it('is run by one of them; the other waits until it is done', async () => {
    const reports = await Promise.all([one.syncOnSchedule(INSTANT), other.syncOnSchedule(INSTANT)]);
    expect(reports.filter((report) => report === null)).toHaveLength(1);
    expect(await other.runs()).toHaveLength(1);
    expect(await one.syncOnSchedule(INSTANT)).toBeNull();
  });

  it('is waited for no longer when the process that waits is closed', async () => {
    const running = one.syncOnSchedule(INSTANT);
    await expect.poll(async () => (await one.health()).running).toBe(true);
    const waiting = expect(other.syncOnSchedule(INSTANT)).rejects.toMatchObject({
      code: 'SYNC_UNDER_WAY',
      message: 'The bridge is stopping.',
    });
    await other.close();
    await waiting;
    expect(await running).not.toBeNull();
  });

  it('is left alone by whoever will not wait, and may come again', async () => {
    target.setFault(() => ({ kind: 'slow', milliseconds: 300 }));
    const first = one.syncOnSchedule(INSTANT);
    await expect.poll(async () => (await one.health()).running).toBe(true);
    await expect(other.syncOnSchedule(INSTANT, { isPatient: false })).rejects.toMatchObject({
      code: 'SYNC_UNDER_WAY',
    });
    await first;
    expect(await other.syncOnSchedule(INSTANT, { isPatient: false })).toBeNull();
  });

  it('is run by the other one when the first stops on the way', async () => {
    target.setFault(() => ({ kind: 'slow', milliseconds: 300 }));
    const first = one.syncOnSchedule(INSTANT).catch(() => {});
    await expect.poll(async () => (await one.health()).running).toBe(true);
    const second = other.syncOnSchedule(INSTANT);
    await one.close();
    await first;
    expect(await second).not.toBeNull();
    const outcomes = (await other.runs()).map(({ outcome }) => outcome);
    expect(outcomes.sort()).toEqual(['interrupted', 'with-failures']);
  });
});

describe('a scheduled instant that everybody was started after', () => {
  const goOn = (bridge: Bridge) => bridge.syncOnSchedule(INSTANT, { onlyBegun: true });

  it('is gone on with when it was broken off, and only then', async () => {
    expect(await goOn(other)).toBeNull();
    target.setFault(() => ({ kind: 'slow', milliseconds: 300 }));
    const first = one.syncOnSchedule(INSTANT).catch(() => {});
    await expect.poll(async () => (await one.health()).running).toBe(true);
    await one.close();
    await first;
    target.setFault(undefined);
    expect(await goOn(other)).not.toBeNull();
    expect(await goOn(other)).toBeNull();
    expect(await other.syncOnSchedule('2026-11-19T04:00:00.000Z', { onlyBegun: true })).toBeNull();
  });

  it('is waited for while it is run', async () => {
    target.setFault(() => ({ kind: 'slow', milliseconds: 300 }));
    const first = one.syncOnSchedule(INSTANT).catch(() => {});
    await expect.poll(async () => (await one.health()).running).toBe(true);
    const second = goOn(other);
    await one.close();
    await first;
    expect(await second).not.toBeNull();
  });
});

describe('while another process runs', () => {
  const underWay = { code: 'SYNC_UNDER_WAY', message: expect.stringContaining('another process') };

  it('a synchronisation and a push are refused with words, and a plan is made', async () => {
    target.setFault(() => ({ kind: 'slow', milliseconds: 300 }));
    const running = one.sync();
    await expect.poll(async () => (await one.health()).running).toBe(true);
    await expect(other.sync()).rejects.toMatchObject(underWay);
    await expect(other.push()).rejects.toMatchObject(underWay);
    const app = express().use('/admin', other.adminRouter());
    const { body } = await request(app)
      .post('/admin/sync')
      .set('Authorization', `Bearer ${tokenOf('operator')}`)
      .expect(409);
    expect(body).toMatchObject(underWay);
    expect((await other.plan()).targets).toMatchObject([{ target: 'travel', error: null }]);
    await running;
    await other.sync();
    expect(await one.runs()).toHaveLength(2);
  });
});

describe('what one process wrote', () => {
  it('is served by the other within a second', async () => {
    const app = express().use('/scim/v2', other.scimRouter());
    const count = async (): Promise<number> => {
      const answer = await request(app)
        .get('/scim/v2/Users')
        .set('Authorization', `Bearer ${tokenOf('okta')}`);
      return answer.body.totalResults;
    };
    expect(await count()).toBe(0);
    await one.sync();
    await expect.poll(count, { timeout: 5_000 }).toBeGreaterThan(20);
  });
});
