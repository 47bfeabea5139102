/** Finds the known name that a mistyped one was probably meant to be. */

/**
 * The name of `known` nearest to `typed`, letter case aside; undefined when none is near enough to be helpful (more than a
 * third of its letters differ).
 */
export function nearest(typed: string, known: Iterable<string>): string | undefined {
  const wanted = typed.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best !== undefined && bestDistance <= Math.max(2, best.length / 3) ? best : undefined;
}

/** `did you mean "x"?` when something is near, else `fallback`. */
export function suggest(typed: string, known: Iterable<string>, fallback: string): string {
  const name = nearest(typed, known);
  return name === undefined ? fallback : `Did you mean "${name}"?`;
}

/** Levenshtein distance, one row at a time. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
