import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../src/server/bounded-map.js';

describe('a bounded map', () => {
  it('makes a value once and forgets what was used least recently', () => {
    const made: string[] = [];
    const map = new BoundedMap<string, string>(2);
    const get = (key: string): string =>
      map.get(key, () => {
        made.push(key);
        return key.toUpperCase();
      });
    expect([get('a'), get('b'), get('a'), get('c'), get('a'), get('b')].join('')).toBe('ABACAB');
    expect(made.join('')).toBe('abcb');
  });

  it('keeps nothing when making fails', () => {
    const map = new BoundedMap<string, number>(2);
    const fail = (): number => {
      throw new Error('broken');
    };
    expect(() => map.get('a', fail)).toThrow('broken');
    expect(map.get('a', () => 1)).toBe(1);
  });
});
