/** A filter as a tree (RFC 7644 section 3.4.2.2, figure 1), before any schema is known. */

/** The attribute operators that take a value: a closed list. */
export const COMPARE_OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type CompareOperator = (typeof COMPARE_OPERATORS)[number];

/** What a filter compares with. */
export type Literal = string | number | boolean | null;

/** `and` and `or` never hold a node of their own kind: groups that only repeat the operator are merged. */
export interface LogicalNode {
  kind: 'and' | 'or';
  nodes: readonly FilterNode[];
}

export interface NotNode {
  kind: 'not';
  node: FilterNode;
}

/** `path` is as the client spelled it; `at` is its position in the client's text, counted from 1. */
export interface CompareNode {
  kind: 'compare';
  path: string;
  operator: CompareOperator;
  value: Literal;
  at: number;
}

export interface PresentNode {
  kind: 'present';
  path: string;
  at: number;
}

/** `path[node]`: one and the same value of `path` meets the whole of `node`. */
export interface ValuePathNode {
  kind: 'valuePath';
  path: string;
  node: FilterNode;
  at: number;
}

export type FilterNode = LogicalNode | NotNode | CompareNode | PresentNode | ValuePathNode;

const compareOperators = new Set<string>(COMPARE_OPERATORS);

export function isCompareOperator(word: string): word is CompareOperator {
  return compareOperators.has(word);
}
