/** The parts every v3 collection shares: reading the query, selecting rows, ordering, paging, the envelope. */
import type { Request, Response } from 'express';
import type { JsonObject, JsonValue } from '../../../json.js';
import { DEFAULT_ZONE, localDateTime } from '../dates.js';
import { faultsOf, queryOf, sendJson } from '../http.js';
import { cutPage, spoilRows } from '../page.js';
import type { Simulation } from '../simulation.js';
import { isTooSlow } from '../switches.js';
import { compare, compileCondition } from './conditions.js';
import { LegacyError } from './errors.js';
import { parseFields, type Selection } from './fields.js';
import { compileProjection, findReader, type Reader, type Scalar, type View } from './view.js';

/** A v3 query by lower-case parameter name; of a repeated parameter the last counts. */
export type LegacyQuery = ReadonlyMap<string, string>;

/** Parameters that are no filter; `page` and `limit` belong to other generations and are passed over. */
const RESERVED = new Set(
  `fields paging orderby metadata callback authtoken longtoken notify accept httpmethod randomnumber groupby template _
   page limit formeremployees`.split(/\s+/),
);

export interface PageRequest {
  start: number;
  limit: number;
}

const MAX_PAGE = 1000;

export function readLegacyQuery(req: Request): LegacyQuery {
  return new Map([...queryOf(req)].map(([name, value]) => [name.toLowerCase(), value]));
}

/** Reads `paging=offset,limit`; a single number is a limit. The cap is 1000. Throws a 400 for anything else. */
export function readPaging(text: string | null | undefined): PageRequest {
  const [, first, second] = /^(\d+)(?:,(\d+))?$/.exec(text ?? `0,${MAX_PAGE}`) ?? [];
  if (first === undefined) throw new LegacyError(400, 'paging must be "offset,limit"');
  const [start, limit] = second === undefined ? [0, Number(first)] : [Number(first), Number(second)];
  return { start, limit: Math.min(limit, MAX_PAGE) };
}

/** The rows that the filters of a query select, in the order that it asks for (by id otherwise). */
export function selectRows<Row>(
  sim: Simulation,
  rows: readonly Row[],
  view: View<Row>,
  query: LegacyQuery,
): readonly Row[] {
  const time = localDateTime(sim.clock.now(), DEFAULT_ZONE);
  const now = { now: time, today: time.slice(0, 10) };
  const conditions = [...query]
    .filter(([name]) => !RESERVED.has(name))
    .flatMap(([name, value]) => {
      const reader = findReader(view, name.split('.'));
      if (reader !== undefined) return compileCondition(name, value, reader, now);
      if (sim.switches.unknownNames === 'refuse') throw new LegacyError(400, `Unknown filter: ${name}`);
      return [];
    });
  const selected = rows.filter((row) => conditions.every((matches) => matches(row)));
  const orders = readOrder(view, query.get('orderby') ?? '');
  if (orders.length === 0) return selected;
  return selected.sort((a, b) => {
    for (const { reader, sign } of orders) {
      const order = sign * compare(first(reader.read(a)), first(reader.read(b)));
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** Reads `orderBy=id,asc,name,desc`; the direction may be left out. */
function readOrder<Row>(view: View<Row>, text: string): { reader: Reader<Row>; sign: 1 | -1 }[] {
  const words = text.split(',').filter((word) => word !== '');
  const directions = new Map<string, 1 | -1>([
    ['asc', 1],
    ['desc', -1],
  ]);
  return words.flatMap((word, index) => {
    if (directions.has(word.toLowerCase())) return [];
    const reader = findReader(view, word.split('.'));
    if (reader === undefined) throw new LegacyError(400, `Unknown order: ${word}`);
    return [{ reader, sign: directions.get(words[index + 1]?.toLowerCase() ?? '') ?? 1 }];
  });
}

function first(value: Scalar | readonly Scalar[]): Scalar {
  return typeof value === 'object' && value !== null ? (value[0] ?? null) : value;
}

/** Answers one page of rows as `{header, data: {items, count}}`. */
export function sendCollection<Row>(
  sim: Simulation,
  res: Response,
  { rows, view, query }: { rows: readonly Row[]; view: View<Row>; query: LegacyQuery },
): void {
  const faults = faultsOf(res);
  const { start, limit } = readPaging(query.get('paging'));
  const { selection, wantsCount, wantsItems } = readSelection(query.get('fields'));
  const project = compileProjection(view, selection, sim.switches.unknownNames);
  const page = cutPage(rows, { start, limit }, faults);
  if (wantsItems && isTooSlow(sim.switches, page.rows.length, countFields(selection))) {
    throw new LegacyError(408, 'The request took too long.');
  }
  const data: JsonObject = {};
  if (wantsItems) data.items = [...spoilRows(page.rows.map(project), faults)];
  if (wantsCount) data.count = page.total;
  sendEnvelope(sim, res, data);
}

/** Answers one resource as `{header, data}`, with `fields` or the view's larger default set. */
export function sendSingle<Row>(
  sim: Simulation,
  res: Response,
  { row, view, query, defaults }: { row: Row; view: View<Row>; query: LegacyQuery; defaults: string },
): void {
  const selection = parseFields(query.get('fields') ?? defaults);
  const data = compileProjection(view, selection, sim.switches.unknownNames)(row);
  sendEnvelope(sim, res, spoilRows([data], faultsOf(res))[0] ?? null);
}

export function sendEnvelope(sim: Simulation, res: Response, data: JsonValue, more: JsonObject = {}): void {
  const header = {
    generated: localDateTime(sim.clock.now(), DEFAULT_ZONE),
    serverTime: 12,
    queryTime: 8,
    principal: 'SCIM bridge',
  };
  sendJson(res, { ...(sim.switches.envelopeHeader ? { header } : {}), ...more, data });
}

/** Splits `collection.count` off; asking for nothing else leaves the items out. */
function readSelection(fields: string | undefined) {
  const asked = new Map(fields === undefined || fields === '' ? [] : parseFields(fields));
  const wantsCount = asked.get('collection')?.has('count') ?? false;
  const wantsItems = !(wantsCount && asked.size === 1);
  asked.delete('collection');
  return { selection: asked as Selection, wantsCount, wantsItems };
}

function countFields(selection: Selection): number {
  return Math.max(
    3,
    [...selection.values()].reduce((sum, inner) => sum + Math.max(1, inner.size), 0),
  );
}
