/** How scheduled runs go through the queue: what becomes of one that failed, that another process has, or that nobody serves. */

import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Bridge } from '../../../src/bridge.js';
import { systemClock } from '../../../src/clock.js';
import { BridgeError } from '../../../src/errors.js';
import type { Queue, Queues, Task } from '../../../src/queue/queue.js';
import { type DueRun, nextAttempt, offsetOf, startRuns } from '../../../src/serve/tenants/runs.js';

const NOW = Date.parse('2026-11-20T05:00:30.000Z');
const INSTANT = '2026-11-20T05:00:00.000Z';
const DUE: DueRun = { tenant: 'acme', instant: INSTANT, attempt: 0 };

describe('the place of a tenant in the window', () => {
  it('is always the same, and within it', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 86_400_000 }), (name, window) => {
        const offset = offsetOf(name, window);
        expect(offset).toBe(offsetOf(name, window));
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThan(Math.max(1, window));
      }),
    );
  });

  it('spreads the tenants evenly', () => {
    const tenths = new Map<number, number>();
    for (let at = 0; at < 1_000; at += 1) {
      const tenth = Math.floor(offsetOf(`tenant-${at}`, 1_000) / 100);
      tenths.set(tenth, (tenths.get(tenth) ?? 0) + 1);
    }
    expect(tenths.size).toBe(10);
    for (const count of tenths.values()) expect(count).toBeGreaterThan(60);
  });
});

describe('a run that failed', () => {
  it('is tried again as a run of its own, later each time, so often as is configured', () => {
    const waits: number[] = [];
    let due = DUE;
    for (let task = nextAttempt(due, 3, NOW); task !== null; task = nextAttempt(due, 3, NOW)) {
      waits.push(Date.parse(task.startAt) - NOW);
      expect(task.data.instant).toBe(task.startAt);
      due = task.data;
    }
    expect(waits).toEqual([60_000, 240_000, 960_000]);
    expect(nextAttempt(DUE, 0, NOW)).toBeNull();
  });
});

/** What the queue is answered for a due run when the bridge of the tenant does this. */
async function perform(
  sync: Bridge['syncOnSchedule'],
  due = DUE,
  stopFirst = false,
): Promise<Task<DueRun> | null> {
  let work: ((due: DueRun) => Promise<Task<DueRun> | null>) | undefined;
  const queue: Queue<DueRun> = {
    add: async () => {},
    work: (given) => {
      work = given;
    },
    waiting: async () => 0,
    stop: () => {},
    close: async () => {},
  };
  const queues = { open: async () => queue, close: async () => {} } as unknown as Queues;
  const runs = await startRuns({
    tenants: [{ name: 'acme', bridge: { syncOnSchedule: sync }, schedule: false }],
    queues,
    settings: { atOnce: 1, spreadMinutes: 0, retries: 3 },
    clock: { ...systemClock, now: () => NOW },
    log: pino({ level: 'silent' }),
  });
  const performed = work?.(due) ?? Promise.resolve(null);
  if (stopFirst) runs.stop();
  return performed;
}

const failing = (code: string) => async () => {
  throw new BridgeError(code, 'It failed.', { remedy: 'None.' });
};

describe('a run that is due', () => {
  it('is over when another process did it', async () => {
    expect(await perform(async () => null)).toBeNull();
  });

  it('comes back unchanged while a run of the tenant goes on', async () => {
    const later = await perform(failing('SYNC_UNDER_WAY'));
    expect(later).toMatchObject({ data: DUE, startAt: '2026-11-20T05:00:45.000Z' });
  });

  it('is tried again when Lucca cannot be read, or a target cannot be used', async () => {
    const error = new BridgeError('TARGET_UNREACHABLE', 'It is gone.', { remedy: 'None.' });
    const report = { targets: [{ error: null }, { error }] } as unknown as Awaited<
      ReturnType<Bridge['syncOnSchedule']>
    >;
    for (const sync of [failing('LUCCA_UNREACHABLE'), async () => report]) {
      expect(await perform(sync)).toMatchObject({ data: { tenant: 'acme', attempt: 1 } });
    }
  });

  it('is given back when this process stops, or lost the right to run it', async () => {
    await expect(perform(failing('STORE_FENCED'))).rejects.toMatchObject({ code: 'STORE_FENCED' });
    await expect(perform(failing('SYNC_INTERRUPTED'), DUE, true)).rejects.toMatchObject({
      code: 'SYNC_INTERRUPTED',
    });
    await expect(perform(async () => null, DUE, true)).rejects.toMatchObject({ code: 'SYNC_INTERRUPTED' });
  });

  it('is left to others when its tenant is not served here, and given up after an hour', async () => {
    const elsewhere = { ...DUE, tenant: 'globex' };
    expect(await perform(async () => null, elsewhere)).toMatchObject({ data: elsewhere });
    const old = { ...elsewhere, instant: '2026-11-20T03:59:00.000Z' };
    expect(await perform(async () => null, old)).toBeNull();
  });
});
