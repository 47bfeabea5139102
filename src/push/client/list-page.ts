/** One page of a list, as a target answers a query (RFC 7644 section 3.4.2, RFC 9865 section 2). */
import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { idOf } from './resource-id.js';

/** A number, or one written as text; nothing else is a count, least of all null. */
const count = z.union([z.int().min(0), z.string().regex(/^\d+$/).transform(Number)]);

const pageSchema = z.object({
  totalresults: count.optional().catch(undefined),
  resources: z.array(z.unknown()).optional().catch(undefined),
  nextcursor: z
    .union([z.string().min(1), z.number().transform(String)])
    .optional()
    .catch(undefined),
  startindex: z.unknown().optional(),
});

export interface ListPage {
  /** Rows without an id, or with one that cannot be used, are no resources. */
  resources: JsonObject[];
  /** How many rows came, be they resources or not; null when the answer has no place for them. */
  rows: number | null;
  /** As the target declares it; null when it does not. */
  total: number | null;
  nextCursor: string | null;
  /** It says where it starts, which an answer to a cursor never does. */
  isByIndex: boolean;
}

/** Reads a ListResponse, its members in any letter case and its counters as text too. */
export function readPage(body: JsonObject): ListPage {
  const members = Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]);
  const page = pageSchema.parse(Object.fromEntries(members));
  return {
    resources: (page.resources ?? []).filter(isJsonObject).filter((row) => idOf(row) !== undefined),
    rows: page.resources?.length ?? null,
    total: page.totalresults ?? null,
    nextCursor: page.nextcursor ?? null,
    isByIndex: page.startindex !== undefined && page.startindex !== null,
  };
}

/** Whether an answer is a list at all: from a notice that comes with 200 nothing may be concluded. */
export function isList(body: JsonValue | undefined): boolean {
  if (!isJsonObject(body)) return false;
  const { rows, total } = readPage(body);
  return rows !== null || total !== null;
}
