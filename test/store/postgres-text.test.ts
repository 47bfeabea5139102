import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeKey, encodeText } from '../../src/store/postgres/text.js';

/** Any UTF-16 units, those that PostgreSQL cannot hold among them. */
const text = fc
  .array(fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 1, 2, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xe001, 0xffff)))
  .map((units) => String.fromCharCode(...units));

const compare = <T>(one: T, other: T): number => Number(one > other) - Number(one < other);

describe('text as PostgreSQL holds it', () => {
  it('stays as it is when it is ordinary', () => {
    expect(encodeText('zoé@acme.example / 部')).toBe('zoé@acme.example / 部');
  });

  it('comes back as it was, and holds neither NUL nor half a character', () => {
    fc.assert(
      fc.property(text, (given) => {
        const encoded = encodeText(given);
        expect(decodeText(encoded)).toBe(given);
        expect(encoded).not.toMatch(/\0/);
        expect(Buffer.from(encoded).toString()).toBe(encoded);
      }),
    );
  });

  it('is ordered by its bytes as JavaScript orders it', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const bytes = Buffer.compare(Buffer.from(encodeText(one)), Buffer.from(encodeText(other)));
        expect(bytes).toBe(compare(one, other));
      }),
    );
  });

  it('fits an index however long the key is, and different keys stay different', () => {
    const long = 'k'.repeat(100_000);
    expect(Buffer.byteLength(encodeKey(long))).toBeLessThan(100);
    expect(encodeKey(`${long}a`)).not.toBe(encodeKey(`${long}b`));
    fc.assert(fc.property(text, (short) => encodeKey(short) !== encodeKey(long)));
  });
});
