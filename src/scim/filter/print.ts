/** The only place that writes a filter: values are JSON-quoted, whatever they hold. */
import type { FilterNode, Literal } from './ast.js';

/** `path op value` as a filter, for look-ups on targets. */
export function printFilter(path: string, operator: 'eq', value: string | boolean | number): string {
  return `${path} ${operator} ${printLiteral(value)}`;
}

/** Prints a filter tree. Parsing the text gives an equal tree, positions apart. */
export function printNode(node: FilterNode): string {
  switch (node.kind) {
    case 'and':
      return node.nodes
        .map((part) => (part.kind === 'or' ? `(${printNode(part)})` : printNode(part)))
        .join(' and ');
    case 'or':
      return node.nodes.map(printNode).join(' or ');
    case 'not':
      return `not (${printNode(node.node)})`;
    case 'present':
      return `${node.path} pr`;
    case 'compare':
      return `${node.path} ${node.operator} ${printLiteral(node.value)}`;
    case 'valuePath':
      return `${node.path}[${printNode(node.node)}]`;
  }
}

function printLiteral(value: Literal): string {
  // JSON.stringify leaves DEL as it is, and a filter may hold no control character.
  return JSON.stringify(value).replaceAll('\x7f', '\\u007f');
}
