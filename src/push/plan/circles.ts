/** Order among things that rely on each other. Pure. */

/**
 * The things in an order in which each comes after all that it relies on.
 * @param breakCircle is given things of which each relies on the next and the last on the first; it changes what one of them
 *   relies on, so that they are no circle any more
 */
export function inOrder<T>(
  things: readonly T[],
  reliesOn: (thing: T) => readonly T[],
  breakCircle: (circle: readonly T[]) => void,
): T[] {
  const done = new Set<T>();
  for (const start of things) {
    const path: T[] = [];
    const open = new Set<T>();
    for (let thing: T | undefined = done.has(start) ? undefined : start; thing !== undefined; ) {
      if (!open.has(thing)) path.push(thing);
      open.add(thing);
      const next = reliesOn(thing).find((one) => !done.has(one));
      if (next === undefined) {
        done.add(thing);
        path.pop();
        thing = path.at(-1);
      } else if (open.has(next)) {
        breakCircle(path.slice(path.indexOf(next)));
        path.length = 0;
        open.clear();
        thing = start;
      } else {
        thing = next;
      }
    }
  }
  return [...done];
}
