/** Checked filter to predicate: once per filter, so that a scan over many resources only reads and compares. */
import type { JsonObject, JsonValue } from '../../json.js';
import type { CheckedNode, Step } from './check.js';
import { compileTest } from './compare.js';
import { createReader } from './read.js';

/** Tests a resource, a value inside it, or undefined where there is none. */
export type Predicate = (value: JsonValue | undefined) => boolean;

/** Compiles a checked filter. The predicate never throws, whatever it is given, and reads own properties only. */
export function compileNode(node: CheckedNode): Predicate {
  switch (node.kind) {
    case 'constant':
      return () => node.result;
    case 'not': {
      const inner = compileNode(node.node);
      return (value) => !inner(value);
    }
    case 'and':
      return node.nodes.map(compileNode).reduceRight((rest, first) => (value) => first(value) && rest(value));
    case 'or':
      return node.nodes.map(compileNode).reduceRight((rest, first) => (value) => first(value) || rest(value));
    case 'test':
      return compileSteps(node.steps, compileTest(node.test));
    case 'element': {
      const inner = compileNode(node.node);
      return compileSteps(node.steps, (value) => value !== undefined && inner(value));
    }
  }
}

/** Leads the predicate of a value down the steps. It does not hold where the way ends early. */
function compileSteps(steps: readonly Step[], predicate: Predicate): Predicate {
  return steps.reduceRight(
    (next, step) => holdsFor(step.key, step.multiValued ? holdsForSome(next) : next),
    predicate,
  );
}

function holdsFor(key: string, next: Predicate): Predicate {
  const read = createReader(key);
  return (value) => typeof value === 'object' && value !== null && next(read(value as JsonObject));
}

function holdsForSome(next: Predicate): Predicate {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (let index = 0; index < value.length; index += 1) {
      if (next(value[index])) return true;
    }
    return false;
  };
}
