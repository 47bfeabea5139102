import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTurns, sortInTurns, visitInTurns } from '../../src/server/turns.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('long work in turns', () => {
  it('visits every item once, in order', async () => {
    const seen: number[] = [];
    await visitInTurns(numbers(5_000), (item) => seen.push(item), createTurns());
    expect(seen).toEqual(numbers(5_000));
  });

  it('lets the event loop turn before it is done', async () => {
    let turned = 0;
    const turn = (): void => {
      turned += 1;
    };
    let waiting = setImmediate(function again() {
      turn();
      waiting = setImmediate(again);
    });
    await visitInTurns(numbers(200_000), (item) => void JSON.stringify({ item }), createTurns());
    clearImmediate(waiting);
    expect(turned).toBeGreaterThan(2);
  });

  it('wakes one waiting work in each turn of the event loop', async () => {
    const turns = createTurns();
    const log: string[] = [];
    const work = async (name: string): Promise<void> => {
      for (let slice = 0; slice < 3; slice++) {
        await turns.next();
        log.push(name);
      }
    };
    let marker = setImmediate(function mark() {
      log.push('|');
      marker = setImmediate(mark);
    });
    await Promise.all([work('a'), work('b'), work('c')]);
    clearImmediate(marker);
    expect(
      log
        .join('')
        .split('|')
        .map((slices) => slices.length),
    ).toSatisfy((lengths: number[]) => lengths.every((length) => length <= 1));
    expect(log.filter((entry) => entry !== '|').join('')).toBe('abcabcabc');
  });

  it('does small work at once', async () => {
    const seen: number[] = [];
    const done = visitInTurns(numbers(10), (item) => seen.push(item), createTurns());
    expect(seen).toHaveLength(10);
    await done;
  });

  it('sorts as a stable sort does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ key: fc.integer({ min: 0, max: 5 }) }), { maxLength: 3_000, size: 'max' }),
        async (items) => {
          const compare = (left: { key: number }, right: { key: number }): number => left.key - right.key;
          const sorted = await sortInTurns(items, compare, createTurns());
          const expected = [...items].sort(compare);
          expect(sorted.length).toBe(expected.length);
          expect(sorted.every((item, index) => item === expected[index])).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });
});
