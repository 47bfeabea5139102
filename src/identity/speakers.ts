/** The sources that have a say in a person's effective user, and since when they say what they say. */
import { type Cell, splitCells } from './cells.js';
import type { Assertion, PersonRecord, SourceName } from './person.js';

export interface Speaker {
  source: SourceName;
  assertion: Assertion;
  /** What it says, without manual values that have expired. */
  cells: readonly Cell[];
}

/**
 * Sources whose assertion stands, in an order that depends on their names only. A source that deleted its resource has
 * withdrawn everything (R30).
 */
export function listSpeakers(person: PersonRecord, now: string): Speaker[] {
  return listSources(person).flatMap(([source, assertion]) => {
    if (assertion.deletedAt !== undefined) return [];
    const cells = splitCells(assertion.attributes);
    if (!assertion.overrides) return [{ source, assertion, cells }];
    return [{ source, assertion, cells: cells.filter(({ path }) => !hasExpired(assertion, path, now)) }];
  });
}

/** All assertions: `manual`, `lucca`, then IdPs and targets by name. */
export function listSources(person: PersonRecord): [SourceName, Assertion][] {
  return Object.entries(person.assertions).sort(([one], [other]) => compareSources(one, other));
}

function compareSources(one: SourceName, other: SourceName): number {
  return rankOf(one) - rankOf(other) || (one < other ? -1 : 1);
}

function rankOf(source: SourceName): number {
  if (source === 'manual') return 0;
  if (source === 'lucca') return 1;
  return source.startsWith('idp:') ? 2 : 3;
}

function hasExpired({ overrides }: Assertion, path: string, now: string): boolean {
  const expiresAt = overrides && Object.hasOwn(overrides, path) ? overrides[path]?.expiresAt : null;
  return typeof expiresAt === 'string' && Date.parse(expiresAt) <= Date.parse(now);
}

/** Since when a source has said what it says in a cell, or withdrawn it; ISO instant. */
export function sinceOf({ since, at }: Assertion, path: string): string {
  return (Object.hasOwn(since, path) ? since[path] : since['*']) ?? at;
}
