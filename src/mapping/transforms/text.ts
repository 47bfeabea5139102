/** Plain text transforms. Each takes and gives a string. */

/**
 * Characters without width or for direction only: zero-width space, joiners, marks, byte order mark, soft hyphen; and what
 * no attribute can hold: control characters such as U+0000, halves of surrogate pairs.
 */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]|(?!\s)\p{Cc}|\p{Cs}/gu;
/**
 * Text that `cleanText` can give back as it is: words of printable ASCII and of Latin letters composed with their accents
 * (À to ſ), with one space between them.
 */
const ALREADY_CLEAN = /^[!-~\u00C0-\u017F]+(?: [!-~\u00C0-\u017F]+)*$/;
const COMBINING_MARKS = /\p{M}+/gu;
/** Letters that do not decompose into a base letter and a mark. */
const FOLDED: Readonly<Record<string, string>> = {
  œ: 'oe',
  Œ: 'OE',
  æ: 'ae',
  Æ: 'AE',
  ß: 'ss',
  ẞ: 'SS',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'TH',
  ł: 'l',
  Ł: 'L',
  ħ: 'h',
  Ħ: 'H',
  ı: 'i',
  '’': "'",
  '‘': "'",
};
const FOLDABLE = new RegExp(`[${Object.keys(FOLDED).join('')}]`, 'g');

/**
 * The one form in which text from Lucca is used and compared: Unicode NFC, without invisible characters, one plain
 * space between words and none at the ends. Undefined for blank text, because blank is not a value (R11).
 */
export function cleanText(text: string | null): string | undefined {
  if (text === null || text === '') return undefined;
  if (ALREADY_CLEAN.test(text)) return text;
  const clean = collapseSpaces(text.replace(INVISIBLE, '').normalize('NFC'));
  return clean === '' ? undefined : clean;
}

export function stripInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}

/** One plain space for each run of white space of any kind, none at the ends. */
export function collapseSpaces(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Letters without their accents, ligatures written out; other scripts stay as they are. `Œuvré` → `OEuvre`. */
export function foldToAscii(text: string): string {
  return text
    .normalize('NFD')
    .replace(COMBINING_MARKS, '')
    .replace(FOLDABLE, (letter) => FOLDED[letter] ?? letter)
    .normalize('NFC');
}

/** Lower-case ASCII letters and digits joined by hyphens, for addresses and codes. `Zoë D'Été` → `zoe-d-ete`. */
export function slug(text: string): string {
  return foldToAscii(text)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
