/**
 * Entity tags from what resources say, so that they are the same after a restart and in every process. A group's tag must not
 * cost as much as the group has members, so members are counted into a sum that they enter and leave one by one.
 */
import { hash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../json.js';

/** A weak tag for a resource; `extra` is what else tells its versions apart. The order of attributes does not count. */
export function entityTag(resource: JsonObject, extra = ''): string {
  // Twelve bytes are enough, and cut here: a slice of the text would keep the whole of it in memory.
  const digest = hash('sha1', spell(resource), 'buffer').toString('base64url', 0, 12);
  return `W/"${digest}${extra}"`;
}

/** One text for one value: members in the order of their names, texts with their lengths. */
function spell(value: JsonValue): string {
  if (typeof value === 'string') return `${value.length}:${value}`;
  if (typeof value !== 'object' || value === null) return String(value);
  let text = '[';
  if (Array.isArray(value)) {
    for (const element of value) text += `${spell(element)},`;
  } else {
    for (const name of Object.keys(value).sort()) {
      const member = value[name];
      if (member !== undefined) text += `${name}=${spell(member)},`;
    }
  }
  return `${text}]`;
}

/** A sum over members and the names under which they are listed, in any order. */
export class MemberSum {
  #low = 0;
  #high = 0;
  #count = 0;

  add(id: string, name: string): void {
    this.#change(id, name, 1);
  }

  remove(id: string, name: string): void {
    this.#change(id, name, -1);
  }

  copy(): MemberSum {
    const copy = new MemberSum();
    copy.#low = this.#low;
    copy.#high = this.#high;
    copy.#count = this.#count;
    return copy;
  }

  toString(): string {
    return `.${this.#count}.${this.#low.toString(36)}${this.#high.toString(36)}`;
  }

  #change(id: string, name: string, sign: 1 | -1): void {
    const text = `${id} ${name}`;
    this.#low = (this.#low + sign * fold(text, 0x811c9dc5)) >>> 0;
    this.#high = (this.#high + sign * fold(text, 0x9747b28c)) >>> 0;
    this.#count += sign;
  }
}

/** 32 bits of FNV-1a from a seed of its own: enough to notice a change, and no secret hangs on it. */
function fold(text: string, seed: number): number {
  let sum = seed;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}
