/** How long a target asks to be left alone. */
import { millisecondsFrom, type Quota } from './quota.js';

/** A target is not believed that this is to be longer than an hour; if it is true, it will answer 429 again. */
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Reads a Retry-After header (RFC 9110 section 10.2.3): seconds, or an HTTP date; or an instant in seconds, as some targets
 * send it.
 * @param quota what else the answer says: where there is no such header, the reset of a quota that is used up counts
 * @returns milliseconds to wait from `now`, from 0 to an hour; undefined when nothing, or nothing readable, is said
 */
export function parseRetryAfter(header: string | undefined, now: number, quota?: Quota): number | undefined {
  const asked = read(header?.trim() ?? '', now) ?? (quota?.remaining === 0 ? quota.resetMs : undefined);
  return asked === undefined ? undefined : Math.min(asked, LONGEST_PAUSE_MS);
}

function read(text: string, now: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return millisecondsFrom(Number(text), now);
  // Date.parse takes almost anything, even "-5"; an HTTP date begins with the day of the week.
  const instant = /^[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - now);
}
