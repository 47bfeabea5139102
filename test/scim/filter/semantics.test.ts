/**
 * Random filters on random resources agree with an evaluator that is written here from the text of RFC 7644 section 3.4.2.2,
 * over the tree that the text was made from, and shares nothing with the compiler.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/json.js';
import { compileFilter } from '../../../src/scim/filter/index.js';
import { ENTERPRISE_USER, USER } from '../../../src/scim/schema.js';
import { probeExtension, probeSchema, resourceType } from '../probe.js';

type Kind = 'folded' | 'exact' | 'number' | 'boolean' | 'instant';
type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** An attribute as filters name it and as resources hold it. `read` gives its values in a resource, or in an element. */
interface Field {
  names: readonly string[];
  kind: Kind;
  /** Named without its `value`: such a name is compared as that, but present when any part is. */
  bare?: boolean;
  read(holder: JsonObject): JsonValue[];
}

/** A multi-valued complex attribute. */
interface List {
  names: readonly string[];
  elements(resource: JsonObject): JsonObject[];
  parts: readonly Field[];
}

interface World {
  type: string;
  fields: readonly Field[];
  lists: readonly List[];
  resource: fc.Arbitrary<JsonObject>;
}

type Tree =
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

// --- what the values are made of

const WORDS = [
  'a',
  'A',
  'b',
  'ab',
  'É',
  'é',
  'œ',
  '"',
  '\\',
  '\n',
  '[x]',
  ')(',
  ' and ',
  '$',
  '\u{1f600}',
  'İ',
  'ß',
];
const text = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 2 })
  .map((words) => words.join(''));
const number = fc.constantFrom(-5.5, -5, -1, 0, 1, 2, 10, 1.5e5, 1e-3);
const instant = fc.constantFrom(
  '2024-03-10T00:00:00Z',
  '2024-03-10T00:00:00.000Z',
  '2024-03-10T01:00:00+01:00',
  '2024-03-09T23:59:59.999Z',
  '2024-03-10T00:00:00.5Z',
  '2023-12-31T19:00:00-05:00',
);
const VALUES: Record<Kind, fc.Arbitrary<JsonValue>> = {
  folded: text,
  exact: text,
  number,
  boolean: fc.boolean(),
  instant,
};

function list<T>(element: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(element, { minLength: 1, maxLength: 3 });
}

function some(model: Record<string, fc.Arbitrary<JsonValue>>): fc.Arbitrary<JsonObject> {
  return fc.record<JsonObject>(model, { requiredKeys: [] });
}

// --- the two worlds: Probe has every type, User has URNs, $ref and the shapes of clients

function valuesAt(...keys: string[]): (holder: JsonObject) => JsonValue[] {
  return (holder) =>
    keys.reduce<JsonValue[]>((values, key) => values.flatMap((value) => ownValues(value, key)), [holder]);
}

function ownValues(value: JsonValue, key: string): JsonValue[] {
  const held = Object.entries(value as JsonObject).find(([name]) => name === key)?.[1];
  return [held ?? []].flat();
}

function elementsAt(key: string): (resource: JsonObject) => JsonObject[] {
  return (resource) => (resource[key] ?? []) as JsonObject[];
}

function field(names: string[], kind: Kind, ...keys: string[]): Field {
  return { names, kind, read: valuesAt(...keys) };
}

function bareField(names: string[], kind: Kind, ...keys: string[]): Field {
  return { ...field(names, kind, ...keys), bare: true };
}

const probe: World = {
  type: 'Probe',
  fields: [
    field(['text', `${probeSchema.id}:text`], 'folded', 'text'),
    field(['caseExact'], 'exact', 'caseExact'),
    field(['count', `${probeSchema.id}:count`], 'number', 'count'),
    field(['amount'], 'number', 'amount'),
    field(['flag'], 'boolean', 'flag'),
    field(['moment'], 'instant', 'moment'),
    field(['link'], 'exact', 'link'),
    bareField(['whole'], 'number', 'whole', 'value'),
    field(['whole.value'], 'number', 'whole', 'value'),
    field(['whole.fixed'], 'folded', 'whole', 'fixed'),
    field(['texts'], 'folded', 'texts'),
    field(['counts'], 'number', 'counts'),
    field(['moments'], 'instant', 'moments'),
    bareField(['parts'], 'folded', 'parts', 'value'),
    field(['parts.value'], 'folded', 'parts', 'value'),
    field(['parts.size'], 'number', 'parts', 'size'),
    field(['constructor'], 'folded', 'constructor'),
    field(['key', `${probeExtension.id}:key`], 'folded', probeExtension.id, 'key'),
    field([`${probeExtension.id}:text`], 'number', probeExtension.id, 'text'),
  ],
  lists: [
    {
      names: ['parts', `${probeSchema.id}:parts`],
      elements: elementsAt('parts'),
      parts: [field(['value'], 'folded', 'value'), field(['size'], 'number', 'size')],
    },
  ],
  resource: some({
    text,
    caseExact: text,
    count: number,
    amount: number,
    flag: fc.boolean(),
    moment: instant,
    link: text,
    whole: some({ value: number, fixed: text }),
    texts: list(text),
    counts: list(number),
    moments: list(instant),
    parts: list(some({ value: text, size: number })),
    [probeExtension.id]: some({ key: text, text: number }),
  }).chain((resource) =>
    // Not through a record, where the key would reach the prototype.
    fc.option(text).map((builder) => (builder === null ? resource : { ...resource, constructor: builder })),
  ),
};

const user: World = {
  type: 'User',
  fields: [
    field(['userName', `${USER}:userName`], 'folded', 'userName'),
    field(['id'], 'exact', 'id'),
    field(['externalId'], 'exact', 'externalId'),
    field(['active'], 'boolean', 'active'),
    field(['name.familyName', `${USER}:name.familyName`], 'folded', 'name', 'familyName'),
    bareField(['emails', `${USER}:emails`], 'folded', 'emails', 'value'),
    field(['emails.value'], 'folded', 'emails', 'value'),
    field(['emails.type', `${USER}:emails.type`], 'folded', 'emails', 'type'),
    field(['emails.primary'], 'boolean', 'emails', 'primary'),
    field(['meta.lastModified'], 'instant', 'meta', 'lastModified'),
    field(['department', `${ENTERPRISE_USER}:department`], 'folded', ENTERPRISE_USER, 'department'),
    bareField(['manager', `${ENTERPRISE_USER}:manager`], 'exact', ENTERPRISE_USER, 'manager', 'value'),
    field(['manager.value'], 'exact', ENTERPRISE_USER, 'manager', 'value'),
    field(['manager.$ref', `${ENTERPRISE_USER}:manager.$ref`], 'exact', ENTERPRISE_USER, 'manager', '$ref'),
    field(['noSuchAttribute', 'urn:example:unknown:User:x', 'name.noSuchPart'], 'folded', 'noSuchAttribute'),
  ],
  lists: [
    {
      names: ['emails', `${USER}:emails`],
      elements: elementsAt('emails'),
      parts: [
        field(['value'], 'folded', 'value'),
        field(['type'], 'folded', 'type'),
        field(['primary'], 'boolean', 'primary'),
        field(['noSuchPart'], 'folded', 'noSuchPart'),
      ],
    },
  ],
  resource: some({
    userName: text,
    id: text,
    externalId: text,
    active: fc.boolean(),
    name: some({ familyName: text, givenName: text }),
    emails: list(some({ value: text, type: text, primary: fc.boolean() })),
    meta: some({ lastModified: instant }),
    [ENTERPRISE_USER]: some({ department: text, manager: some({ value: text, $ref: text }) }),
  }),
};

// --- random trees and their text

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

function filterOf(world: World): fc.Arbitrary<Tree> {
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
function write(tree: Tree, seed: number): string {
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

// --- the evaluator

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
      { numRuns: 2500 },
    );
    // The comparison would be worth little if nearly all filters had one answer.
    expect(Math.min(outcomes.true, outcomes.false)).toBeGreaterThan(500);
  });
});
