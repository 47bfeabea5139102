/**
 * Reads all resources of one kind, by index (RFC 7644 section 3.4.2.4) or by cursor (RFC 9865). Pages are counted by what
 * the target returned, not by what was asked for; a target that ignores count, startIndex or cursor ends the reading
 * instead of trapping it, and the result says that it is not complete.
 */
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../json.js';
import type { Capabilities } from './capabilities.js';
import { idOf } from './client/resource-id.js';
import type { TargetClient } from './client/target-client.js';
import type { TargetProfile } from './profile.js';

const pageSchema = z.looseObject({
  totalResults: z.coerce.number().int().min(0).optional().catch(undefined),
  Resources: z.array(z.unknown()).optional().catch(undefined),
  nextCursor: z.string().min(1).optional().catch(undefined),
});

export interface ListPage {
  resources: JsonObject[];
  /** False where a row is no resource, or none that could be addressed: then nobody can say that somebody is not there. */
  isUsable: boolean;
  /** As the target declares it; null when it does not. */
  total: number | null;
  nextCursor: string | null;
}

/** Reads a ListResponse; rows without an id, or with one that is no text, are no resources. */
export function readPage(body: JsonObject): ListPage {
  const page = pageSchema.parse(body);
  const rows = page.Resources ?? [];
  const resources = rows.filter(isJsonObject).filter((row) => idOf(row) !== undefined);
  return {
    resources,
    isUsable: resources.length === rows.length,
    total: page.totalResults ?? null,
    nextCursor: page.nextCursor ?? null,
  };
}

export interface ListOptions {
  profile: TargetProfile;
  capabilities: Capabilities;
  /** Told the first page and the total; answering false ends the reading there. */
  worthwhile?: (first: ListPage) => boolean;
  maxPages?: number;
}

export interface Listing {
  /** Every resource once, the newest sighting of it. */
  resources: JsonObject[];
  /**
   * True only when the target showed as many as it declared, or closed its chain of cursors, and declared the same number on
   * every page: where that moves, rows were passed over or shown twice. Where a row was unusable, only a declared number
   * that the others reach makes it so.
   */
  complete: boolean;
  pages: number;
}

const MAX_PAGES = 100_000;

export async function listAll(
  client: TargetClient,
  endpoint: string,
  options: ListOptions,
): Promise<Listing> {
  const byCursor = startsWithCursor(options);
  const count = pageSizeOf(options);
  const maxPages = options.maxPages ?? MAX_PAGES;
  const seen = new Map<string, JsonObject>();
  const cursors = new Set<string>();
  const totals = new Set<number>();
  let isUsable = true;
  let position = 1;
  let query: Record<string, string | number> = byCursor ? { cursor: '', count } : { startIndex: 1, count };
  for (let pages = 1; ; pages += 1) {
    const page = readPage(await client.get(endpoint, query));
    const before = seen.size;
    for (const resource of page.resources) seen.set(idOf(resource) ?? '', resource);
    if (page.total !== null) totals.add(page.total);
    isUsable &&= page.isUsable;
    const finished = (closed: boolean): Listing => ({
      resources: [...seen.values()],
      complete: closed && totals.size <= 1 && (isUsable || seen.size >= Math.min(...totals)),
      pages,
    });
    const asked = byCursor || cursors.size > 0;
    if (page.nextCursor === null && (asked || (page.total !== null && seen.size >= page.total))) {
      return finished(true);
    }
    if (pages === 1 && options.worthwhile?.(page) === false) return finished(false);
    if (pages === maxPages) return finished(false);
    if (page.nextCursor !== null) {
      if (cursors.has(page.nextCursor)) return finished(false);
      cursors.add(page.nextCursor);
      query = { cursor: page.nextCursor, count };
      continue;
    }
    const nothingNew = seen.size === before;
    if (nothingNew) return finished(page.total === null && page.resources.length === 0);
    if (options.profile.paging.method === 'none') return finished(false);
    position += page.resources.length;
    query = { startIndex: position, count };
  }
}

function startsWithCursor({ profile, capabilities }: ListOptions): boolean {
  if (profile.paging.method !== 'auto') return profile.paging.method === 'cursor';
  return capabilities.pagination?.cursor === true && !capabilities.pagination.index;
}

function pageSizeOf({ profile, capabilities }: ListOptions): number {
  const limit = capabilities.pagination?.maxPageSize ?? capabilities.filter.maxResults;
  return limit === null ? profile.paging.pageSize : Math.min(profile.paging.pageSize, limit);
}
