/**
 * Filter tree against the schemas: every name resolved, every operator turned into a test of the attribute's type.
 *
 * The choices where RFC 7644 section 3.4.2.2 leaves room:
 * - An attribute that is unknown, outside the caller's view or never returned (`password`) behaves as unassigned.
 * - `ne` is the negation of `eq`, for every attribute: so an unassigned attribute is not equal to "x", and
 *   `emails.type ne "work"` means that no e-mail is of type work, not that some e-mail differs.
 * - `eq null` means unassigned, `ne null` assigned (RFC 7643 section 2.5).
 * - A complex attribute without sub-attribute stands for its `value`; one that has no `value` is refused.
 * - A literal of another type than the attribute equals nothing; an operator that the type does not define is refused.
 */
import { invalidFilter } from '../errors.js';
import type { AttributePath } from '../path.js';
import type { ResourceType } from '../registry.js';
import type { Attribute } from '../schema.js';
import { isVisible, type VisibilityOptions } from '../visibility.js';
import type { CompareNode, FilterNode, PresentNode, ValuePathNode } from './ast.js';
import { chooseTest, type ValueTest } from './operators.js';

/** One property to read on the way to a value. */
export interface Step {
  key: string;
  multiValued: boolean;
}

/** A filter whose names are resolved; `steps` lead from the resource, or from the element inside `element`, to the value. */
export type CheckedNode =
  | { kind: 'and' | 'or'; nodes: readonly CheckedNode[] }
  | { kind: 'not'; node: CheckedNode }
  | { kind: 'constant'; result: boolean }
  | { kind: 'test'; path: AttributePath; steps: readonly Step[]; test: ValueTest }
  | { kind: 'element'; path: AttributePath; steps: readonly Step[]; node: CheckedNode };

/** Where names are looked up: in a resource, or in one value of a complex attribute. */
interface Scope {
  resolve(name: string): AttributePath | undefined;
  /** The steps to a path of this scope. */
  steps(path: AttributePath): readonly Step[];
}

/** Checks a filter over resources of a type. Throws `invalidFilter`. */
export function checkFilter(
  node: FilterNode,
  type: ResourceType,
  options: VisibilityOptions = {},
): CheckedNode {
  return new Checker(type, options).check(node, resourceScope(type));
}

/** Checks what stands between the brackets of `path[…]`, as a filter over single values of that attribute. */
export function checkElementFilter(
  node: FilterNode,
  path: AttributePath,
  type: ResourceType,
  options: VisibilityOptions = {},
): CheckedNode {
  return new Checker(type, options).check(node, elementScope(path, type));
}

class Checker {
  private readonly type: ResourceType;
  private readonly options: VisibilityOptions;

  constructor(type: ResourceType, options: VisibilityOptions) {
    this.type = type;
    this.options = options;
  }

  check(node: FilterNode, scope: Scope): CheckedNode {
    switch (node.kind) {
      case 'and':
      case 'or':
        return { kind: node.kind, nodes: node.nodes.map((part) => this.check(part, scope)) };
      case 'not':
        return { kind: 'not', node: this.check(node.node, scope) };
      case 'valuePath':
        return this.checkValuePath(node, scope);
      case 'present':
        return this.checkPresent(node, scope);
      case 'compare':
        return this.checkCompare(node, scope);
    }
  }

  private checkPresent(node: PresentNode, scope: Scope): CheckedNode {
    const path = this.resolve(node.path, scope);
    if (path === undefined) return { kind: 'constant', result: false };
    return { kind: 'test', path, steps: scope.steps(path), test: { kind: 'present' } };
  }

  private checkCompare(node: CompareNode, scope: Scope): CheckedNode {
    const { value, operator } = node;
    if (operator === 'ne')
      return { kind: 'not', node: this.checkCompare({ ...node, operator: 'eq' }, scope) };
    if (value === null) return this.checkUnassigned(node, scope);
    const named = this.resolve(node.path, scope);
    if (named === undefined) return { kind: 'constant', result: false };
    const path = this.toSimple(named, node);
    if (path === undefined) return { kind: 'constant', result: false };
    const test = chooseTest({ ...node, value }, operator, leaf(path));
    return test.kind === 'never'
      ? { kind: 'constant', result: false }
      : { kind: 'test', path, steps: scope.steps(path), test };
  }

  private checkUnassigned(node: CompareNode, scope: Scope): CheckedNode {
    if (node.operator !== 'eq') {
      throw invalidFilter(
        `Operator ${node.operator} at position ${node.at} of the filter is not defined for null.`,
      );
    }
    return { kind: 'not', node: this.checkPresent({ kind: 'present', path: node.path, at: node.at }, scope) };
  }

  private checkValuePath(node: ValuePathNode, scope: Scope): CheckedNode {
    const path = this.resolve(node.path, scope);
    if (path === undefined) return { kind: 'constant', result: false };
    const { attribute, subAttribute } = path;
    if (
      attribute === null ||
      subAttribute !== null ||
      !(attribute.multiValued || attribute.type === 'complex')
    ) {
      throw invalidFilter(`Attribute at position ${node.at} of the filter has no values to filter.`);
    }
    const inner = this.check(node.node, elementScope(path, this.type));
    return { kind: 'element', path, steps: scope.steps(path), node: inner };
  }

  /** The path itself, or that of its `value`; undefined when the `value` is not to be seen. */
  private toSimple(path: AttributePath, node: CompareNode): AttributePath | undefined {
    if (path.attribute !== null && leaf(path).type !== 'complex') return path;
    const value = path.attribute === null ? undefined : this.type.resolve(`${path.text}.value`);
    if (value === undefined) {
      throw invalidFilter(`Attribute at position ${node.at} of the filter needs a sub-attribute to compare.`);
    }
    return this.isVisible(value) ? value : undefined;
  }

  private resolve(name: string, scope: Scope): AttributePath | undefined {
    const path = scope.resolve(name);
    return path !== undefined && this.isVisible(path) ? path : undefined;
  }

  private isVisible(path: AttributePath): boolean {
    return isVisible(path, this.type, this.options);
  }
}

function leaf(path: AttributePath): Attribute {
  const attribute = path.subAttribute ?? path.attribute;
  if (attribute === null) throw new TypeError('an extension container has no type');
  return attribute;
}

function resourceScope(type: ResourceType): Scope {
  return {
    resolve: (name) => type.resolve(name),
    steps: (path) => [
      ...(path.extension === null ? [] : [{ key: path.extension, multiValued: false }]),
      ...toSteps(path.attribute),
      ...toSteps(path.subAttribute),
    ],
  };
}

/** A simple value in brackets is its own `value` (RFC 7644 section 3.5.2.2: "a complex filter comparing a value"). */
function elementScope(parent: AttributePath, type: ResourceType): Scope {
  if (parent.attribute?.type !== 'complex') {
    return { resolve: (name) => (name.toLowerCase() === 'value' ? parent : undefined), steps: () => [] };
  }
  return {
    resolve: (name) => (/[.:]/.test(name) ? undefined : type.resolve(`${parent.text}.${name}`)),
    steps: (path) => toSteps(path.subAttribute),
  };
}

function toSteps(attribute: Attribute | null): Step[] {
  return attribute === null ? [] : [{ key: attribute.name, multiValued: attribute.multiValued }];
}
