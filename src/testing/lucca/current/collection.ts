/** The one route that every kind of resource shares: `GET /lucca-api/{kind}` and `/{id}`. */
import { type Request, type Response, Router } from 'express';
import type { JsonObject, JsonValue } from '../../../json.js';
import { faultsOf, queryOf } from '../http.js';
import { cutPage, spoilRows } from '../page.js';
import type { Simulation } from '../simulation.js';
import { isTooSlow } from '../switches.js';
import { sendResource } from './answer.js';
import { compareKeys, countBefore, type Key, readCursor, writeCursor } from './cursor.js';
import { assertScope } from './gate.js';
import { type Kind, pathOfType, showResource } from './kind.js';
import { invalidParameter, Problem } from './problem.js';
import { type Question, readQuestion } from './question.js';

export function kindRouter<Row>(sim: Simulation, kind: Kind<Row>): Router {
  const router = Router();
  const path = pathOfType(kind.type);

  router.get(path, (req, res) => {
    assertScope(sim, res, kind.scope);
    sendResource(req, res, answerPage(sim, kind, req, res));
  });

  router.get(`${path}/:id`, (req, res) => {
    assertScope(sim, res, kind.scope);
    const row = sim.cache
      .rows(path, () => kind.rows(() => undefined))
      .find((each) => kind.id(each) === req.params.id);
    if (row === undefined)
      throw new Problem(404, 'This resource does not exist, or is hidden from this client.');
    sendResource(req, res, spoilRows([showResource(sim, kind, row)], faultsOf(res))[0] ?? null);
  });

  return router;
}

interface Order<Row> {
  descending: boolean;
  keyOf(row: Row): Key;
}

function answerPage<Row>(sim: Simulation, kind: Kind<Row>, req: Request, res: Response): JsonObject {
  const asked = queryOf(req);
  const cursorText = asked.get('page');
  const cursor = cursorText === null ? undefined : readCursor(cursorText);
  if (cursorText !== null && cursor === undefined && !/^[1-9]\d*$/.test(cursorText)) {
    throw invalidParameter('page', 'is not a valid cursor');
  }
  // A cursor remembers its question; what the client repeats or changes counts first.
  const query = new URLSearchParams(cursor?.query ?? '');
  for (const [name, value] of asked) if (name !== 'page') query.set(name, value);
  const question = readQuestion(kind, query);
  const order = readOrder(kind, question);
  const rows = selectRows(sim, kind, question, query, order);

  const number = cursor?.number ?? Number(cursorText ?? 1);
  const { limit } = question;
  const start = findStart(rows, order, { cursor, number, limit });
  const faults = faultsOf(res);
  const page = cutPage(rows, { start, limit }, faults);
  if (isTooSlow(sim.switches, page.rows.length, 15)) throw new Problem(408, 'The request took too long.');

  const body: JsonObject = {
    type: pathOfType(kind.type).split('/').at(-1),
    url: `${sim.url}${req.originalUrl}`,
    items: [
      ...spoilRows(
        page.rows.map((row) => showResource(sim, kind, row)),
        faults,
      ),
    ],
  };
  if (question.include.has('totalCount')) body.totalCount = page.total;
  if (question.include.has('links')) {
    const to = (direction: 'next' | 'prev', row: Row | undefined): JsonObject | null => {
      if (row === undefined) return null;
      const turned = number + (direction === 'next' ? 1 : -1);
      const token = writeCursor({
        key: order.keyOf(row),
        direction,
        number: turned,
        query: query.toString(),
      });
      const href = new URLSearchParams(sim.switches.nextLink === 'bare' ? { limit: String(limit) } : query);
      href.set('page', token);
      return { href: `${sim.url}${pathOfType(kind.type)}?${href.toString().replace('page=%21', 'page=!')}` };
    };
    const next = page.end < rows.length && limit > 0 ? to('next', rows[page.end - 1]) : null;
    const prev = start > 0 ? to('prev', rows[start]) : null;
    body.links = next === null && sim.switches.lastPage === 'missing' ? { prev } : { prev, next };
  }
  if (question.include.has('embedded')) body.embedded = gatherEmbedded(sim, kind, page.rows);
  return body;
}

/** The rows that a question selects, in its order; the same question on another page finds them again. */
function selectRows<Row>(
  sim: Simulation,
  kind: Kind<Row>,
  question: Question<Row>,
  query: URLSearchParams,
  order: Order<Row>,
): readonly Row[] {
  const selecting = [...query].filter(([name]) => name !== 'limit' && name !== 'include').sort();
  return sim.cache.rows(`${pathOfType(kind.type)} ${JSON.stringify(selecting)}`, () => {
    const rows = kind.rows(question.wanted).filter(question.matches);
    if (question.sort === null) return rows;
    return rows.sort((a, b) => compareKeys(order.keyOf(a), order.keyOf(b), order.descending));
  });
}

function readOrder<Row>(kind: Kind<Row>, { sort }: Question<Row>): Order<Row> {
  const value = sort === null ? undefined : kind.sorts?.[sort.name];
  return {
    descending: sort?.descending ?? false,
    keyOf: value === undefined ? kind.key : (row) => [value(row), ...kind.key(row)],
  };
}

function findStart<Row>(
  rows: readonly Row[],
  { keyOf, descending }: Order<Row>,
  { cursor, number, limit }: { cursor: ReturnType<typeof readCursor>; number: number; limit: number },
): number {
  if (cursor === undefined) return (number - 1) * limit;
  const { key, direction } = cursor;
  if (direction === 'next') return countBefore(rows, keyOf, { key, including: true, descending });
  return Math.max(0, countBefore(rows, keyOf, { key, including: false, descending }) - limit);
}

/** Dictionary type → id → resource. Partial: every third one is left out. */
function gatherEmbedded<Row>(sim: Simulation, kind: Kind<Row>, rows: readonly Row[]): JsonObject {
  const embedded: Record<string, Record<string, JsonValue>> = {};
  if (sim.switches.embedded === 'off') return embedded;
  const all = rows.flatMap((row) => kind.embeds?.(row) ?? []);
  for (const [index, { type, id, show }] of all.entries()) {
    if (sim.switches.embedded === 'partial' && index % 3 === 2) continue;
    embedded[type] ??= {};
    embedded[type][id] ??= show();
  }
  return embedded;
}
