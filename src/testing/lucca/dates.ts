/** Local dates (`YYYY-MM-DD`) and zone-less date-times, in the time zones of the establishments. */

/** Lucca is French: a site without a zone of its own, and v3's zone-less date-times, are taken as Paris time. */
export const DEFAULT_ZONE = 'Europe/Paris';

const DAY = 86_400_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The date and time that a wall clock in `zone` shows, as `YYYY-MM-DDTHH:MM:SS`. Throws RangeError for an unknown zone. */
export function localDateTime(time: number, zone: string): string {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    // Swedish writes dates the ISO way.
    formatter = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    formatters.set(zone, formatter);
  }
  return formatter.format(time).replace(' ', 'T');
}

/** Today's date in `zone`. */
export function localDate(time: number, zone: string): string {
  return localDateTime(time, zone).slice(0, 10);
}

/** The date `days` later (or earlier, when negative). */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** Whole days from `from` until `to`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

export function laterDate(a: string, b: string): string {
  return a < b ? b : a;
}
