/**
 * Name case for the all-capitals names that payroll systems leave in Lucca: `DE LA FONTAINE` → `de La Fontaine`.
 * A name with a single lower-case letter was typed with care and is left as it is.
 */

/** Particles that stay small before another word: French, Dutch and Flemish, German, Spanish, Portuguese. */
const PARTICLES: ReadonlySet<string> = new Set([
  ...['de', 'du', 'des'],
  ...['van', 'den', 'ter', 'ten', 'te', 'von', 'vom', 'zu', 'zum', 'zur'],
  ...['del', 'dos', 'das', 'da', 'do', 'y'],
]);
/** Small after another particle only: `van der Berg`, but the Armenian `Der Hagopian`. */
const SECOND_PARTICLES: ReadonlySet<string> = new Set(['der', 'dem']);
/** After an apostrophe the next letter is a capital when one of these stands before it: `d'Estaing`, `Dell'Orto`. */
const ELIDED = /^(?:\p{L}|dell|dall|nell|sant|degl|quell)$/u;
const NUMERALS: ReadonlySet<string> = new Set(['ii', 'iii', 'iv']);
/** What JavaScript makes of the Turkish capital İ: an i with a dot of its own. */
const DOTTED_I = 'i\u0307';
const INNER_DOTTED_I = /(?<=\p{L})i\u0307/gu;
/** Between a particle and the next word, which may be the Dutch 't. */
const SPACE = /^ ['’ʼ]?$/;
const APOSTROPHE_AT_END = /['’ʼ]$/;
const SMALL_LETTER = /\p{Ll}/u;
/** A word with its inner apostrophes, or what stands between two words. */
const WORDS = /[\p{L}\p{M}\p{N}]+(?:['’ʼ][\p{L}\p{M}\p{N}]+)*['’ʼ]?|[^\p{L}\p{M}\p{N}]+/gu;

/** Writes an all-capitals name in name case; `known` lists spellings to use as they are, such as `McDonald`. */
export function nameCase(name: string, known: ReadonlyMap<string, string> = new Map()): string {
  if (!isAllCapitals(name)) return name;
  const lower = name.toLowerCase().replace(INNER_DOTTED_I, 'i');
  const wholeName = known.get(lower);
  if (wholeName !== undefined) return wholeName;
  const parts = lower.match(WORDS) ?? [];
  return parts.map((part, index) => known.get(part) ?? writeWord(part, parts, index)).join('');
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
function writeWord(word: string, parts: readonly string[], index: number): string {
  const previous = parts[index - 2] ?? '';
  const isLast = index + 2 >= parts.length;
  const isParticle =
    PARTICLES.has(word) ||
    (SECOND_PARTICLES.has(word) && PARTICLES.has(previous)) ||
    (word === 't' && APOSTROPHE_AT_END.test(parts[index - 1] ?? ''));
  if (isParticle && !isLast && SPACE.test(parts[index + 1] ?? '')) return word;
  return isLast && NUMERALS.has(word) ? word.toUpperCase() : writeElisions(word);
}

/** `d'` is small wherever it stands; a letter after an apostrophe is small in `Guivarc'h` and a capital in `O'Neil`. */
function writeElisions(word: string): string {
  const pieces = word.split(/(['’ʼ])/u);
  return pieces
    .map((piece, index) => {
      if (index === 0) return piece === 'd' && pieces.length > 1 ? piece : capitalize(piece);
      return ELIDED.test(pieces[index - 2] ?? '') ? capitalize(piece) : piece;
    })
    .join('');
}

function capitalize(word: string): string {
  if (word.startsWith(DOTTED_I)) return `İ${word.slice(DOTTED_I.length)}`;
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length);
}
