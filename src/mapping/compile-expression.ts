/**
 * Expressions in the Common Expression Language: sandboxed, without loops over anything but the lists given, and without
 * side effects, so that an expression always ends. They see the source paths as variables: `department.name`,
 * `axis["7"].code`, `custom.e_badge`. A missing value is `null`.
 */
import { type ASTNode, Environment, type ParseError } from '@marcbachmann/cel-js';
import type { JsonValue } from '../json.js';
import { findReachable } from './compile-path.js';
import type { Rule, RulePlace, Workshop } from './rule.js';
import type { Scene } from './scene.js';
import { ROOTS, rootOf, type Source } from './sources.js';
import { EXPRESSION_FUNCTIONS } from './transforms/index.js';
import { cleanText } from './transforms/text.js';
import type { ValueType } from './value-type.js';

const LIMITS = { maxAstNodes: 500, maxDepth: 40 };
const environment = createEnvironment();

const TYPES: Readonly<Record<string, ValueType>> = {
  bool: 'boolean',
  string: 'text',
  int: 'integer',
  double: 'number',
  dyn: 'any',
};

/** Compiles an expression once; null after a complaint. Its rule never throws: a failure is reported as a finding. */
export function compileExpression(text: string, place: RulePlace, workshop: Workshop): Rule | null {
  const complain = (message: string, remedy: string, offset?: number): null => {
    workshop.document.complain(
      'BAD_EXPRESSION',
      place.path,
      message,
      remedy,
      offset === undefined ? {} : { offset },
    );
    return null;
  };
  const checked = environment.check(text);
  if (!checked.valid) {
    const { summary, range } = checked.error as ParseError;
    return complain(`The expression is not valid: ${summary}.`, 'Correct the CEL expression.', range?.start);
  }
  const type = TYPES[checked.type ?? ''];
  if (type === undefined) {
    return complain(`The expression gives a ${checked.type}.`, 'Let it give text, a number, true or false.');
  }
  const parsed = environment.parse(text);
  const pattern = findCall(parsed.ast, 'matches');
  if (pattern !== undefined) {
    const remedy = 'Use startsWith, endsWith, contains or ==: a pattern may run for hours on one bad value.';
    return complain('matches() is not available.', remedy, pattern.start);
  }
  const sources: Source[] = [];
  for (const { path, offset } of collectReferences(parsed.ast)) {
    const source = findReachable(path, place, workshop, offset);
    if (source === null) return null;
    sources.push(source);
  }
  return {
    type,
    reads: new Set(sources.map((source) => source.path)),
    quiet: false,
    plain: false,
    evaluate: (scene) => {
      try {
        return toScalar(parsed(createContext(sources, scene)));
      } catch {
        scene.report('EXPRESSION_FAILED', place.attribute);
        return undefined;
      }
    },
  };
}

function createEnvironment(): Environment {
  const created = new Environment({ limits: LIMITS });
  for (const root of ROOTS) created.registerVariable(root, 'map');
  for (const [name, change] of EXPRESSION_FUNCTIONS) {
    created.registerFunction(`${name}(string): string`, change);
  }
  return created;
}

/** The variables of one evaluation: only what the expression reads. */
function createContext(sources: readonly Source[], scene: Scene): Variables {
  const variables: Variables = {};
  for (const { path, root, type, read } of sources) {
    const value = read(scene) ?? null;
    const [, ...keys] = path.split('.');
    const last = keys.pop() ?? '';
    variables[root] ??= new Map();
    let holder: Holder = variables[root];
    for (const key of keys) {
      const inner = holder.get(key);
      const next: Holder = inner instanceof Map ? inner : new Map();
      holder.set(key, next);
      holder = next;
    }
    holder.set(last, type === 'integer' && typeof value === 'number' ? BigInt(value) : value);
  }
  return variables;
}

/** Maps, because keys from a file must never reach an object's prototype. */
type Holder = Map<string, unknown>;
type Variables = Partial<Record<string, Holder>>;

/** CEL whole numbers are BigInt. Throws for what no attribute can hold. */
function toScalar(value: unknown): JsonValue | undefined {
  if (value === null) return undefined;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  throw new TypeError('not a scalar');
}

/** The source paths that an expression reads: `axis["7"].code` is `axis.7.code`. */
function collectReferences(node: ASTNode): { path: string; offset: number }[] {
  const steps: string[] = [];
  let base = node;
  for (let step = readStep(base); step !== undefined; step = readStep(base)) {
    steps.unshift(step.key);
    base = step.of;
  }
  const root = base.op === 'id' ? rootOf(base.args) : undefined;
  if (root !== undefined) {
    const depth = root === 'axis' ? 2 : 1;
    return [{ path: [root, ...steps.slice(0, depth)].join('.'), offset: base.start }];
  }
  return children(node).flatMap(collectReferences);
}

/** `x.key` and `x["key"]`. */
function readStep(node: ASTNode): { of: ASTNode; key: string } | undefined {
  if (node.op === '.') return { of: node.args[0], key: node.args[1] };
  if (node.op !== '[]') return undefined;
  const [of, index] = node.args;
  return index.op === 'value' ? { of, key: String(index.args) } : undefined;
}

function findCall(node: ASTNode, name: string): ASTNode | undefined {
  if ((node.op === 'rcall' || node.op === 'call') && node.args[0] === name) return node;
  for (const child of children(node)) {
    const found = findCall(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function children({ args }: ASTNode): ASTNode[] {
  return isNode(args) ? [args] : Array.isArray(args) ? args.flat(2).filter(isNode) : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
