/** Random filters as trees, and their text. */
import fc from 'fast-check';
import type { JsonValue } from '../../../src/json.js';
import { type Field, type Kind, type List, VALUES, type World } from './worlds.js';

export type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

export type Tree =
  | { kind: 'and' | 'or'; trees: Tree[] }
  | { kind: 'not'; tree: Tree }
  | { kind: 'test'; name: string; field: Field; operator: Operator | 'pr'; literal: JsonValue }
  | {
      kind: 'element';
      name: string;
      list: List;
      tree: Tree;
      also: Extract<Tree, { kind: 'test' }> | undefined;
    };

const OPERATORS: Record<Kind, Operator[]> = {
  folded: ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'],
  exact: ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'],
  number: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  boolean: ['eq', 'ne'],
  instant: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
};

function testOf(fields: readonly Field[]): fc.Arbitrary<Tree & { kind: 'test' }> {
  return fc.constantFrom(...fields).chain((each) => {
    const name = fc.constantFrom(...each.names);
    const operators: (Operator | 'pr')[] = [...OPERATORS[each.kind], 'pr'];
    const operator = fc.constantFrom(...(each.bare ? OPERATORS[each.kind] : operators));
    const base = { kind: fc.constant('test' as const), name, field: fc.constant(each) };
    return fc.oneof(
      { weight: 9, arbitrary: fc.record({ ...base, operator, literal: VALUES[each.kind] }) },
      {
        weight: each.bare ? 0 : 1,
        arbitrary: fc.record({
          ...base,
          operator: fc.constantFrom<Operator>('eq', 'ne'),
          literal: fc.constant<JsonValue>(null),
        }),
      },
    );
  });
}

function treeOf(leaf: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> {
  return fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        trees: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), tree: tie('tree') }),
    ),
  })).tree;
}

export function filterOf(world: World): fc.Arbitrary<Tree> {
  const element = fc.constantFrom(...world.lists).chain((each) =>
    fc.record({
      kind: fc.constant('element' as const),
      name: fc.constantFrom(...each.names),
      list: fc.constant(each),
      tree: treeOf(testOf(each.parts)),
      // Entra's emails[…].value eq "…"
      also: fc.option(testOf(each.parts), { nil: undefined }),
    }),
  );
  return treeOf(fc.oneof({ weight: 3, arbitrary: testOf(world.fields) }, { weight: 2, arbitrary: element }));
}

/** Writes a tree; each bit of `seed` decides the letter case of a character. */
export function write(tree: Tree, seed: number): string {
  switch (tree.kind) {
    case 'test':
      return `${scramble(tree.name, seed)} ${writeTest(tree, seed)}`;
    case 'not':
      return `${scramble('not', seed)} (${write(tree.tree, seed)})`;
    case 'and':
    case 'or':
      return tree.trees.map((each) => `(${write(each, seed)})`).join(` ${scramble(tree.kind, seed)} `);
    case 'element': {
      const path = `${scramble(tree.name, seed)}[${write(tree.tree, seed)}]`;
      return tree.also === undefined
        ? path
        : `${path}.${scramble(tree.also.name, seed)} ${writeTest(tree.also, seed)}`;
    }
  }
}

function writeTest({ operator, literal }: Tree & { kind: 'test' }, seed: number): string {
  return operator === 'pr' ? scramble('pr', seed) : `${scramble(operator, seed)} ${JSON.stringify(literal)}`;
}

function scramble(word: string, seed: number): string {
  return [...word]
    .map((each, index) => ((seed >> (index % 31)) & 1 ? each.toUpperCase() : each.toLowerCase()))
    .join('');
}
