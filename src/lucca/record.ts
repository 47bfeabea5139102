/** The border: one row of a Lucca answer, checked by itself, so that one bad row never stops the others (R7). */
import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';

/** A row that was understood, or what is wrong with it: the path of the field, never its value. */
export type Parsed<T> =
  | { ok: true; id: string; value: T }
  | { ok: false; id: string | null; problem: string };

/** Ids are numbers in v3 and v4, strings in v5, strings everywhere in the bridge. */
export const id = z.union([z.number().int(), z.string().min(1)]).transform(String);
export const optionalId = id.nullish();
/** A reference: v3 `{id,name,url}`, v5 `{id,type,url}`. */
export const reference = z.object({ id });
export const optionalReference = reference.nullish();
export const text = z.string();
export const optionalText = z.string().nullish();
/** Checked elsewhere. */
export const anything = z.unknown().optional();
export const flag = z.boolean().nullish();
/** `2026-11-20` or `2026-11-20T00:00:00`, a day of the calendar; gives `2026-11-20`. */
export const day = z
  .string()
  .refine(isDay, 'expected a date')
  .transform((value) => value.slice(0, 10));
export const optionalDay = day.nullish();

/** Keys are matched in any letter case: v3 answers `managerID` to `managerId`. Unknown keys are dropped. */
export type RecordReader<T> = (row: unknown) => Parsed<T>;

/** What a reader gives for a row that was understood. */
export type RowOf<Reader> = Reader extends RecordReader<infer Row> ? Row : never;

/** Makes a reader of rows from the schema of an object with an `id`. */
export function recordReader<Row extends { id: string }>(
  schema: z.ZodType<Row> & { shape: Readonly<Record<string, unknown>> },
): RecordReader<Row> {
  const spell = spelling(Object.keys(schema.shape));
  return (row) => {
    if (!isJsonObject(row)) return { ok: false, id: null, problem: 'the row is not an object' };
    const known: Record<string, unknown> = {};
    for (const key of Object.keys(row)) {
      const name = spell(key);
      if (name !== undefined && !Object.hasOwn(known, name)) known[name] = row[key];
    }
    const result = schema.safeParse(known);
    if (result.success) return { ok: true, id: result.data.id, value: result.data };
    return { ok: false, id: idOf(known.id), problem: describe(result.error) };
  };
}

/** A blank text is no value. */
export function orNull(value: string | null | undefined): string | null {
  return value === undefined || value === null || value.trim() === '' ? null : value;
}

/** An own member of an untrusted object, in any letter case. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === lower);
  return key === undefined ? undefined : object[key];
}

/** A whole number of zero or more, or null. */
export function countOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}

/** The value when it is an object, else an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The path and the expectation of the first fields that do not fit; zod's own messages name types, not values. */
function describe(error: z.ZodError): string {
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'row'}: ${message}`);
  return problems.slice(0, 3).join('; ');
}

function idOf(value: unknown): string | null {
  const parsed = id.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Finds the canonical spelling of a key, remembering spellings once met. */
function spelling(names: readonly string[]): (key: string) => string | undefined {
  const canonical = new Map(names.map((name) => [name.toLowerCase(), name]));
  const met = new Map<string, string>(names.map((name) => [name, name]));
  return (key) => {
    const known = met.get(key);
    if (known !== undefined) return known;
    const name = canonical.get(key.toLowerCase());
    if (name !== undefined) met.set(key, name);
    return name;
  };
}

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(value: string): boolean {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})(?:T|$)/.exec(value) ?? [];
  const longest = DAYS_IN_MONTH[Number(month) - 1];
  if (longest === undefined || Number(date) < 1 || Number(date) > longest) return false;
  return Number(month) !== 2 || Number(date) < 29 || isLeap(Number(year));
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
