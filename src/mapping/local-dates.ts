/**
 * Local dates and the instants at which they begin: contract dates belong to the establishment's time zone (R8).
 *
 * Temporal computes each local midnight exactly but slowly. Between two changes of a clock all midnights lie at the same
 * offset, and so Temporal is asked for the changes, and for the few days around them only.
 */
import { Temporal } from 'temporal-polyfill';
import { memoize } from './memo.js';

/** The days of one zone. */
export interface Calendar {
  zone: string;
  /**
   * When the day that lies `days` after `date` (`YYYY-MM-DD`) begins, in epoch milliseconds: 00:00, or the first instant of
   * the day where the clock skips midnight. Undefined when `date` is no date.
   */
  startOfDay(date: string, days: number): number | undefined;
}

/** A stretch of time without a change of the clock, in epoch milliseconds. */
interface Span {
  from: number;
  until: number;
  /** Local time minus UTC. */
  offset: number;
}

const DAY = 86_400_000;
/** No offset is as large, so that a midnight this far from a change of the clock lies on the same side in every reading. */
const MARGIN = 2 * DAY;
/** Dates are looked up by stretches of this length, in which most clocks change once at most. */
const BUCKET = 32 * DAY;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Where each day of the calendar begins first, and where last: for people whose zone could not be read. */
export const FIRST_ZONE = 'Etc/GMT-14';
export const LAST_ZONE = 'Etc/GMT+12';

/** The calendar of an existing IANA zone. */
export const openCalendar: (zone: string) => Calendar = memoize((zone) => {
  const known: Span[] = [];

  function spanAt(instant: number): Span {
    const hit = known.find(({ from, until }) => from <= instant && instant < until);
    if (hit !== undefined) return hit;
    // A millisecond later, so that a change at this very instant lies behind: changes happen on whole seconds.
    const local = Temporal.Instant.fromEpochMilliseconds(instant + 1).toZonedDateTimeISO(zone);
    const span: Span = {
      from: local.getTimeZoneTransition('previous')?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
      until: local.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
      offset: local.offsetNanoseconds / 1_000_000,
    };
    known.push(span);
    return span;
  }

  const buckets: Span[][] = [];

  function spansAround(midnight: number): Span[] {
    const bucket = Math.floor(midnight / BUCKET);
    const hit = buckets[bucket];
    if (hit !== undefined) return hit;
    const spans: Span[] = [];
    const end = (bucket + 1) * BUCKET + MARGIN;
    for (let at = bucket * BUCKET - MARGIN; at < end; at = spans.at(-1)?.until ?? end) spans.push(spanAt(at));
    buckets[bucket] = spans;
    return spans;
  }

  return {
    zone,
    startOfDay: (date, days) => {
      const written = parseDate(date);
      if (written === undefined) return undefined;
      const midnight = written + days * DAY;
      for (const { from, until, offset } of spansAround(midnight)) {
        if (from + MARGIN <= midnight && midnight < until - MARGIN) return midnight - offset;
      }
      return Temporal.PlainDate.from(date).add({ days }).toZonedDateTime(zone).epochMilliseconds;
    },
  };
});

/** An instant in ISO 8601, UTC. Thousands of people start and stop on the same days, whatever their zone. */
export function writeInstant(epochMilliseconds: number): string {
  const day = Math.floor(epochMilliseconds / DAY);
  return dayText(day) + timeText(epochMilliseconds - day * DAY);
}

const dayText = memoize((day: number) => new Date(day * DAY).toISOString().slice(0, 10));
const timeText = memoize((time: number) => new Date(time).toISOString().slice(10));

/** The local date (`YYYY-MM-DD`) of an instant in a zone that exists. */
export function localDate(epochMilliseconds: number, zone: string): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(epochMilliseconds);
  return instant.toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** Whether a time zone exists. Offsets such as `+02:00` are no zones: they know no summer time. */
export const isTimeZone: (zone: string) => boolean = memoize((zone) => {
  try {
    return (
      /^[a-z]/i.test(zone) && Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone) !== null
    );
  } catch {
    return false;
  }
});

/** Midnight UTC of a date; undefined for what is no date, such as 2026-02-30. */
function parseDate(date: string): number | undefined {
  if (!ISO_DATE.test(date)) return undefined;
  const midnight = Date.parse(date);
  // Engines read the 30th of February as a day in March.
  const day = Number(date.slice(8));
  const isDate = day <= 28 ? !Number.isNaN(midnight) : new Date(midnight).getUTCDate() === day;
  return isDate ? midnight : undefined;
}
