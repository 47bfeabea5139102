/**
 * Name case for the all-capitals names that payroll systems leave in Lucca: `DE LA FONTAINE` → `de La Fontaine`.
 * A name with a single lower-case letter was typed with care and is left as it is.
 */

/** Particles that stay small before another word: French, Dutch and Flemish, German, Spanish, Portuguese. */
const PARTICLES: ReadonlySet<string> = new Set([
  ...['de', 'du', 'des', 'd'],
  ...['van', 'der', 'den', 'ter', 'ten', 'te', 'von', 'vom', 'zu', 'zum', 'zur'],
  ...['del', 'dos', 'das', 'da', 'do', 'y', 'e'],
]);
/** After an apostrophe the next letter is a capital when one of these stands before it: `d'Estaing`, `Dell'Orto`. */
const ELIDED = /^(?:\p{L}|dell|dall|nell|sant|degl|quell)$/u;
const NUMERALS: ReadonlySet<string> = new Set(['ii', 'iii', 'iv']);
const SMALL_LETTER = /\p{Ll}/u;
/** A word with its inner apostrophes, or what stands between two words. */
const WORDS = /[\p{L}\p{M}\p{N}]+(?:['’ʼ][\p{L}\p{M}\p{N}]+)*['’ʼ]?|[^\p{L}\p{M}\p{N}]+/gu;

/** Writes an all-capitals name in name case; `known` lists spellings to use as they are, such as `McDonald`. */
export function nameCase(name: string, known: ReadonlyMap<string, string> = new Map()): string {
  if (!isAllCapitals(name)) return name;
  const lower = name.toLowerCase();
  const wholeName = known.get(lower);
  if (wholeName !== undefined) return wholeName;
  const parts = lower.match(WORDS) ?? [];
  return parts
    .map(
      (part, index) => known.get(part) ?? writeWord(part, parts[index + 1] ?? '', index + 2 < parts.length),
    )
    .join('');
}

/** Whether a name has letters, and none of them small. */
export function isAllCapitals(name: string): boolean {
  return !SMALL_LETTER.test(name) && name !== name.toLowerCase();
}

/** Spellings by their lower-case form, for `nameCase`. */
export function indexSpellings(spellings: readonly string[]): ReadonlyMap<string, string> {
  return new Map(spellings.map((spelling) => [spelling.toLowerCase(), spelling]));
}

/** A particle is small only when a space and another word follow: a family called `DU` is `Du`. */
function writeWord(word: string, separator: string, hasNext: boolean): string {
  if (hasNext && separator === ' ' && PARTICLES.has(word)) return word;
  if (!hasNext && NUMERALS.has(word)) return word.toUpperCase();
  return writeElisions(word);
}

function writeElisions(word: string): string {
  const pieces = word.split(/(['’ʼ])/u);
  return pieces
    .map((piece, index) => {
      const before = pieces[index - 2];
      const follows = pieces[index + 2] !== undefined && pieces[index + 2] !== '';
      // The d of d'Estaing and the t of 't Hooft.
      if (piece === 'd' && follows && index === 0) return piece;
      if (index === 0) return capitalize(piece);
      return before !== undefined && ELIDED.test(before) ? capitalize(piece) : piece;
    })
    .join('');
}

function capitalize(word: string): string {
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length);
}
