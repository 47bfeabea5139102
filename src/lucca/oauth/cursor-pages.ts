/** Lists of the current API: `limit`, an opaque `page` cursor, `links.next.href` (reference page, section 2.1). */
import type { Page, PageChain } from '../collection.js';
import { LuccaError, unexpectedShape } from '../errors.js';
import { HUNDRED, PageSize, THOUSAND } from '../page-size.js';
import { countOf, member, objectOf } from '../record.js';
import type { Query, Transport } from '../transport.js';

export interface CursorList {
  /** Below `/lucca-api/`, e.g. `employees`. */
  name: string;
  query?: Query;
  /** Ask for the resources that the rows refer to. */
  embedded?: boolean;
  /** Try 1000 rows a page, which a few lists allow; 100 when Lucca refuses. */
  largePages?: boolean;
}

/**
 * Reads a list until `links.next` is null or missing. Only the cursor is taken from the link, never its address: what
 * the link leaves out (`include`) would otherwise be lost, and a token never goes anywhere but to the tenant.
 */
export async function* cursorPages(transport: Transport, list: CursorList): PageChain {
  const path = pathOf(list);
  let size = new PageSize(list.largePages === true ? THOUSAND : HUNDRED);
  const followed = new Set<string>();
  let cursor: Query = {};
  for (;;) {
    let page: Page & { next: string | null };
    try {
      page = await getCursorPage(transport, list, cursor, size.current, size.canShrink);
    } catch (error) {
      if (!(error instanceof LuccaError)) throw error;
      if (error.fault === 'slow' && size.canShrink) size.shrink();
      else if (error.fault === 'request' && size.current > HUNDRED[0]) size = new PageSize(HUNDRED);
      else throw error;
      continue;
    }
    size.succeed(0);
    yield page;

    if (page.next === null) return { closed: true, faults: [] };
    if (followed.has(page.next)) return { closed: false, faults: ['the page chain runs in a circle'] };
    followed.add(page.next);
    const next = URL.canParse(page.next, transport.session.tenant)
      ? new URL(page.next, transport.session.tenant)
      : null;
    if (next === null || next.pathname.toLowerCase() !== path.toLowerCase()) {
      return { closed: false, faults: ['the next page is said to be at another address'] };
    }
    cursor = Object.fromEntries(next.searchParams);
  }
}

/** The total of a list, asked alone; null when Lucca gives none. */
export async function countResources(transport: Transport, list: CursorList): Promise<number | null> {
  const answer = await transport.get(pathOf(list), { ...list.query, limit: '1', include: 'totalCount' });
  return countOf(member(objectOf(answer), 'totalCount'));
}

async function getCursorPage(
  transport: Transport,
  list: CursorList,
  cursor: Query,
  limit: number,
  mayShrink: boolean,
): Promise<Page & { next: string | null }> {
  const include = list.embedded === true ? 'links,totalCount,embedded' : 'links,totalCount';
  const answer = objectOf(
    await transport.get(
      pathOf(list),
      { ...list.query, ...cursor, limit: String(limit), include },
      mayShrink ? 'slow' : undefined,
    ),
  );
  const rows = member(answer, 'items');
  if (!Array.isArray(rows)) throw unexpectedShape(pathOf(list), 'the list items');
  const next = member(objectOf(member(answer, 'links')), 'next');
  const href = typeof next === 'string' ? next : member(objectOf(next), 'href');
  return {
    rows,
    declared: countOf(member(answer, 'totalCount')),
    embedded: objectOf(member(answer, 'embedded')),
    next: typeof href === 'string' && href !== '' ? href : null,
  };
}

function pathOf({ name }: CursorList): string {
  return `/lucca-api/${name}`;
}
