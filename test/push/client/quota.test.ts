import { describe, expect, it } from 'vitest';
import { parseQuota } from '../../../src/push/client/quota.js';

const NOW = Date.parse('2026-11-20T08:00:00Z');

describe('what a target says about its quota', () => {
  it.each([
    [{ ratelimit: '"default";r=50;t=30' }, { remaining: 50, resetMs: 30_000 }],
    [{ ratelimit: '"hour";r=900;t=3000, "minute";r=3;t=12' }, { remaining: 3, resetMs: 12_000 }],
    [{ ratelimit: 'limit=100, remaining=50, reset=5' }, { remaining: 50, resetMs: 5000 }],
    [
      { 'ratelimit-remaining': '0', 'ratelimit-reset': '7' },
      { remaining: 0, resetMs: 7000 },
    ],
    [
      { 'x-ratelimit-remaining': '2', 'x-ratelimit-reset': '60' },
      { remaining: 2, resetMs: 60_000 },
    ],
    [
      { 'x-ratelimit-remaining': '2', 'x-ratelimit-reset': String(NOW / 1000 + 90) },
      { remaining: 2, resetMs: 90_000 },
    ],
    [
      { 'x-ratelimit-remaining': '2', 'x-ratelimit-reset': String(NOW / 1000 - 90) },
      { remaining: 2, resetMs: 0 },
    ],
  ])('%o is understood', (headers, quota) => {
    expect(parseQuota(headers, NOW)).toEqual(quota);
  });

  it.each([
    [{}],
    [{ 'x-ratelimit-remaining': '5' }],
    [{ 'x-ratelimit-remaining': 'many', 'x-ratelimit-reset': 'soon' }],
    [{ 'ratelimit-remaining': '-1', 'ratelimit-reset': '7' }],
    [{ ratelimit: 'none' }],
  ])('%o says nothing', (headers) => {
    expect(parseQuota(headers, NOW)).toBeUndefined();
  });
});
