import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { overdueAt, startSchedule } from '../../src/serve/schedule.js';

const DAILY = { cron: '0 5 * * *', timeZone: 'Europe/Paris', alarmAfter: 3 };

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-20T10:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the schedule', () => {
  it('runs at its local time, on both sides of a change of the clock', async () => {
    vi.setSystemTime(new Date('2026-10-24T00:00:00Z'));
    const runs: string[] = [];
    const schedule = startSchedule(DAILY, async () => {
      runs.push(new Date().toISOString());
    });
    await vi.advanceTimersByTimeAsync(3 * 86_400_000);
    expect(runs).toEqual([
      '2026-10-24T03:00:00.000Z',
      '2026-10-25T04:00:00.000Z',
      '2026-10-26T04:00:00.000Z',
    ]);
    expect(schedule.next()).toBe('2026-10-27T04:00:00.000Z');
    schedule.stop();
  });

  it('never starts a run while one goes on', async () => {
    let started = 0;
    let end = (): void => {};
    const schedule = startSchedule({ ...DAILY, cron: '*/5 * * * *' }, () => {
      started += 1;
      return new Promise((resolve) => {
        end = resolve;
      });
    });
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(started).toBe(1);
    end();
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(started).toBe(2);
    schedule.stop();
  });

  it('starts nothing any more once it is stopped', async () => {
    let started = 0;
    const schedule = startSchedule(DAILY, async () => {
      started += 1;
    });
    schedule.stop();
    await vi.advanceTimersByTimeAsync(3 * 86_400_000);
    expect(started).toBe(0);
    expect(schedule.next()).toBeNull();
  });
});

describe('a success is overdue', () => {
  it.each([
    [
      'three days after the last one, at the time of the run',
      DAILY,
      '2026-11-20T04:01:00.000Z',
      '2026-11-23T04:00:00.000Z',
    ],
    [
      'on Wednesday, when runs are on working days and Friday was good',
      { ...DAILY, cron: '0 5 * * 1-5' },
      '2026-11-20T04:01:00.000Z',
      '2026-11-25T04:00:00.000Z',
    ],
    [
      'after one interval, when so wished',
      { ...DAILY, alarmAfter: 1 },
      '2026-11-20T04:01:00.000Z',
      '2026-11-21T04:00:00.000Z',
    ],
  ])('%s', (_, schedule, since, expected) => {
    expect(overdueAt(schedule, since)).toBe(expected);
  });
});
