/** v3 lists: `paging=offset,limit`, `fields`, `{data: {items, count}}` (reference page, section 2.2). */
import type { JsonValue } from '../../json.js';
import type { Page, PageChain } from '../collection.js';
import { LuccaError, unexpectedShape } from '../errors.js';
import { PageSize, THOUSAND } from '../page-size.js';
import { countOf, member, objectOf } from '../record.js';
import type { Query, Transport } from '../transport.js';

export interface OffsetList {
  path: string;
  query: Query;
  fields: readonly string[];
  /** Fields that are left out and reported when Lucca refuses the request because of them. */
  optional?: readonly string[];
  onFieldsRefused?: (fields: readonly string[]) => void;
}

/** Empty pages in a row after which the rest is not asked any more. */
const EMPTY_PAGES = 3;

/**
 * Reads a v3 list page by page. It goes on from what Lucca returned, not from what was asked, until the declared total
 * is reached; an empty page before that is a fault, never the end. Without a total, two empty answers in a row end it.
 */
export async function* offsetPages(transport: Transport, list: OffsetList): PageChain {
  const size = new PageSize(THOUSAND);
  const faults: string[] = [];
  let { fields } = list;
  let offset = 0;
  let emptyPages = 0;
  for (;;) {
    let page: Page;
    try {
      page = await getOffsetPage(transport, { ...list, fields }, offset, size.current, size.canShrink);
    } catch (error) {
      if (!(error instanceof LuccaError)) throw error;
      if (error.fault === 'slow' && size.canShrink) {
        size.shrink();
        continue;
      }
      const refused = offset === 0 ? refusedFields(error, fields, list.optional ?? []) : [];
      if (refused.length === 0) throw error;
      list.onFieldsRefused?.(refused);
      fields = fields.filter((field) => !refused.includes(field));
      continue;
    }
    size.succeed(0);
    yield page;

    const { rows, declared } = page;
    emptyPages = rows.length === 0 ? emptyPages + 1 : 0;
    if (declared === null) {
      if (emptyPages === 2) return { closed: true, faults };
      offset += rows.length;
    } else {
      if (rows.length === 0 && offset < declared)
        faults.push(`the page that begins at row ${offset + 1} came back empty`);
      offset += rows.length === 0 ? size.current : rows.length;
      if (offset >= declared) return { closed: true, faults };
      if (emptyPages === EMPTY_PAGES) return { closed: false, faults };
    }
  }
}

/** One page of a v3 list. @throws LuccaError; a `slow` one at once when `mayShrink` */
export async function getOffsetPage(
  transport: Transport,
  { path, query, fields }: OffsetList,
  offset: number,
  limit: number,
  mayShrink = false,
): Promise<Page> {
  const answer = await transport.get(
    path,
    { ...query, fields: [...fields, 'collection.count'].join(','), paging: `${offset},${limit}` },
    mayShrink ? 'slow' : undefined,
  );
  const data = dataOf(answer);
  const rows = member(data, 'items');
  if (!Array.isArray(rows)) throw unexpectedShape(path, 'the list data.items');
  return { rows, declared: countOf(member(data, 'count')), embedded: {} };
}

/** The total of a v3 list, asked alone; null when Lucca gives none. */
export async function countRows(transport: Transport, { path, query }: OffsetList): Promise<number | null> {
  const answer = await transport.get(path, { ...query, fields: 'collection.count', paging: '0,1' });
  return countOf(member(dataOf(answer), 'count'));
}

function dataOf(answer: JsonValue) {
  return objectOf(member(objectOf(answer), 'data'));
}

/** Which optional fields to drop after a 400: the ones that Lucca named, else all of them. */
function refusedFields(
  error: LuccaError,
  asked: readonly string[],
  optional: readonly string[],
): readonly string[] {
  if (error.fault !== 'request') return [];
  const droppable = asked.filter((field) => optional.includes(field));
  const said = error.detail.toLowerCase();
  const named = droppable.filter((field) => said.includes(field.toLowerCase()));
  return named.length > 0 ? named : droppable;
}
