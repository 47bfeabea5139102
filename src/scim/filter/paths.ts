/** Which attributes a filter looks at, so that a store can give it no more than those. */
import type { AttributePath } from '../path.js';
import type { CheckedNode } from './check.js';

/** The paths of a checked filter, those inside brackets included; a path may come several times. */
export function listFilterPaths(node: CheckedNode): AttributePath[] {
  switch (node.kind) {
    case 'constant':
      return [];
    case 'and':
    case 'or':
      return node.nodes.flatMap(listFilterPaths);
    case 'not':
      return listFilterPaths(node.node);
    case 'test':
      return [node.path];
    case 'element':
      return [node.path, ...listFilterPaths(node.node)];
  }
}
