/** Records in the order in which they are served. */

/** What is older comes first, today and after a restart alike. */
export function inOrderOfCreation<T extends { id: string; createdAt: string }>(records: readonly T[]): T[] {
  const before = (one: T, other: T): boolean =>
    one.createdAt === other.createdAt ? one.id < other.id : one.createdAt < other.createdAt;
  return [...records].sort((one, other) => (before(one, other) ? -1 : 1));
}
