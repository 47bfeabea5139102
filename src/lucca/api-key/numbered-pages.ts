/** v4 lists: `page` and `limit`, `{items, count, next}` when `fields.root` asks for them (reference page, section 2.3). */
import type { JsonObject } from '../../json.js';
import type { Page, PageChain } from '../collection.js';
import { LuccaError, unexpectedShape } from '../errors.js';
import { HUNDRED, PageSize, THOUSAND } from '../page-size.js';
import { countOf, member, objectOf } from '../record.js';
import type { Query, Transport } from '../transport.js';

export interface NumberedList {
  path: string;
  query?: Query;
  /** True where 1000 rows a page are documented; elsewhere 100 are asked, and 1000 only when that saves requests. */
  largePages: boolean;
}

interface NumberedPage extends Page {
  /** null: nothing follows; undefined: not said. */
  next: JsonObject[string];
}

/**
 * Reads a v4 list page by page until the declared total is reached, or, without one, until `next` is null or a page is
 * empty. When Lucca returns fewer rows than asked, the following pages are counted in the size that it returned.
 */
export async function* numberedPages(transport: Transport, list: NumberedList): PageChain {
  let query = list.query ?? {};
  let size = new PageSize(list.largePages ? THOUSAND : HUNDRED);
  const faults: string[] = [];
  let position = 0;
  let cursor: string | null = null;
  for (;;) {
    let page: NumberedPage;
    try {
      const number = cursor ?? String(position / size.current + 1);
      page = await getNumberedPage(transport, { ...list, query }, number, size.current, size.canShrink);
    } catch (error) {
      if (!(error instanceof LuccaError)) throw error;
      if (error.fault === 'slow' && size.canShrink) {
        size.shrink();
      } else if (error.fault === 'request' && position === 0 && query.isArchived !== undefined) {
        query = { ...query, isArchived: undefined };
      } else if (error.fault === 'request' && position === 0 && size.current > HUNDRED[0]) {
        size = new PageSize(HUNDRED);
      } else {
        throw error;
      }
      continue;
    }
    if (position === 0 && !list.largePages && (page.declared ?? 0) > 2 * size.current) {
      const large = await tryLargePage(transport, { ...list, query });
      if (large !== null && large.rows.length > page.rows.length) {
        page = large;
        size = new PageSize(THOUSAND);
      }
    }
    yield page;

    const { rows, declared, next } = page;
    if (declared === null ? next === null || rows.length === 0 : position + rows.length >= declared) {
      return { closed: true, faults };
    }
    if (rows.length === 0) {
      faults.push(`page ${position / size.current + 1} came back empty`);
      return { closed: false, faults };
    }
    if (position === 0 && rows.length < size.current) size = new PageSize([rows.length]);
    cursor = opaqueCursor(next);
    position += cursor === null ? size.current : rows.length;
    size.succeed(position);
  }
}

async function getNumberedPage(
  transport: Transport,
  { path, query }: NumberedList,
  page: string,
  limit: number,
  mayShrink: boolean,
): Promise<NumberedPage> {
  const answer = objectOf(
    await transport.get(
      path,
      { ...query, page, limit: String(limit), 'fields.root': 'count,prev,next' },
      mayShrink ? 'slow' : undefined,
    ),
  );
  const rows = member(answer, 'items');
  if (!Array.isArray(rows)) throw unexpectedShape(path, 'the list items');
  return { rows, declared: countOf(member(answer, 'count')), embedded: {}, next: member(answer, 'next') };
}

async function tryLargePage(transport: Transport, list: NumberedList): Promise<NumberedPage | null> {
  try {
    return await getNumberedPage(transport, list, '1', THOUSAND[0], true);
  } catch (error) {
    if (error instanceof LuccaError && (error.fault === 'request' || error.fault === 'slow')) return null;
    throw error;
  }
}

/** The cursor of `next` when it is one; null when it is only a page number (or nothing), which is counted here anyway. */
function opaqueCursor(next: JsonObject[string]): string | null {
  const text = typeof next === 'string' ? next : member(objectOf(next), 'href');
  if (typeof text !== 'string') return null;
  const page = /[?/]/.test(text) ? new URLSearchParams(text.replace(/^[^?]*\??/, '')).get('page') : text;
  return page === null || /^\d+$/.test(page) ? null : page;
}
