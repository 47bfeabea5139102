import { describe, expect, it } from 'vitest';
import {
  fieldsWithWholeNumbers,
  nameListEntries,
  readCustomFields,
  unwrap,
  type WantedCustomFields,
} from '../../src/lucca/custom-fields.js';
import { readCases } from '../cases.js';

interface Case {
  name: string;
  wanted?: WantedCustomFields;
  /** A text is parsed as JSON: YAML cannot write every key. */
  given: unknown;
  fields: unknown;
}

describe('custom fields come without their wrappers', () => {
  it.each(readCases<Case[]>('lucca/custom-fields.yaml'))('$name', ({ wanted, given, fields }) => {
    const extendedData = typeof given === 'string' ? JSON.parse(given) : given;
    expect(readCustomFields(extendedData, wanted ?? true)).toEqual(fields);
  });

  it('a value nested deeper than anybody nests becomes null instead of exhausting the stack', () => {
    const deep = JSON.parse(`${'{"e_a":'.repeat(500)}1${'}'.repeat(500)}`);
    expect(JSON.stringify(unwrap(deep)).length).toBeLessThan(200);
  });
});

describe('entries of custom lists get their names', () => {
  const fields = {
    e_kind: 14,
    e_kinds: [14, 15],
    e_group: { e_kind: 15 },
    e_free: 14,
    e_gone: 99,
    e_none: null,
  };
  const lists = new Map([
    [
      'e_kind',
      new Map([
        ['14', 'Office'],
        ['15', 'Field'],
      ]),
    ],
    ['e_kinds', new Map([['14', 'Office']])],
    ['e_gone', new Map([['1', 'One']])],
  ]);

  it('at any depth; unknown entries and other fields stay', () => {
    expect(nameListEntries(fields, lists)).toEqual({
      e_kind: 'Office',
      e_kinds: ['Office', 15],
      e_group: { e_kind: 'Field' },
      e_free: 14,
      e_gone: 99,
      e_none: null,
    });
  });

  it('fields that may hold entries are those with whole numbers', () => {
    const found = fieldsWithWholeNumbers({ ...fields, e_text: '14', e_rate: 0.8 });
    expect([...found].sort()).toEqual(['e_free', 'e_gone', 'e_kind', 'e_kinds']);
  });
});
