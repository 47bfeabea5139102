import { expect, it } from 'vitest';
import { createClock } from '../../../src/testing/lucca/clock.js';
import { localDate, localDateTime } from '../../../src/testing/lucca/dates.js';

it('stands still until told otherwise', () => {
  const clock = createClock('2026-11-20T10:00:00Z');
  expect(clock.running).toBe(false);
  expect(clock.iso()).toBe('2026-11-20T10:00:00.000Z');
  expect(clock.iso()).toBe('2026-11-20T10:00:00.000Z');
});

it('moves by durations and jumps to instants', () => {
  const clock = createClock('2026-11-20T10:00:00Z');
  clock.advance({ days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5 });
  expect(clock.iso()).toBe('2026-11-21T12:03:04.005Z');
  clock.advance(-5);
  clock.set('2026-01-01T00:00:00+01:00');
  expect(clock.iso()).toBe('2025-12-31T23:00:00.000Z');
});

it('runs, and keeps what it shows when stopped', () => {
  const clock = createClock('2026-11-20T10:00:00Z');
  clock.run(1_000_000);
  expect(clock.running).toBe(true);
  while (clock.iso() === '2026-11-20T10:00:00.000Z');
  clock.freeze();
  const shown = clock.now();
  expect(shown).toBeGreaterThan(Date.parse('2026-11-20T10:00:00Z'));
  expect(clock.now()).toBe(shown);
});

it('refuses what is no instant', () => {
  expect(() => createClock('soon')).toThrow(RangeError);
});

it('tells local dates apart', () => {
  const instant = Date.parse('2026-11-20T11:30:00Z');
  expect(localDate(instant, 'Pacific/Auckland')).toBe('2026-11-21');
  expect(localDate(instant, 'America/Montreal')).toBe('2026-11-20');
  expect(localDateTime(instant, 'Europe/Paris')).toBe('2026-11-20T12:30:00');
});
