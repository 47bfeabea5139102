/** Which equality look-ups could answer a filter, so that a store with indexes need not scan. */
import type { CheckedNode } from './check.js';

/** One look-up: the resources that hold `value` at `path`. */
export interface IndexLookup {
  /** Canonical path text of a simple attribute: `userName`, `emails.value`, `urn:…:User:manager.value`. */
  path: string;
  /** As in the filter, but folded by `foldCase` unless `caseExact`. */
  value: string;
  caseExact: boolean;
}

/**
 * Plans a checked filter. `indexed` holds the canonical path texts that have an index, most selective first.
 *
 * Returns look-ups whose results together hold every match (and perhaps more: the predicate still decides); an empty list
 * when nothing can match; undefined when only a scan will do. Of several conjuncts that could be looked up, the one with
 * the fewest look-ups is taken, then the one whose index comes first.
 */
export function planNode(
  node: CheckedNode,
  indexed: ReadonlySet<string>,
): readonly IndexLookup[] | undefined {
  switch (node.kind) {
    case 'constant':
      return node.result ? undefined : [];
    case 'not':
      return undefined;
    case 'element':
      return planNode(node.node, indexed);
    case 'test':
      return planTest(node, indexed);
    case 'and':
      return chooseConjunct(
        node.nodes.map((part) => planNode(part, indexed)),
        [...indexed],
      );
    case 'or':
      return joinAlternatives(node.nodes.map((part) => planNode(part, indexed)));
  }
}

type Plan = readonly IndexLookup[] | undefined;

function planTest({ path, test }: CheckedNode & { kind: 'test' }, indexed: ReadonlySet<string>): Plan {
  if (test.kind !== 'text' || test.operator !== 'eq' || !indexed.has(path.text)) return undefined;
  return [{ path: path.text, value: test.value, caseExact: test.caseExact }];
}

function chooseConjunct(plans: readonly Plan[], order: readonly string[]): Plan {
  const worst = (plan: readonly IndexLookup[]): number =>
    Math.max(-1, ...plan.map((lookup) => order.indexOf(lookup.path)));
  return plans
    .filter((plan) => plan !== undefined)
    .sort((a, b) => a.length - b.length || worst(a) - worst(b))
    .at(0);
}

function joinAlternatives(plans: readonly Plan[]): Plan {
  const known = plans.filter((plan) => plan !== undefined);
  return known.length === plans.length ? known.flat() : undefined;
}
