/**
 * Any JavaScript text as PostgreSQL can hold it: without NUL and lone surrogates, and so that the order of bytes is the order in
 * which JavaScript compares, by UTF-16 units. Ordinary text stays as it is.
 */
import { createHash } from 'node:crypto';

/** U+0000 and U+0001 become U+0001 and one of these. */
const LOW_ESCAPE = '\u0001';
const NUL = '\u0001';
const START = '\u0002';
/** No text begins with it: the digest of a long key. */
const DIGEST = '\u0001\u0003';

/** A surrogate becomes U+E000 and a character that stands for it; units above them become U+E001 and themselves. */
const SURROGATE_ESCAPE = '\ue000';
const HIGH_ESCAPE = '\ue001';
const SURROGATES_FROM = 0xd800;
const SURROGATES_UP_TO = 0xdfff;
const STAND_IN_FROM = 0x100;

/** Index entries of PostgreSQL have to fit on a third of a page. */
const LONGEST_KEY = 200;

export function encodeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about.
  return text.replace(/[\u0000\u0001\ud800-\uffff]/g, encodeUnit);
}

export function decodeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about.
  return text.replace(/[\u0001\ue000\ue001](.)/gs, (escaped, unit: string) => {
    if (escaped[0] === LOW_ESCAPE) return unit === NUL ? '\u0000' : '\u0001';
    if (escaped[0] === HIGH_ESCAPE) return unit;
    return String.fromCharCode(unit.charCodeAt(0) - STAND_IN_FROM + SURROGATES_FROM);
  });
}

/** A key of an index, which is only ever compared for equality: a long one is kept as its digest. */
export function encodeKey(key: string): string {
  if (key.length <= LONGEST_KEY) return encodeText(key);
  return DIGEST + createHash('sha256').update(encodeText(key)).digest('hex');
}

function encodeUnit(unit: string): string {
  if (unit === '\u0000') return LOW_ESCAPE + NUL;
  if (unit === '\u0001') return LOW_ESCAPE + START;
  const code = unit.charCodeAt(0);
  if (code > SURROGATES_UP_TO) return HIGH_ESCAPE + unit;
  return SURROGATE_ESCAPE + String.fromCharCode(code - SURROGATES_FROM + STAND_IN_FROM);
}
