/** SCIM filters (RFC 7644 section 3.4.2.2): guard → parse → check → compile, and the plan for indexes. */
import type { JsonObject } from '../../json.js';
import type { AttributePath } from '../path.js';
import type { ResourceType } from '../registry.js';
import type { VisibilityOptions } from '../visibility.js';
import type { FilterNode } from './ast.js';
import { type CheckedNode, checkElementFilter, checkFilter } from './check.js';
import { compileNode, type Predicate } from './compile.js';
import type { GuardOptions } from './guard.js';
import { parseFilter } from './parse.js';
import { type IndexLookup, planNode } from './plan.js';
import { type Rewording, rewordNode } from './reword.js';

export type { CompareOperator, FilterNode, Literal } from './ast.js';
export { foldCase } from './operators.js';
export { parseFilter } from './parse.js';
export { listFilterPaths } from './paths.js';
export type { IndexLookup } from './plan.js';
export { printFilter, printNode } from './print.js';
export type { Rewording } from './reword.js';

export interface CompiledFilter {
  /** Whether a canonical resource meets the filter. Never throws. */
  matches(resource: JsonObject): boolean;
  /** As parsed, names as the client spelled them. */
  ast: FilterNode;
  /** Names resolved and operators chosen. */
  checked: CheckedNode;
  text: string;
}

/** What stands between the brackets of `path[…]`, as a test of one value. */
export interface CompiledElementFilter {
  matches: Predicate;
  ast: FilterNode;
  checked: CheckedNode;
}

/**
 * Compiles a filter for resources of a type. `options.visible` hides attributes outside the caller's view: they behave as
 * unknown ones, that is as unassigned. Compiling costs microseconds; callers that meet the same text again keep the result.
 * Throws `invalidFilter`, naming positions and never the input.
 */
export function compileFilter(text: string, type: ResourceType, options?: VisibilityOptions): CompiledFilter {
  const ast = parseFilter(text);
  const checked = checkFilter(ast, type, options);
  return { matches: compileNode(checked), ast, checked, text };
}

/** Compiles the value filter of a PATCH path for single values of `path`. Throws `invalidFilter`. */
export function compileElementFilter(
  text: string,
  path: AttributePath,
  type: ResourceType,
  options?: GuardOptions,
): CompiledElementFilter {
  const ast = parseFilter(text, options);
  const checked = checkElementFilter(ast, path, type);
  return { matches: compileNode(checked), ast, checked };
}

/**
 * Which look-ups could answer the filter. `indexed`: canonical path texts that have an index, most selective first.
 * Returns look-ups whose results together hold every match, an empty list when nothing can match, or undefined when only a
 * scan will do.
 */
export function planFilter(
  filter: CompiledFilter,
  indexed: ReadonlySet<string>,
): readonly IndexLookup[] | undefined {
  return planNode(filter.checked, indexed);
}

/** The filter with other texts in its equalities; the filter itself when `reword` changes none. */
export function rewordFilter(filter: CompiledFilter, reword: Rewording): CompiledFilter {
  const checked = rewordNode(filter.checked, reword);
  return checked === filter.checked ? filter : { ...filter, checked, matches: compileNode(checked) };
}
