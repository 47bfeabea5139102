import { describe, expect, it } from 'vitest';
import { NOTHING_FAILS } from '../../src/push/failing.js';
import { judgeHealth } from '../../src/serve/health.js';
import type { SyncOutcome, SyncRecord } from '../../src/sync/syncs.js';

const SCHEDULE = { cron: '0 5 * * *', timeZone: 'Europe/Paris', alarmAfter: 3 };
const START = '2026-11-20T10:00:00.000Z';

function ended(endedAt: string, outcome: SyncOutcome): SyncRecord {
  const code = outcome === 'failed' ? 'LUCCA_UNREACHABLE' : null;
  return {
    id: endedAt,
    version: 1,
    trigger: 'schedule',
    startedAt: endedAt,
    endedAt,
    outcome,
    code,
    people: 36,
    targets: [],
  };
}
const judge = (now: string, runs: SyncRecord[] = [], schedule: typeof SCHEDULE | false = SCHEDULE) =>
  judgeHealth({
    schedule,
    runs,
    running: false,
    servingSince: START,
    storeFault: null,
    failing: NOTHING_FAILS,
    now,
  });

describe('health', () => {
  it('is fine while runs succeed, single failures included', () => {
    const runs = [
      ended('2026-11-22T04:02:00.000Z', 'with-failures'),
      ended('2026-11-21T04:02:00.000Z', 'done'),
    ];
    expect(judge('2026-11-22T04:03:00.000Z', runs)).toEqual({
      status: 'ok',
      servingSince: START,
      lastSuccess: { at: '2026-11-22T04:02:00.000Z', ageSeconds: 60 },
      lastRun: { at: '2026-11-22T04:02:00.000Z', outcome: 'with-failures', code: null },
      running: false,
      schedule: 'on',
      overdueAt: '2026-11-25T04:00:00.000Z',
      storeFault: null,
      failing: null,
    });
  });

  it('alarms when no run has succeeded for three intervals, and names the cause', () => {
    const runs = [ended('2026-11-24T04:01:00.000Z', 'failed'), ended('2026-11-21T04:02:00.000Z', 'done')];
    expect(judge('2026-11-24T03:59:00.000Z', runs).status).toBe('ok');
    expect(judge('2026-11-24T04:01:00.000Z', runs)).toMatchObject({
      status: 'overdue',
      lastSuccess: { at: '2026-11-21T04:02:00.000Z' },
      lastRun: { outcome: 'failed', code: 'LUCCA_UNREACHABLE' },
    });
  });

  it('says how long the oldest failing write has been failing, and when that is for long', () => {
    const failing = { people: 2, groups: 0, memberships: 1, since: '2026-11-20T10:00:00.000Z' };
    const health = (now: string) =>
      judgeHealth({
        schedule: false,
        runs: [],
        running: false,
        servingSince: START,
        storeFault: null,
        failing,
        now,
      });
    expect(health('2026-11-20T11:00:00.000Z')).toMatchObject({
      status: 'ok',
      failing: {
        people: 2,
        memberships: 1,
        oldest: { since: failing.since, ageSeconds: 3_600 },
        isLasting: false,
      },
    });
    expect(health('2026-11-23T10:00:01.000Z')).toMatchObject({ status: 'ok', failing: { isLasting: true } });
  });

  it('gives a new installation the same time to succeed', () => {
    expect(judge('2026-11-20T10:01:00.000Z')).toMatchObject({
      status: 'ok',
      lastSuccess: null,
      lastRun: null,
    });
    expect(judge('2026-11-23T04:01:00.000Z').status).toBe('overdue');
  });

  it('never alarms while the schedule is off', () => {
    expect(judge('2036-11-20T10:00:00.000Z', [], false)).toMatchObject({
      status: 'ok',
      schedule: 'off',
      overdueAt: null,
    });
  });
});
