/** A small seeded generator of random numbers (sfc32, period near 2^128), so that a seed always gives the same company. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number, both bounds included. */
  integer(min: number, max: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Picks among `[value, weight]` pairs. */
  weighted<T>(pairs: readonly (readonly [T, number])[]): T;
}

/** Makes a generator; the same seed gives the same numbers on every machine. */
export function createRandom(seed: number | string): Random {
  let [a, b, c, counter] = spread(String(seed));

  function next(): number {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  }
  // The first outputs still show the seed's pattern.
  for (let round = 0; round < 16; round++) next();

  return {
    next,
    integer: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (p) => next() < p,
    pick: (list) => at(list, Math.floor(next() * list.length)),
    weighted(pairs) {
      const total = pairs.reduce((sum, [, weight]) => sum + weight, 0);
      let left = next() * total;
      const found = pairs.find(([, weight]) => {
        left -= weight;
        return left < 0;
      });
      return (found ?? at(pairs, pairs.length - 1))[0];
    },
  };
}

function at<T>(list: readonly T[], index: number): T {
  if (index < 0 || index >= list.length) throw new RangeError('nothing to pick from an empty list');
  return list[index] as T;
}

/** Spreads a text over four 32-bit words (FNV-1a with a different start for each). */
function spread(text: string): [number, number, number, number] {
  const word = (start: number): number => {
    let hash = start;
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    return hash | 0;
  };
  return [word(0x811c9dc5), word(0x9e3779b9), word(0x85ebca6b), 1];
}
