/**
 * Reads all resources of one kind, by index (RFC 7644 section 3.4.2.4) or by cursor (RFC 9865). Pages are counted by what
 * the target returned, not by what was asked for; a target that ignores count, startIndex or cursor ends the reading
 * instead of trapping it, and the result says that it is not complete. So does that of a target which leaves out the total that
 * RFC 7644 requires and has no cursors either: what it shows is there, what it does not show may be there too.
 */
import type { JsonObject } from '../json.js';
import type { Capabilities } from './capabilities.js';
import { type ListPage, readPage } from './client/list-page.js';
import { idOf } from './client/resource-id.js';
import type { TargetClient } from './client/target-client.js';
import type { TargetProfile } from './profile.js';

export interface ListOptions {
  profile: TargetProfile;
  capabilities: Capabilities;
  /** Told the first page and the total; answering false ends the reading there. */
  worthwhile?: (first: ListPage) => boolean;
  maxPages?: number;
  /** What is kept of each resource; all of it when left out. */
  keep?: (resource: JsonObject) => JsonObject;
}

export interface Listing {
  /** Every resource once, the newest sighting of it. */
  resources: JsonObject[];
  /**
   * True only when the target itself said that this is all: it declared the same total on every page and showed as many, or,
   * where it declares none, gave a chain of cursors and closed it, with no unusable row in it. An empty page says nothing.
   */
  complete: boolean;
  pages: number;
}

const MAX_PAGES = 100_000;
/** Pages in a row that show nothing new, each with a new cursor: some may be empty, but not for ever. */
const MAX_IDLE_PAGES = 100;

/**
 * Reads all pages of an endpoint.
 * @throws TargetError when the target refuses, fails, or answers something that is no list (TARGET_NONSENSE)
 */
export async function listAll(
  client: TargetClient,
  endpoint: string,
  options: ListOptions,
): Promise<Listing> {
  const { keep = (resource) => resource } = options;
  const byCursor = startsWithCursor(options);
  const count = pageSizeOf(options);
  const maxPages = options.maxPages ?? MAX_PAGES;
  const seen = new Map<string, JsonObject>();
  const cursors = new Set<string>();
  const totals = new Set<number>();
  let isUsable = true;
  let position = 1;
  let idlePages = 0;
  let query: Record<string, string | number> = byCursor ? { cursor: '', count } : { startIndex: 1, count };
  for (let pages = 1; ; pages += 1) {
    const page = readPage(await client.get(endpoint, query));
    const before = seen.size;
    for (const resource of page.resources) seen.set(idOf(resource) ?? '', keep(resource));
    if (page.total !== null) totals.add(page.total);
    isUsable &&= page.resources.length === page.rows;
    const finished = (complete: boolean): Listing => ({ resources: [...seen.values()], complete, pages });
    const wasByCursor = byCursor || cursors.size > 0;
    if (page.nextCursor === null && (wasByCursor || (page.total !== null && seen.size >= page.total))) {
      if (totals.size > 0) return finished(totals.size === 1 && totals.has(seen.size));
      return finished(isUsable && (cursors.size > 0 || isWholeInOne(page, count)));
    }
    if (pages === 1 && options.worthwhile?.(page) === false) return finished(false);
    if (pages === maxPages) return finished(false);
    idlePages = seen.size === before ? idlePages + 1 : 0;
    if (page.nextCursor !== null) {
      if (cursors.has(page.nextCursor) || idlePages === MAX_IDLE_PAGES) return finished(false);
      cursors.add(page.nextCursor);
      query = { cursor: page.nextCursor, count };
      continue;
    }
    if (idlePages > 0 || options.profile.paging.method === 'none') return finished(false);
    position += page.rows ?? 0;
    query = { startIndex: position, count };
  }
}

/** A first answer to a cursor that is also the last; one that is full, or counts by index, may have passed over the cursor. */
function isWholeInOne({ rows, isByIndex }: ListPage, count: number): boolean {
  return rows !== null && rows < count && !isByIndex;
}

function startsWithCursor({ profile, capabilities }: ListOptions): boolean {
  if (profile.paging.method !== 'auto') return profile.paging.method === 'cursor';
  return capabilities.pagination?.cursor === true && !capabilities.pagination.index;
}

/** How many rows a page is asked for. */
export function pageSizeOf({ profile, capabilities }: Pick<ListOptions, 'profile' | 'capabilities'>): number {
  const limit = capabilities.pagination?.maxPageSize ?? capabilities.filter.maxResults;
  return limit === null ? profile.paging.pageSize : Math.min(profile.paging.pageSize, limit);
}
