/** xsd:dateTime (RFC 7643 section 2.3.5). */

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * The instant of an xsd:dateTime in milliseconds since the epoch, whatever its offset; a text without one is read as UTC.
 * Undefined when the text is none: date and time of day are both required, and the day must exist.
 */
export function parseDateTime(text: string): number | undefined {
  const parts = DATE_TIME.exec(text);
  if (parts === null) return undefined;
  // Date.parse turns 30 February into 2 March.
  const [, year, month, day, zone] = parts;
  if (Number(day) > daysInMonth(Number(year), Number(month))) return undefined;
  const instant = Date.parse(zone === undefined ? `${text}Z` : text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** `month` from 1. */
function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
