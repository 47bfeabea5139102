import type { JsonObject } from '../../json.js';
import type { FilterNode } from '../filter/index.js';
import { findAttribute } from '../path.js';
import type { Attribute } from '../schema.js';

/**
 * What a value filter says outright about the element that it selects: `type eq "work" and primary eq true` gives
 * `{type: "work", primary: true}`. `complete` when the filter says nothing else.
 */
export function readEqualities(
  filter: FilterNode,
  attribute: Attribute,
): { parts: JsonObject; complete: boolean } {
  if (filter.kind === 'and') {
    const all = filter.nodes.map((node) => readEqualities(node, attribute));
    return {
      parts: Object.assign({}, ...all.map(({ parts }) => parts)) as JsonObject,
      complete: all.every(({ complete }) => complete),
    };
  }
  if (filter.kind === 'compare' && filter.operator === 'eq' && filter.value !== null) {
    const sub = findAttribute(attribute.subAttributes ?? [], filter.path);
    if (sub !== undefined) return { parts: { [sub.name]: filter.value }, complete: true };
  }
  return { parts: {}, complete: false };
}
