/** Who wants to be told is told once when runs stop succeeding, and once when they succeed again. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryQueues } from '../../../src/queue/memory.js';
import type { Task } from '../../../src/queue/queue.js';
import {
  type Alarm,
  alarmsOf,
  createLookForAlarms,
  openAlarms,
} from '../../../src/serve/oversight/alarms.js';
import { startGuard } from '../../../src/serve/oversight/guard.js';
import { type Alert, createDeliverer, type Delivery } from '../../../src/serve/oversight/webhook.js';
import { createMemoryStore } from '../../../src/store/memory.js';

const OVERDUE: Alarm = { code: 'RUN_OVERDUE', remedy: 'Look into the log.' };
const at = (hour: number) => `2026-11-20T${String(hour).padStart(2, '0')}:00:00.000Z`;

describe('a look at the health of a tenant', () => {
  const store = createMemoryStore();
  const alarms = openAlarms(store, 'acme');
  const added: Task<Delivery>[] = [];
  const deliveries = {
    async add(task: Task<Delivery>) {
      added.push(task);
    },
  };
  let present: Alarm[] = [];
  let hour = 0;
  const guarded = [{ tenant: 'acme', alarms, present: async () => present }];
  const [oneProcess, another] = [1, 2].map(() => createLookForAlarms({ deliveries, now: () => at(hour) }));
  const look = (now: number) => {
    hour = now;
    return oneProcess?.(guarded);
  };
  const told = () => added.splice(0).map(({ data }) => data.alert);

  it('tells nothing while all is well', async () => {
    await look(1);
    expect(told()).toEqual([]);
  });

  it('tells of an alarm once, even when another process looks too', async () => {
    present = [OVERDUE];
    await Promise.all([look(2), another?.(guarded)]);
    await look(3);
    const keys = new Set(added.map(({ key }) => key));
    expect(keys.size).toBe(1);
    expect(told()[0]).toEqual({
      code: 'RUN_OVERDUE',
      tenant: 'acme',
      status: 'alarm',
      since: at(2),
      at: at(2),
      remedy: 'Look into the log.',
    });
  });

  it('tells of the recovery once', async () => {
    present = [];
    await look(4);
    await look(5);
    expect(told()).toMatchObject([{ code: 'RUN_OVERDUE', status: 'recovered', since: at(2), at: at(4) }]);
  });

  it('tells of the next alarm as another one', async () => {
    present = [OVERDUE];
    await look(6);
    expect(added.map(({ key }) => key)).toEqual(['["alert","acme","RUN_OVERDUE",2,"alarm"]']);
    expect(told()).toMatchObject([{ status: 'alarm', since: at(6) }]);
  });

  it('tells of each alarm once while a store takes nothing, and of the recoveries', async () => {
    const unwritable: Alarm = { code: 'STATE_UNWRITABLE', remedy: 'STORE_DISK_FULL: make room.' };
    const stuck: Alarm = { code: 'WRITES_FAILING', remedy: 'See the plan.' };
    let isFull = true;
    // Nothing that is wrong was noted before the disk was full.
    const kept = openAlarms(createMemoryStore(), 'acme');
    const get = kept.get.bind(kept);
    const put: typeof kept.put = (records) =>
      isFull ? Promise.reject(new Error('no room')) : kept.put(records);
    const full = [{ tenant: 'acme', alarms: { ...kept, get, put }, present: async () => present }];
    const lookAt = createLookForAlarms({ deliveries, now: () => at(7) });
    const codes = () => told().map(({ code, status }) => `${code} ${status}`);

    present = [OVERDUE, unwritable, stuck];
    for (const _ of [1, 2]) await expect(lookAt(full)).rejects.toThrow('no room');
    expect(codes()).toEqual(['RUN_OVERDUE alarm', 'STATE_UNWRITABLE alarm', 'WRITES_FAILING alarm']);
    isFull = false;
    present = [OVERDUE];
    for (const _ of [1, 2]) await lookAt(full);
    expect(codes()).toEqual(['STATE_UNWRITABLE recovered', 'WRITES_FAILING recovered']);
  });
});

describe('health', () => {
  const failing = (isLasting: boolean) => ({
    people: 1,
    groups: 0,
    memberships: 0,
    oldest: { since: at(1), ageSeconds: 9 },
    isLasting,
  });

  it('is an alarm when a run is overdue', () => {
    expect(alarmsOf({ status: 'ok', storeFault: null, failing: null })).toEqual([]);
    expect(alarmsOf({ status: 'overdue', storeFault: null, failing: null })).toMatchObject([
      { code: 'RUN_OVERDUE' },
    ]);
  });

  it('is another one when nothing can be stored', () => {
    const storeFault = { code: 'STORE_DISK_FULL', remedy: 'Make room.', since: at(1) };
    expect(alarmsOf({ status: 'overdue', storeFault, failing: null })).toMatchObject([
      { code: 'RUN_OVERDUE' },
      { code: 'STATE_UNWRITABLE', remedy: 'STORE_DISK_FULL: Make room.' },
    ]);
  });

  it('is a third one when a write has been failing for days', () => {
    expect(alarmsOf({ status: 'ok', storeFault: null, failing: null })).toEqual([]);
    expect(alarmsOf({ status: 'ok', storeFault: null, failing: failing(false) })).toEqual([]);
    expect(alarmsOf({ status: 'overdue', storeFault: null, failing: failing(true) })).toMatchObject([
      { code: 'RUN_OVERDUE' },
      { code: 'WRITES_FAILING' },
    ]);
  });
});

describe('the delivery of an alert', () => {
  let server: Server;
  let url: string;
  let answers: number[];
  let bodies: unknown[];
  const lines: string[] = [];
  const log = pino(
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const clock = { now: () => Date.parse(at(6)), sleep: async () => {}, random: () => 0.5 };
  const alert: Alert = {
    code: 'RUN_OVERDUE',
    tenant: 'acme',
    status: 'alarm',
    since: at(5),
    at: at(5),
    remedy: 'Look into the log.',
  };

  beforeEach(async () => {
    [answers, bodies] = [[], []];
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      bodies.push(JSON.parse(text));
      const status = answers.shift() ?? 204;
      response.writeHead(status, { location: '/elsewhere' }).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=very-secret`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it('is a POST of JSON', async () => {
    expect(await createDeliverer(() => url, clock, log)({ alert, attempt: 0 })).toBeNull();
    expect(bodies).toEqual([alert]);
  });

  it.each([500, 404, 302])('is tried again after an answer %i, later each time', async (status) => {
    const deliver = createDeliverer(() => url, clock, log);
    answers = [status, status];
    const next = await deliver({ alert, attempt: 0 });
    expect(next).toMatchObject({ data: { alert, attempt: 1 }, startAt: '2026-11-20T06:00:10.000Z' });
    expect(await deliver({ alert, attempt: 1 })).toMatchObject({ startAt: '2026-11-20T06:00:30.000Z' });
    expect(bodies).toHaveLength(2);
  });

  it('is tried again when nobody answers, and given up in the end with words in the log', async () => {
    server.close();
    const deliver = createDeliverer(() => url, clock, log);
    expect(await deliver({ alert, attempt: 3 })).toMatchObject({ data: { attempt: 4 } });
    expect(await deliver({ alert, attempt: 11 })).toBeNull();
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      code: 'ALERT_UNDELIVERED',
      trouble: 'ECONNREFUSED',
    });
  });

  it('happens by itself once a guard looks', async () => {
    const queues = createMemoryQueues();
    const alarms = openAlarms(createMemoryStore(), 'acme');
    const guarded = [{ tenant: 'acme', webhook: url, alarms, present: async () => [OVERDUE] }];
    const guard = await startGuard({ queues, guarded, clock, log });
    await expect.poll(() => bodies, { timeout: 10_000 }).toMatchObject([{ tenant: 'acme', status: 'alarm' }]);
    await guard.look();
    await guard.close();
    expect(bodies).toHaveLength(1);
  });

  it('leaves no address in the log', () => {
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.join('')).not.toContain('very-secret');
  });
});
