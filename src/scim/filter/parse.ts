/** Filter text to tree: the guard, then scim2-parse-filter for precedence and grouping, then names and literals put back. */
import { type Filter, parse } from 'scim2-parse-filter';
import { invalidFilter } from '../errors.js';
import { type FilterNode, isCompareOperator } from './ast.js';
import { type GuardedFilter, type GuardOptions, guardFilter } from './guard.js';

/** Parses a filter (RFC 7644 section 3.4.2.2). Throws `invalidFilter`, naming positions and never the input. */
export function parseFilter(text: string, options?: GuardOptions): FilterNode {
  const guarded = guardFilter(text, options);
  return restore(parseHarmless(guarded.text), guarded);
}

function parseHarmless(text: string): Filter {
  try {
    return parse(text);
  } catch {
    // The guard accepts nothing that the library refuses, as far as is known: this is the net below.
    throw invalidFilter('The filter does not follow the grammar.');
  }
}

function restore(filter: Filter, guarded: GuardedFilter): FilterNode {
  switch (filter.op) {
    case 'and':
    case 'or':
      return merge(
        filter.op,
        filter.filters.map((part) => restore(part, guarded)),
      );
    case 'not':
      return { kind: 'not', node: restore(filter.filter, guarded) };
    case '[]':
      return {
        kind: 'valuePath',
        ...restoreName(filter.attrPath, guarded),
        node: restore(filter.valFilter, guarded),
      };
    case 'pr':
      return { kind: 'present', ...restoreName(filter.attrPath, guarded) };
    default: {
      const value = guarded.literals[Number(filter.compValue)];
      if (value === undefined || !isCompareOperator(filter.op))
        throw invalidFilter('The filter does not follow the grammar.');
      return { kind: 'compare', ...restoreName(filter.attrPath, guarded), operator: filter.op, value };
    }
  }
}

function restoreName(placeholder: string, guarded: GuardedFilter): { path: string; at: number } {
  const found = guarded.names[Number(placeholder.slice(1))];
  if (found === undefined) throw invalidFilter('The filter does not follow the grammar.');
  return { path: found.name, at: found.at };
}

/** `a and (b and c)` is `a and b and c`. */
function merge(kind: 'and' | 'or', parts: readonly FilterNode[]): FilterNode {
  return { kind, nodes: parts.flatMap((part) => (part.kind === kind ? part.nodes : [part])) };
}
