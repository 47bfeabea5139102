/** Values of attributes as people read them. */
import { isJsonObject, type JsonValue } from '../json.js';

/** A value in one line: of lists every value with its type, of objects what is in them. */
export function showValue(value: JsonValue): string {
  if (Array.isArray(value)) return value.map(showValue).join(', ');
  if (!isJsonObject(value)) return String(value);
  const main = value.value ?? value.display ?? value.formatted;
  if (main !== undefined && main !== null)
    return typeof value.type === 'string' ? `${showValue(main)} (${value.type})` : showValue(main);
  return Object.values(value)
    .flatMap((item) => (item === undefined ? [] : [showValue(item)]))
    .join(' ');
}

const LONGEST = 60;

/** The same, cut off where it is too long to be read at a glance. */
export function showBriefly(value: JsonValue): string {
  const text = showValue(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The path of an attribute without its URN: nobody needs it to recognise `department`. */
export function shortPath(path: string): string {
  return path.toLowerCase().startsWith('urn:') ? path.slice(path.lastIndexOf(':') + 1) : path;
}
