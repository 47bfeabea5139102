/** Fits text that must name one person into a length that a target sets. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../json.js';
import type { TargetProfile } from '../profile.js';
import { parseTargetPath, readAt, withValueAt } from './target-path.js';

/** Letters and digits that tell two people with the same beginning apart. */
const MARK = 4;

/** Compiles `attributes.shorten`: what is too long is cut, and ends in letters that come from the person's id alone. */
export function createShortener({ attributes }: TargetProfile): (body: JsonObject, id: string) => JsonObject {
  const limits = attributes.shorten.flatMap((text) => {
    const limit = attributes.maxLength[text];
    return limit === undefined ? [] : [{ path: parseTargetPath(text), limit }];
  });
  return (body, id) =>
    limits.reduce((shortened, { path, limit }) => {
      const value = readAt(shortened, path);
      if (typeof value !== 'string' || [...value].length <= limit) return shortened;
      return withValueAt(shortened, path, shortenText(value, limit, id));
    }, body);
}

/** The text with letters that tell its owner apart from somebody with the same, within `limit` characters where there is one. */
export function markText(text: string, limit: number | undefined, id: string): string {
  return shortenText(text, limit ?? [...text].length + MARK + 1, id);
}

/** The same text and id always give the same result, so that it never changes by itself. */
export function shortenText(text: string, limit: number, id: string): string {
  const mark = BigInt(`0x${createHash('sha256').update(id).digest('hex')}`)
    .toString(36)
    .slice(0, MARK);
  const beginning = [...text]
    .slice(0, Math.max(0, limit - MARK - 1))
    .join('')
    .replace(/[^\p{L}\p{N}]+$/u, '');
  return [...(beginning === '' ? mark : `${beginning}-${mark}`)].slice(0, limit).join('');
}
