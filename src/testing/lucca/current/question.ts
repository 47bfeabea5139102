/** Reads the query of a collection strictly: what is unknown or ill-typed is a 400 with every fault named. */
import type { Kind, Parameter, SpecialParameter, Value } from './kind.js';
import { type ParameterErrors, Problem } from './problem.js';

export interface Question<Row> {
  limit: number;
  /** The `page` parameter: a cursor, a number, or null. */
  page: string | null;
  include: ReadonlySet<string>;
  sort: { name: string; descending: boolean } | null;
  matches(row: Row): boolean;
  /** Values of the plain equality filter on a parameter. */
  wanted(parameter: string): readonly string[] | undefined;
}

const MAX_VALUES = 100;
const DEFAULT_LIMIT = 25;
const DEFAULT_MAX_LIMIT = 100;
const INCLUDES = ['links', 'totalCount', 'embedded'];
const BOOLEAN = /^(true|false)$/i;
const PATTERNS = { text: /^.*$/s, date: /^\d{4}-\d\d-\d\d$/, boolean: BOOLEAN, number: /^\d+$/ };

/** Reads and checks a query. Throws a 400. */
export function readQuestion<Row>(kind: Kind<Row>, query: URLSearchParams): Question<Row> {
  const errors: ParameterErrors = {};
  const fault = (name: string, message: string) => {
    errors[name] = [...(errors[name] ?? []), message];
  };
  const filters: ((row: Row) => boolean)[] = [];
  const wanted = new Map<string, readonly string[]>();
  const names = new Set(
    [...query.keys()].filter((name) => !['limit', 'page', 'include', 'sort'].includes(name)),
  );
  for (const name of names) {
    const base = name.replace(/^-/, '').replace(/\.between$/, '');
    const parameter = Object.hasOwn(kind.parameters, base) ? kind.parameters[base] : undefined;
    if (parameter === undefined) {
      fault(name, 'is not a known parameter');
      continue;
    }
    const text = query.getAll(name).join(',');
    try {
      filters.push(compileFilter(name, text, parameter));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      fault(name, error.message);
    }
    if (name === base) wanted.set(name, text.split(','));
  }

  const limit = readLimit(query.get('limit'), kind.maxLimit ?? DEFAULT_MAX_LIMIT, fault);
  const include = new Set((query.get('include') ?? '').split(',').filter((name) => name !== ''));
  for (const name of include) if (!INCLUDES.includes(name)) fault('include', `"${name}" is not supported`);
  const sort = readSort(kind, query.get('sort'), fault);

  if (Object.keys(errors).length > 0) throw new Problem(400, 'One or more parameters are invalid.', errors);
  return {
    limit,
    page: query.get('page'),
    include,
    sort,
    matches: (row) => filters.every((filter) => filter(row)),
    wanted: (parameter) => wanted.get(parameter),
  };
}

function readLimit(text: string | null, max: number, fault: (name: string, message: string) => void): number {
  if (text === null) return DEFAULT_LIMIT;
  if (!/^\d+$/.test(text)) fault('limit', 'must be a whole number');
  else if (Number(text) > max) fault('limit', `must be at most ${max}`);
  return Number(text);
}

function readSort<Row>(kind: Kind<Row>, text: string | null, fault: (name: string, message: string) => void) {
  if (text === null) return null;
  const name = text.replace(/^-/, '');
  if (name !== 'id' && !Object.hasOwn(kind.sorts ?? {}, name)) fault('sort', `"${name}" is not supported`);
  return { name, descending: text.startsWith('-') };
}

/** Compiles `prop=a,b`, `-prop=a`, `prop.between=a--b`, `prop=null` or a search. Throws RangeError with the fault. */
function compileFilter<Row>(name: string, text: string, parameter: Parameter<Row> | SpecialParameter<Row>) {
  if ('matches' in parameter) {
    if (parameter.type === 'as-of') check(text, 'date');
    return (row: Row) => parameter.matches(row, text);
  }
  const valuesOf = (row: Row): readonly Value[] => {
    const value = parameter.read(row);
    return typeof value === 'object' && value !== null ? value : [value];
  };
  if (name.endsWith('.between')) {
    if (parameter.type !== 'date') throw new RangeError('does not take a range');
    const [from = '', to = ''] = text.split('--');
    for (const bound of [from, to]) if (bound !== '..') check(bound, 'date');
    return (row: Row) =>
      valuesOf(row).some(
        (value) =>
          typeof value === 'string' && (from === '..' || value >= from) && (to === '..' || value <= to),
      );
  }
  const words = text.split(',');
  if (words.length > MAX_VALUES) throw new RangeError(`takes at most ${MAX_VALUES} values`);
  const accepted = new Set(words.map((word) => readValue(word, parameter)));
  const matches = (row: Row) =>
    valuesOf(row).some((value) => accepted.has(typeof value === 'string' ? value.toLowerCase() : value));
  return name.startsWith('-') ? (row: Row) => !matches(row) : matches;
}

function readValue<Row>(word: string, parameter: Parameter<Row>): Value {
  if (word === 'null' && parameter.nullable) return null;
  if (parameter.oneOf !== undefined && !parameter.oneOf.includes(word)) {
    throw new RangeError(`must be one of ${parameter.oneOf.join(', ')}`);
  }
  check(word, parameter.type);
  switch (parameter.type) {
    case 'boolean':
      return word.toLowerCase() === 'true';
    case 'number':
      return Number(word);
    default:
      return word.toLowerCase();
  }
}

function check(word: string, type: Parameter<never>['type']): void {
  const isValid = PATTERNS[type].test(word) && (type !== 'date' || !Number.isNaN(Date.parse(word)));
  if (!isValid) throw new RangeError(`"${word}" is not a ${type}`);
}
