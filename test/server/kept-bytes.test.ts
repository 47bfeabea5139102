import { describe, expect, it } from 'vitest';
import type { StoredResource } from '../../src/server/backend.js';
import { KeptBytes } from '../../src/server/kept-bytes.js';

const resources = Array.from({ length: 10 }, (_, n): StoredResource => {
  return { id: String(n), version: 'W/"1"', resource: { id: String(n) } };
});

/** Counts how often bytes have to be made. */
function counting(kept: KeptBytes): { get(index: number): void; made: number } {
  const counter = {
    made: 0,
    get(index: number): void {
      const stored = resources[index];
      if (stored === undefined) throw new Error(`there is no resource ${index}`);
      const bytes = kept.get(stored, () => {
        counter.made += 1;
        return Buffer.alloc(10, stored.id);
      });
      expect(bytes.toString()).toBe(stored.id.repeat(10));
    },
  };
  return counter;
}

describe('Kept bytes', () => {
  it('are made once', () => {
    const counter = counting(new KeptBytes(1_000));
    for (let turn = 0; turn < 3; turn += 1) for (let index = 0; index < 10; index += 1) counter.get(index);
    expect(counter.made).toBe(10);
  });

  it('stay while they are read, and make room for others when they are not', () => {
    const counter = counting(new KeptBytes(60));
    for (let index = 1; index < 10; index += 1) {
      counter.get(0);
      counter.get(index);
    }
    expect(counter.made).toBe(10);
    counter.get(1);
    expect(counter.made).toBe(11);
  });

  it('that are larger than all the room are made each time others come between', () => {
    const counter = counting(new KeptBytes(10));
    for (const index of [0, 1, 2, 0]) counter.get(index);
    expect(counter.made).toBe(4);
  });
});
