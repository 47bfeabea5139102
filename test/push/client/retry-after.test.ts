import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../../src/push/client/retry-after.js';

const now = Date.parse('2026-11-20T08:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['seconds', '120', 120_000],
    ['no time at all', '0', 0],
    ['a fraction, which some targets send', '0.5', 500],
    ['a date', 'Fri, 20 Nov 2026 08:00:30 GMT', 30_000],
    ['a date gone by', 'Fri, 20 Nov 2026 07:00:00 GMT', 0],
    ['something else', 'soon', undefined],
    ['a negative number', '-5', undefined],
    ['nothing', '', undefined],
  ])('may be %s', (_, header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });

  it('may be absent', () => {
    expect(parseRetryAfter(undefined, now)).toBeUndefined();
  });
});
