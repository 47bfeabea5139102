/** Removing from a multi-valued attribute (RFC 7644 section 3.5.2.2). */
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonValue } from '../../json.js';
import { invalidValue } from '../errors.js';
import { own } from '../path.js';
import type { Writing } from './complex.js';
import type { Draft } from './draft.js';
import type { Elements } from './elements.js';
import { readList } from './list-value.js';
import { checkList, writeElement } from './multi.js';
import type { AttributeTarget } from './target.js';

/**
 * Removes the values that the filter selects, or all; with `listed`, only those of them that are listed there. Entra removes
 * single members that way, and a server that overlooks the list empties the group. Removing what is not there is no error.
 */
export function removeMulti(draft: Draft, target: AttributeTarget, listed: unknown, writing: Writing): void {
  const elements = draft.elements(target.path, target.attribute);
  draft.touch(target.path);
  if (target.subAttribute !== undefined) removeSubAttribute(elements, target, writing);
  else if (listed !== undefined) removeListed(elements, target, listed, writing);
  else if (target.filter === undefined) elements.replaceAll([]);
  else for (const position of elements.positions(target.filter)) elements.put(position, undefined);
  checkList(draft, target, elements, writing);
}

function removeSubAttribute(elements: Elements, target: AttributeTarget, writing: Writing): void {
  const positions = elements.positions(target.filter);
  for (const position of positions) {
    elements.put(position, writeElement(elements.at(position), target, null, writing));
  }
  elements.settle(positions);
}

function removeListed(elements: Elements, target: AttributeTarget, listed: unknown, writing: Writing): void {
  if (Array.isArray(listed) && listed.length === 0) return;
  const values = readList(listed, target.attribute, writing);
  if (values === undefined) throw invalidValue(`The values of ${writing.at} to remove must be named.`);
  const selected = target.filter === undefined ? undefined : new Set(elements.positions(target.filter));
  for (const value of values) {
    for (const position of findListed(elements, value)) {
      if (selected === undefined || selected.has(position)) elements.put(position, undefined);
    }
  }
}

/** The elements that are the listed value, or that hold everything that it says. */
function findListed(elements: Elements, value: JsonValue): number[] {
  const same = elements.listSame(value);
  if (same.length > 0 || !isJsonObject(value) || elements.isIdentified(value)) return same;
  return elements.select(
    (item) =>
      isJsonObject(item) &&
      Object.entries(value).every(([name, part]) => isDeepStrictEqual(own(item, name), part)),
  );
}
