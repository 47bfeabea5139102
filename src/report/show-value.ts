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
