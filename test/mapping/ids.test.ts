import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdMaker } from '../../src/mapping/ids.js';

const ids = createIdMaker('https://acme.ilucca.net');
const UUID_8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a bridge id', () => {
  it('never changes, so that a rebuilt store gives everybody the same id again', () => {
    // Written down once: a change of these lines would move every customer's people to other ids.
    expect(ids.person('2207')).toBe('acad053e-cdc2-8058-a04c-358a2a6328b5');
    expect(ids.group('department', '31')).toBe('9ca11cf4-1c54-8fb8-9bc8-20743a5978bf');
  });

  it('has the shape of a UUID of version 8', () => {
    fc.assert(
      fc.property(fc.string(), (luccaId) => {
        expect(ids.person(luccaId)).toMatch(UUID_8);
        expect(ids.group('cost-center', luccaId)).toMatch(UUID_8);
      }),
    );
  });

  it('is another one for another kind, another number and another tenant', () => {
    const other = createIdMaker('https://globex.ilucca.net');
    const made = [
      ids.person('31'),
      ids.person('32'),
      ids.group('department', '31'),
      ids.group('establishment', '31'),
      other.person('31'),
      other.group('department', '31'),
    ];
    expect(new Set(made).size).toBe(made.length);
  });
});
