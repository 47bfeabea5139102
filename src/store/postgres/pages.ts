/** Much of anything, cut into what one statement carries. */

/** Records to a statement. */
export const PAGE = 500;

export function inPages<T>(items: readonly T[]): T[][] {
  const pages: T[][] = [];
  for (let from = 0; from < items.length; from += PAGE) pages.push(items.slice(from, from + PAGE));
  return pages;
}
