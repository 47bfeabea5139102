import { describe, expect, it } from 'vitest';
import { type GroupKindName, RESERVED, RULE_KINDS } from '../../src/mapping/file.js';
import { parseMapping } from '../../src/mapping/load.js';
import type { Scene } from '../../src/mapping/scene.js';
import { ROOTS, SOURCE_PATHS } from '../../src/mapping/sources.js';
import { EXPRESSION_FUNCTIONS, TRANSFORMS } from '../../src/mapping/transforms/index.js';
import { codesIn, inlineCode, rowsUnder } from './pages.js';

const PAGE = 'docs/mapping.md';
const named = inlineCode(PAGE);
/** No example looks at the person around its value. */
const NOBODY = {} as Scene;

describe('docs/mapping.md', () => {
  it('names every root of source paths, and no other', () => {
    const roots = rowsUnder(PAGE, 'root').flatMap(([root = '']) => codesIn(root));
    expect(roots.sort()).toEqual([...ROOTS].sort());
  });

  it('names every source path, each in the row of its root', () => {
    const paths = rowsUnder(PAGE, 'root').flatMap(([root = '', cell = '']) =>
      codesIn(cell).filter((path) => path.startsWith(`${codesIn(root)[0]}.`)),
    );
    const open = paths.filter((path) => /^(axis|custom)\./.test(path));
    expect(paths.filter((path) => !open.includes(path)).sort()).toEqual([...SOURCE_PATHS].sort());
  });

  it('names every kind of rule', () => {
    const kinds = rowsUnder(PAGE, 'rule').flatMap(([kind = '']) => codesIn(kind));
    expect(kinds.sort()).toEqual([...RULE_KINDS].sort());
  });

  it('names every attribute that cannot be mapped', () => {
    expect(named).toEqual(expect.arrayContaining(Object.keys(RESERVED)));
  });

  it('names every function of expressions', () => {
    expect(named).toEqual(expect.arrayContaining([...EXPRESSION_FUNCTIONS.keys()]));
  });

  it('names every kind of group', () => {
    const kinds: Record<GroupKindName, true> = {
      departments: true,
      costCenters: true,
      legalEntities: true,
      establishments: true,
    };
    expect(named).toEqual(expect.arrayContaining(Object.keys(kinds)));
  });

  it('shows the defaults of dates and phones', () => {
    const { dates } = parseMapping('users: { userName: person.email }', 'mapping.yaml');
    const shown = new Map(rowsUnder(PAGE, 'setting').map(([name = '', value = '']) => [name, value]));
    for (const [name, value] of Object.entries(dates))
      expect(shown.get(`\`dates.${name}\``)).toBe(`\`${value}\``);
    expect(shown.get('`phones.defaultCountry`')).toBe('`FR`');
  });
});

describe('the table of transforms', () => {
  const examples = rowsUnder(PAGE, 'transform').map(([step = '', , from = '', to = '']) => {
    const [text = ''] = codesIn(step);
    const [[name = '', argument]] = text.startsWith('{')
      ? (Object.entries(JSON.parse(text)) as [[string, unknown]])
      : [[text, undefined]];
    return {
      text,
      name,
      argument,
      from: JSON.parse(codesIn(from)[0] ?? ''),
      to: JSON.parse(codesIn(to)[0] ?? ''),
    };
  });

  it('names every transform, and no other', () => {
    expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(TRANSFORMS.keys()));
  });

  it.each(examples)('$text is right', ({ name, argument, from, to }) => {
    const transform = TRANSFORMS.get(name);
    const checked = transform?.argument?.parse(argument);
    const change = transform?.make(checked, { defaultCountry: 'FR' });
    expect(change?.(from as never, NOBODY)).toBe(to);
  });
});
