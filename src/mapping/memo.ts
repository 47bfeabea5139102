/** Remembers results by value: the same first name, country or date comes back thousands of times in one directory. */

/**
 * `compute`, remembered by its argument. When `limit` results are held all are forgotten, which keeps a long-lived bridge
 * small without the cost of tracking which result was used last.
 */
export function memoize<Key, Result>(compute: (key: Key) => Result, limit = 50_000): (key: Key) => Result {
  const known = new Map<Key, Result>();
  return (key) => {
    const hit = known.get(key);
    if (hit !== undefined || known.has(key)) return hit as Result;
    const result = compute(key);
    if (known.size >= limit) known.clear();
    known.set(key, result);
    return result;
  };
}
