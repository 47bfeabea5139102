import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { isTimeZone, localDate, openCalendar } from '../../src/mapping/local-dates.js';

const zone = fc.constantFrom(
  'Europe/Paris',
  'Pacific/Auckland',
  'Pacific/Honolulu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'America/Santiago',
  'America/Havana',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'UTC',
);
const date = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2060-12-31'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));

describe('the start of a local day', () => {
  it('is the instant that Temporal computes, in every zone and on every day', () => {
    fc.assert(
      fc.property(zone, date, fc.integer({ min: -400, max: 400 }), (name, day, days) => {
        const exact = Temporal.PlainDate.from(day).add({ days }).toZonedDateTime(name).epochMilliseconds;
        expect(openCalendar(name).startOfDay(day, days)).toBe(exact);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['2026-02-30', '2026-13-01', '2026-1-1', '2025-02-29', '20260101', '', '2026-01-01T00:00:00'])(
    'does not exist for %j',
    (text) => {
      expect(openCalendar('Europe/Paris').startOfDay(text, 0)).toBeUndefined();
    },
  );
});

describe('the local date of an instant', () => {
  it.each([
    ['2026-11-20T11:00:00Z', 'Pacific/Auckland', '2026-11-21'],
    ['2026-11-20T10:59:59Z', 'Pacific/Auckland', '2026-11-20'],
    ['2026-11-21T09:59:59Z', 'Pacific/Honolulu', '2026-11-20'],
    ['2026-06-14T22:00:00Z', 'Europe/Paris', '2026-06-15'],
  ])('%s in %s is %s', (instant, name, day) => {
    expect(localDate(Date.parse(instant), name)).toBe(day);
  });
});

describe('a time zone', () => {
  it.each(['Europe/Paris', 'UTC', 'Etc/GMT+2', 'europe/paris'])('%s exists', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(['Romance Standard Time', '+02:00', 'Europe/Lyon', '', '2026'])('%j does not', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
