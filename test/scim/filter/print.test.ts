/** Printing: the only way in which the bridge writes filters. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPARE_OPERATORS } from '../../../src/scim/filter/ast.js';
import { type FilterNode, parseFilter, printFilter, printNode } from '../../../src/scim/filter/index.js';

describe('a look-up filter', () => {
  it.each([
    ['userName', 'ada@acme.example', 'userName eq "ada@acme.example"'],
    ['externalId', 'a"b\\c', 'externalId eq "a\\"b\\\\c"'],
    ['displayName', 'R&D\n(Paris) é', 'displayName eq "R&D\\n(Paris) é"'],
    ['displayName', 'a\x7fb', 'displayName eq "a\\u007fb"'],
    ['active', true, 'active eq true'],
    ['level', -3, 'level eq -3'],
  ])('on %s quotes %j', (path, value, expected) => {
    expect(printFilter(path, 'eq', value)).toBe(expected);
  });
});

const name = fc.constantFrom(
  'userName',
  'name.familyName',
  '$ref',
  'urn:a:2.0:User:x',
  'not',
  'and',
  'or',
  'pr',
  'eq',
);
const literal = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }).filter((text) => !/\p{Surrogate}/u.test(text)),
  fc.constantFrom('"', '\\', 'ends\\', '\\u0041', '[x]', ') or (', '\x7f', '\u2028'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const present = fc.record({ kind: fc.constant('present' as const), path: name });
const compare = fc.record({
  kind: fc.constant('compare' as const),
  path: name,
  operator: fc.constantFrom(...COMPARE_OPERATORS),
  value: literal,
});

/** Trees as the parser makes them, without positions: `and` holds no `and`, value paths no value paths. */
const { node } = fc.letrec<{ node: FilterNode; inner: FilterNode }>((tie) => ({
  node: tree(
    tie('node'),
    fc.record({ kind: fc.constant('valuePath' as const), path: name, node: tie('inner') }),
  ),
  inner: tree(tie('inner')),
}));

function tree(child: fc.Arbitrary<FilterNode>, ...others: fc.Arbitrary<unknown>[]): fc.Arbitrary<FilterNode> {
  const logical = fc
    .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(child, { minLength: 2, maxLength: 3 }))
    .map(([kind, nodes]) => ({
      kind,
      nodes: nodes.flatMap((each) => (each.kind === kind ? each.nodes : [each])),
    }));
  const not = fc.record({ kind: fc.constant('not' as const), node: child });
  return fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    present,
    compare,
    logical,
    not,
    ...others,
  ) as fc.Arbitrary<FilterNode>;
}

describe('groups that only repeat the operator', () => {
  it.each([
    ['title pr and (active pr and (id pr and locale pr))', 'title pr and active pr and id pr and locale pr'],
    ['((title pr or active pr) or id pr)', 'title pr or active pr or id pr'],
    ['(title pr and active pr) or (id pr)', 'title pr and active pr or id pr'],
    ['(title pr or active pr) and (id pr)', '(title pr or active pr) and id pr'],
    ['emails[type eq "work"].value eq "a"', 'emails[type eq "work" and value eq "a"]'],
  ])('%s prints as %s', (filter, expected) => {
    expect(printNode(parseFilter(filter))).toBe(expected);
  });
});

describe('a printed tree', () => {
  it('parses into an equal tree', () => {
    fc.assert(
      fc.property(node, (tree) => {
        expect(withoutPositions(parseFilter(printNode(tree)))).toEqual(withNumbersAsWritten(tree));
      }),
      { numRuns: 3000 },
    );
  });

  it('prints the same again', () => {
    fc.assert(
      fc.property(node, (tree) => {
        const text = printNode(tree);
        expect(printNode(parseFilter(text))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

function withoutPositions(tree: FilterNode): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value) => (key === 'at' ? undefined : value)));
}

/** JSON has no negative zero. */
function withNumbersAsWritten(tree: FilterNode): unknown {
  return JSON.parse(JSON.stringify(tree));
}
