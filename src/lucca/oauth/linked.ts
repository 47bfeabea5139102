/** Resources that employees refer to: taken from `embedded` where they prove whole, else read by their ids. */
import { isJsonObject } from '../../json.js';
import { type CollectionReading, type Page, type PageChain, readCollection } from '../collection.js';
import { member, objectOf, type RecordReader } from '../record.js';
import type { Transport } from '../transport.js';
import { cursorPages } from './cursor-pages.js';

export interface LinkedKind<Row> {
  /** The collection: `employments`. */
  name: string;
  /** The type in `embedded`: `employment`. */
  type: string;
  read: RecordReader<Row>;
  /** Members that an embedded resource must have, be they null, to count as whole: it may be a mere stub. */
  whole: readonly string[];
}

/** Lucca takes at most this many values in a list of ids. */
const IDS = 100;

/** The embedded resource when it is whole and its owner is the one that referred to it; else null. */
export function takeEmbedded<Row extends { employee: { id: string } }>(
  { type, read, whole }: LinkedKind<Row>,
  page: Page,
  id: string | null,
  ownerId: string,
): Row | null {
  if (id === null) return null;
  const resource = member(objectOf(member(page.embedded, type)), id);
  if (!isJsonObject(resource) || !whole.every((name) => Object.hasOwn(resource, name))) return null;
  const parsed = read(resource);
  return parsed.ok && parsed.id === id && parsed.value.employee.id === ownerId ? parsed.value : null;
}

/** Reads resources by id, a hundred at a time, and asks once more for those that did not come. */
export function readByIds<Row>(
  transport: Transport,
  { name, read }: LinkedKind<Row>,
  ids: readonly string[],
): Promise<CollectionReading<Row>> {
  return readCollection<Row>(transport.session, {
    name,
    kind: 'contract',
    pages: () => pagesByIds(transport, name, ids),
    read,
    once: true,
  });
}

async function* pagesByIds(transport: Transport, name: string, ids: readonly string[]): PageChain {
  const missing = new Set(ids);
  for (const _round of ['all', 'missing']) {
    const asked = [...missing];
    for (let start = 0; start < asked.length; start += IDS) {
      const query = { id: asked.slice(start, start + IDS).join(',') };
      for await (const page of cursorPages(transport, { name, query })) {
        for (const row of page.rows) missing.delete(String(member(objectOf(row), 'id')));
        yield { ...page, declared: ids.length };
      }
    }
  }
  return { closed: true, faults: [] };
}
