/** v4 lists: `{"items": […]}`, everything returned, `page` + `limit`, totals only with `fields.root`. */
import type { Request, Response } from 'express';
import type { JsonObject } from '../../../json.js';
import { faultsOf, queryOf, sendJson } from '../http.js';
import { cutPage, spoilRows } from '../page.js';
import type { Simulation } from '../simulation.js';
import { isTooSlow } from '../switches.js';
import { LegacyError } from './errors.js';

export interface LimitRule {
  readonly byDefault: number;
  readonly max: number;
}

/** Answers one page of rows. Throws a 400 for a page or a limit out of bounds. */
export function sendV4Page<Row>(
  sim: Simulation,
  req: Request,
  res: Response,
  { rows, show, limits }: { rows: readonly Row[]; show: (row: Row) => JsonObject; limits: LimitRule },
): void {
  const query = queryOf(req);
  const limit = readWhole(query, 'limit', limits.byDefault);
  const number = readWhole(query, 'page', 1);
  if (limit > limits.max) throw new LegacyError(400, `limit must be at most ${limits.max}`);
  if (number < 1) throw new LegacyError(400, 'page starts at 1');
  const faults = faultsOf(res);
  const page = cutPage(rows, { start: (number - 1) * limit, limit }, faults);
  const items = spoilRows(page.rows.map(show), faults);
  if (isTooSlow(sim.switches, items.length, 20)) throw new LegacyError(408, 'The request took too long.');

  const wanted = (query.get('fields.root') ?? '').split(',');
  const totals: JsonObject = {
    count: page.total,
    prev: number > 1 ? String(number - 1) : null,
    next: page.end < rows.length ? String(number + 1) : null,
  };
  const asked = Object.entries(totals).filter(([name]) => wanted.includes(name));
  sendJson(res, { ...Object.fromEntries(asked), items });
}

/** Reads `name=true`, `name=false` or `name=true,false`; what is not given counts as `byDefault`. */
export function readFlags(req: Request, name: string, byDefault: readonly boolean[]): readonly boolean[] {
  const text = queryOf(req).get(name);
  if (text === null) return byDefault;
  return text.split(',').map((word) => {
    if (!/^(true|false)$/i.test(word)) throw new LegacyError(400, `${name} must be a boolean`);
    return word.toLowerCase() === 'true';
  });
}

/** Reads a comma-separated list of ids; null when the parameter is not given. */
export function readIdList(req: Request, name: string): ReadonlySet<number> | null {
  const text = queryOf(req).get(name);
  if (text === null) return null;
  if (!/^\d+(,\d+)*$/.test(text)) throw new LegacyError(400, `${name} must be a list of ids`);
  return new Set(text.split(',').map(Number));
}

/** Keeps the rows whose name or code holds the text of `search`, in any letter case. */
export function search<Row extends { name: string; code: string | null }>(
  req: Request,
  rows: readonly Row[],
): Row[] {
  const text = queryOf(req).get('search')?.toLowerCase() ?? '';
  return rows.filter((row) => `${row.name}\n${row.code ?? ''}`.toLowerCase().includes(text));
}

function readWhole(query: URLSearchParams, name: string, byDefault: number): number {
  const text = query.get(name);
  if (text === null) return byDefault;
  if (!/^\d+$/.test(text)) throw new LegacyError(400, `${name} must be a whole number`);
  return Number(text);
}
