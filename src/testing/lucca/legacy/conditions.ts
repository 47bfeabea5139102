/** Values of v3 filters: `5`, `1,2,3`, `null`, `notequal,5`, `since,2026-11-01T00:00:00`, `between,a,b`, `like,martin` … */
import { addDays } from '../dates.js';
import { LegacyError } from './errors.js';
import type { Reader, Scalar, ScalarType } from './view.js';

export interface Now {
  /** Server-local date. */
  today: string;
  /** Server-local date-time, without zone. */
  now: string;
}

type Test = (value: Scalar) => boolean;
type Compare = (order: number) => boolean;

const COMPARISONS: Record<string, Compare> = {
  since: (order) => order >= 0,
  until: (order) => order <= 0,
  greaterthan: (order) => order > 0,
  greaterthanorequal: (order) => order >= 0,
  lessthan: (order) => order < 0,
  lessthanorequal: (order) => order <= 0,
};

/** Compiles the value of a filter on one property. Throws a 400 when it does not fit the property's type. */
export function compileCondition<Row>(name: string, text: string, reader: Reader<Row>, now: Now) {
  const test = compileTest(name, text, reader.type, now);
  return (row: Row): boolean => {
    const value = reader.read(row);
    return typeof value === 'object' && value !== null ? value.some(test) : test(value);
  };
}

function compileTest(name: string, text: string, type: ScalarType, now: Now): Test {
  const [head = '', ...rest] = text.split(',');
  const operator = head.trim().toLowerCase();
  const read = (word: string) => readOperand(name, word, type, now);

  const comparison = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (comparison !== undefined) {
    const bound = read(rest.join(','));
    return (value) => value !== null && comparison(compare(value, bound));
  }
  switch (operator) {
    case 'between': {
      const [from = '', to = ''] = rest;
      const bounds = [read(from), read(to)] as const;
      return (value) => value !== null && compare(value, bounds[0]) >= 0 && compare(value, bounds[1]) <= 0;
    }
    case 'notequal': {
      const refused = rest.map(read);
      return (value) => !refused.some((operand) => isSame(value, operand));
    }
    case 'like':
      return matchText(rest, (value, wanted) => value.includes(wanted));
    case 'starts':
      return matchText(rest, (value, wanted) => value.startsWith(wanted));
    default: {
      const wanted = [head, ...rest].map(read);
      return (value) => wanted.some((operand) => isSame(value, operand));
    }
  }
}

function matchText(words: readonly string[], matches: (value: string, wanted: string) => boolean): Test {
  const wanted = words.map((word) => word.toLowerCase());
  return (value) => typeof value === 'string' && wanted.some((word) => matches(value.toLowerCase(), word));
}

function readOperand(name: string, word: string, type: ScalarType, { today, now }: Now): Scalar {
  const text = word.trim();
  const refuse = () => new LegacyError(400, `${name}: "${text}" is not a ${type}`);
  if (text.toLowerCase() === 'null') return null;
  switch (type) {
    case 'text':
      return text;
    case 'boolean':
      if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
      throw refuse();
    case 'number':
      if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
      throw refuse();
    case 'date': {
      const keywords: Record<string, string> = {
        now,
        today: midnight(today),
        tomorrow: midnight(addDays(today, 1)),
        yesterday: midnight(addDays(today, -1)),
      };
      const keyword = text.toLowerCase();
      if (Object.hasOwn(keywords, keyword)) return keywords[keyword] ?? null;
      if (/^\d{4}-\d\d-\d\d$/.test(text)) return midnight(text);
      const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?$/.exec(text)?.[1];
      if (found === undefined) throw refuse();
      return found;
    }
  }
}

function midnight(date: string): string {
  return `${date}T00:00:00`;
}

function isSame(value: Scalar, operand: Scalar): boolean {
  if (typeof value === 'string' && typeof operand === 'string') {
    return value.toLowerCase() === operand.toLowerCase();
  }
  return value === operand;
}

/** Orders two scalars, null first: what both filters and `orderBy` go by. */
export function compare(a: Scalar, b: Scalar): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}
