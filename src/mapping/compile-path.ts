/** Compiles a source path into a rule, and says what is wrong with one that leads nowhere. */

import { nearest } from './nearest.js';
import type { Rule, RulePlace, Workshop } from './rule.js';
import { findSource, ROOTS, rootOf, SOURCE_PATHS, type Source } from './sources.js';

/** The rule that reads a path, or null after a complaint. `offset` is where the path stands inside a longer text. */
export function compilePath(
  path: string,
  place: RulePlace,
  workshop: Workshop,
  offset?: number,
): Rule | null {
  const source = findReachable(path, place, workshop, offset);
  if (source === null) return null;
  return { type: source.type, reads: new Set([path]), quiet: true, plain: true, evaluate: source.read };
}

/** The source of a path that may be read at this place, or null after a complaint. */
export function findReachable(
  path: string,
  place: RulePlace,
  { document, read }: Workshop,
  offset?: number,
): Source | null {
  const source = findSource(path);
  const where = offset === undefined ? {} : { offset };
  if (source === undefined) {
    document.complain(
      'UNKNOWN_PATH',
      place.path,
      `There is nothing to read at "${path}".`,
      remedyFor(path),
      where,
    );
    return null;
  }
  if (!place.roots.has(source.root)) {
    const roots = [...place.roots].join(', ');
    const message = `"${source.root}" cannot be read here.`;
    document.complain('UNKNOWN_PATH', place.path, message, `Read from: ${roots}.`, where);
    return null;
  }
  read.add(source.path);
  return source;
}

function remedyFor(path: string): string {
  const root = rootOf(path);
  if (root === 'axis') return 'Write the axis id and a field: axis.7.id, axis.7.name or axis.7.code.';
  if (root === 'custom') return 'Write the name of the custom field: custom.e_badge.';
  const near = nearest(path, SOURCE_PATHS);
  if (near !== undefined) return `Did you mean "${near}"?`;
  if (root === undefined)
    return `For a fixed value write {constant: ${path}}; paths begin with ${ROOTS.join(', ')}.`;
  const siblings = SOURCE_PATHS.filter((known) => known.startsWith(`${root}.`));
  return `Known here: ${siblings.join(', ')}.`;
}
