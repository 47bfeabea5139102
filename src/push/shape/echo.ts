/**
 * Echo learning (R25): how a target gives back what it was sent. What it does to one value that we wrote, it does to the
 * others of the same attribute; so a difference of that kind is its way of writing, and nobody's change.
 */
import type { JsonValue } from '../../json.js';
import { holds, isBlank } from './compare.js';
import { type EchoKind, type EchoShape, foldOf, kindsAt } from './fold.js';

/** From the smallest change to the largest: the first that explains a difference is the one that is learned. */
const EXPLANATIONS: readonly (readonly EchoKind[])[] = [
  ['case'],
  ['accents'],
  ['marks'],
  ['case', 'accents'],
  ['case', 'marks'],
  ['case', 'accents', 'marks'],
];

/** In a key, a dot more or less names another account. */
const KEYS = /^(userName|emails|externalId)$/;
const OF_KEYS: readonly (readonly EchoKind[])[] = [['case']];

/**
 * What a target did to a value, seen in the answer to the request that wrote it.
 * @returns `reworded` when no other way of writing makes `shown` of `sent`
 */
export function explainEcho(
  path: string,
  sent: JsonValue,
  shown: JsonValue | undefined,
): readonly EchoKind[] {
  if (isBlank(shown)) return ['dropped'];
  if (holds(shown, sent, foldOf([]))) return ['kept'];
  const candidates = KEYS.test(path) ? OF_KEYS : EXPLANATIONS;
  return (
    candidates.find((kinds) => !isEmptied(sent, kinds) && holds(shown, sent, foldOf(kinds))) ?? ['reworded']
  );
}

/** Text that has nothing but marks would be the same as any other. */
function isEmptied(sent: JsonValue, kinds: readonly EchoKind[]): boolean {
  return typeof sent === 'string' && foldOf(kinds)(sent) === '';
}

/** The shape with what was seen added; the same object when that is nothing new. What was once shown is not dropped. */
export function withEcho(shape: EchoShape, path: string, kinds: readonly EchoKind[]): EchoShape {
  const known = kindsAt(shape, path);
  const wasShown = known.some((kind) => kind !== 'dropped');
  const news = kinds.filter((kind) => !known.includes(kind) && !(kind === 'dropped' && wasShown));
  if (news.length === 0) return shape;
  const all = [...known, ...news];
  return { ...shape, [path]: news.includes('dropped') ? all : all.filter((kind) => kind !== 'dropped') };
}
