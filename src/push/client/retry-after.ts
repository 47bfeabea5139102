/**
 * Reads a Retry-After header (RFC 9110 section 10.2.3): seconds, or an HTTP date.
 * @returns milliseconds to wait from `now`, never negative; undefined when absent or unreadable
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // Date.parse takes almost anything, even "-5"; an HTTP date begins with the day of the week.
  const instant = /^[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - now);
}
