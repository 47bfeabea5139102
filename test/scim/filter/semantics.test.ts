/**
 * Random filters on random resources agree with an evaluator that is written here from the text of RFC 7644 section 3.4.2.2,
 * over the tree that the text was made from, and shares nothing with the compiler.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/json.js';
import { compileFilter } from '../../../src/scim/filter/index.js';
import { resourceType } from '../probe.js';
import { filterOf, type Operator, type Tree, write } from './random-filters.js';
import { type Kind, probe, user } from './worlds.js';

function evaluate(tree: Tree, holder: JsonObject): boolean {
  switch (tree.kind) {
    case 'and':
      return tree.trees.every((each) => evaluate(each, holder));
    case 'or':
      return tree.trees.some((each) => evaluate(each, holder));
    case 'not':
      return !evaluate(tree.tree, holder);
    case 'element':
      return tree.list
        .elements(holder)
        .some((each) => evaluate(tree.tree, each) && (tree.also === undefined || evaluate(tree.also, each)));
    case 'test':
      return evaluateTest(tree, tree.field.read(holder));
  }
}

function evaluateTest(
  { operator, literal, field: { kind } }: Tree & { kind: 'test' },
  values: JsonValue[],
): boolean {
  if (operator === 'pr') return values.length > 0;
  if (literal === null) return (operator === 'eq') === (values.length === 0);
  if (operator === 'ne')
    return !values.some((value) => holds('eq', comparable(value, kind), comparable(literal, kind)));
  return values.some((value) => holds(operator, comparable(value, kind), comparable(literal, kind)));
}

function comparable(value: JsonValue, kind: Kind): string | number {
  if (kind === 'instant') return new Date(String(value)).getTime();
  if (kind === 'folded') return String(value).toLowerCase();
  return kind === 'number' ? Number(value) : String(value);
}

function holds(operator: Exclude<Operator, 'ne'>, value: string | number, literal: string | number): boolean {
  const [whole, part] = [String(value), String(literal)];
  switch (operator) {
    case 'eq':
      return value === literal;
    case 'co':
      return whole.indexOf(part) >= 0;
    case 'sw':
      return whole.slice(0, part.length) === part;
    case 'ew':
      return part === '' || whole.slice(-part.length) === part;
    case 'gt':
      return value > literal;
    case 'ge':
      return value >= literal;
    case 'lt':
      return value < literal;
    case 'le':
      return value <= literal;
  }
}

describe.each([probe, user])('filters on $type', (world) => {
  const type = resourceType(world.type);

  it('mean what the RFC says', () => {
    const outcomes = { true: 0, false: 0 };
    fc.assert(
      fc.property(filterOf(world), world.resource, fc.nat(), (tree, resource, seed) => {
        const expected = evaluate(tree, resource);
        outcomes[`${expected}`] += 1;
        expect(compileFilter(write(tree, seed), type).matches(resource)).toBe(expected);
      }),
      { numRuns: 1500 },
    );
    // The comparison would be worth little if nearly all filters had one answer.
    expect(Math.min(outcomes.true, outcomes.false)).toBeGreaterThan(300);
  });
});
