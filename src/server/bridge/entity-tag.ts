/**
 * Entity tags from what resources say, so that they are the same after a restart and in every process. A tag is a sum over
 * everything that is said: the order of attributes does not count, and a group's members enter and leave the sum one by one,
 * so that a change costs no more in a large group.
 *
 * Sixty-four bits are enough to notice a change. No secret hangs on them: a tag says no more than the client can see anyway.
 */
import type { JsonObject, JsonValue } from '../../json.js';

/** A weak tag for a resource; `members` is the sum over members that the resource leaves out. */
export function entityTag(resource: JsonObject, members?: Sum): string {
  const sum = new Sum();
  addValue(sum, 0, resource);
  const extra = members === undefined ? '' : `.${members}`;
  return `W/"${sum}${extra}"`;
}

/** A sum over texts, in whatever order they came and went. */
export class Sum {
  #low = 0;
  #high = 0;

  add(text: string, place = 0): void {
    this.#change(text, place, 1);
  }

  remove(text: string, place = 0): void {
    this.#change(text, place, -1);
  }

  copy(): Sum {
    const copy = new Sum();
    copy.#low = this.#low;
    copy.#high = this.#high;
    return copy;
  }

  toString(): string {
    return `${this.#low.toString(36)}-${this.#high.toString(36)}`;
  }

  #change(text: string, place: number, sign: 1 | -1): void {
    let [low, high] = [place ^ 0x811c9dc5, place ^ 0x9747b28c];
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      low = Math.imul(low ^ unit, 0x01000193);
      high = Math.imul(high ^ unit, 0x5bd1e995);
    }
    this.#low = (this.#low + sign * scatter(low)) >>> 0;
    this.#high = (this.#high + sign * scatter(high)) >>> 0;
  }
}

/** `place` tells apart equal values in different places. */
function addValue(sum: Sum, place: number, value: JsonValue): void {
  if (typeof value === 'string') {
    sum.add(value, place);
  } else if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) addValue(sum, scatter(place + index + 1), element);
    sum.add(`[${value.length}`, place);
  } else if (typeof value === 'object' && value !== null) {
    for (const name of Object.keys(value)) {
      const member = value[name];
      if (member !== undefined) addValue(sum, placeOf(place, name), member);
    }
    sum.add('{', place);
  } else {
    sum.add(String(value), ~place);
  }
}

function placeOf(parent: number, name: string): number {
  return scatter(Math.imul(parent, 0x01000193) ^ hashOfName(name));
}

/** Attribute names are few, and stand in every resource. */
const hashes = new Map<string, number>();
const MOST_NAMES = 1_000;

function hashOfName(name: string): number {
  const known = hashes.get(name);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  if (hashes.size < MOST_NAMES) hashes.set(name, hash);
  return hash;
}

/** The last step of MurmurHash3: every bit of what comes out depends on every bit of what went in. */
function scatter(bits: number): number {
  let mixed = bits;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
