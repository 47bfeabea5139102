/** Value in, value out: `fixtures/cases/mapping/transforms/`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/json.js';
import type { Scene } from '../../src/mapping/scene.js';
import { TRANSFORMS } from '../../src/mapping/transforms/index.js';
import { nameCase } from '../../src/mapping/transforms/name-case.js';
import { readAnyNumber, toE164 } from '../../src/mapping/transforms/phone.js';
import { cleanText } from '../../src/mapping/transforms/text.js';
import { readCaseFolder } from '../cases.js';

interface TransformCases {
  transform: string;
  argument?: unknown;
  /** Of the person's legal entity. */
  country?: string;
  /** From, to; null = no value. */
  cases: [from: JsonValue, to: JsonValue][];
}

describe.each(readCaseFolder<TransformCases[]>('mapping/transforms'))('$file', ({ content }) => {
  for (const { transform: name, argument, country, cases } of content) {
    const title = [name, argument, country].filter((part) => part !== undefined);
    describe(title.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' '), () => {
      it.each(cases)('%j → %j', (from, to) => {
        const transform = TRANSFORMS.get(name);
        const checked = transform?.argument?.parse(argument);
        const change = transform?.make(checked, { defaultCountry: country ?? 'FR' });
        expect(change?.(from as never, { country } as Scene) ?? null).toBe(to);
      });
    });
  }
});

describe('name case', () => {
  const name = fc.string({
    unit: fc.constantFrom(...'abcdeilnostvyéèœñ', 'E\u0301', ' ', '-', "'", '’', 'D', 'E', 'L', 'A'),
  });

  it('changes nothing but the case of letters', () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(nameCase(text).toLowerCase()).toBe(text.toLowerCase());
      }),
    );
  });

  it('leaves alone what it wrote', () => {
    fc.assert(
      fc.property(name, (text) => {
        const written = nameCase(text.toUpperCase());
        // A single letter is a capital before and after.
        expect(nameCase(written)).toBe(written);
      }),
    );
  });
});

describe('clean text', () => {
  it('is composed, has no invisible characters and no space too many, and stays as it is', () => {
    const piece = fc.constantFrom(
      'a',
      'É',
      'e',
      '\u0301',
      ' ',
      '\u00A0',
      '\t',
      '\u200B',
      '\uFEFF',
      '\u00AD',
      '\u212B',
    );
    fc.assert(
      fc.property(fc.string({ unit: piece }), (text) => {
        const clean = cleanText(text);
        if (clean === undefined) return;
        expect(clean).toMatch(/^\S+( \S+)*$/);
        expect(clean).not.toMatch(/[\u00AD\u200B\uFEFF]/);
        expect(clean).toBe(clean.normalize('NFC'));
        expect(cleanText(clean)).toBe(clean);
      }),
    );
  });
});

describe('phone numbers', () => {
  it('read by the numbering plan are read as the library reads them', () => {
    const digit = fc.constantFrom(...'0123456789');
    const written = fc
      .tuple(
        fc.constantFrom(
          '',
          '0',
          '+',
          '00',
          '+33',
          '+33 (0)',
          '+41',
          '+49',
          '+352',
          '+1',
          '06',
          '07',
          '0800',
          '33',
          '+39 0',
        ),
        fc.array(fc.tuple(digit, fc.constantFrom('', '', '', ' ', '.', '-')), { maxLength: 13 }),
      )
      .map(([start, rest]) => start + rest.flat().join(''));
    const country = fc.constantFrom(
      undefined,
      'FR',
      'CH',
      'BE',
      'DE',
      'NL',
      'LU',
      'ES',
      'PT',
      'IT',
      'GB',
      'US',
      'PL',
    );
    fc.assert(
      fc.property(written, country, (text, from) => {
        expect(toE164(text, from)).toBe(readAnyNumber(text, from));
      }),
      { numRuns: 1000 },
    );
  });
});
