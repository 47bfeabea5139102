/** A filter that asks the same with other words, for whoever knows that one text stands for another. */
import type { AttributePath } from '../path.js';
import type { CheckedNode } from './check.js';

/** Gives the text to compare with at a path instead of `text`; the same one to leave the test as it is. */
export type Rewording = (text: string, path: AttributePath) => string;

/** A copy of the filter in which every equality with a text is reworded; the node itself when none is. */
export function rewordNode(node: CheckedNode, reword: Rewording): CheckedNode {
  switch (node.kind) {
    case 'constant':
      return node;
    case 'and':
    case 'or': {
      const nodes = node.nodes.map((part) => rewordNode(part, reword));
      return nodes.every((part, at) => part === node.nodes[at]) ? node : { ...node, nodes };
    }
    case 'not':
    case 'element': {
      const inner = rewordNode(node.node, reword);
      return inner === node.node ? node : { ...node, node: inner };
    }
    case 'test': {
      if (node.test.kind !== 'text' || node.test.operator !== 'eq') return node;
      const value = reword(node.test.value, node.path);
      return value === node.test.value ? node : { ...node, test: { ...node.test, value } };
    }
  }
}
