/** The tests of single values as closures. Every one answers false for a value that is not of its type. */
import type { JsonValue } from '../../json.js';
import { parseDateTime } from '../date-time.js';
import { foldCase, type OrderOperator, type TextOperator, type ValueTest } from './operators.js';

type ValuePredicate = (value: JsonValue | undefined) => boolean;

export function compileTest(test: ValueTest): ValuePredicate {
  switch (test.kind) {
    case 'present':
      return isPresent;
    case 'boolean':
      return test.value ? (value) => value === true : (value) => value === false;
    case 'number':
      return compileNumber(test.operator, test.value);
    case 'instant':
      return compileInstant(test.operator, test.value);
    case 'text':
      return test.caseExact
        ? compileExactText(test.operator, test.value)
        : compileFoldedText(test.operator, test.value);
    case 'never':
      return () => false;
  }
}

/** RFC 7644 table 3, `pr`: a value that is neither null nor empty, or a complex one with such a sub-attribute. */
export function isPresent(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  return typeof value !== 'object' || Object.values(value).some(isPresent);
}

function compileNumber(operator: OrderOperator, literal: number): ValuePredicate {
  const holds = compareWith(operator);
  return (value) => typeof value === 'number' && holds(value, literal);
}

function compileInstant(operator: OrderOperator, literal: number): ValuePredicate {
  const holds = compareWith(operator);
  const canonical = new Date(literal).toISOString();
  return (value) => {
    // Instants in the form that the bridge writes are in the order of their texts.
    if (typeof value === 'string' && isCanonicalInstant(value)) return holds(value, canonical);
    const instant = typeof value === 'string' ? parseDateTime(value) : undefined;
    return instant !== undefined && holds(instant, literal);
  };
}

/** `2011-05-13T04:42:34.123Z`: no other form of xsd:dateTime has this length and ends in Z. */
function isCanonicalInstant(text: string): boolean {
  return text.length === 24 && text.endsWith('Z');
}

function compileExactText(operator: TextOperator, literal: string): ValuePredicate {
  const holds = compareTextWith(operator);
  return (value) => typeof value === 'string' && holds(value, literal);
}

function compileFoldedText(operator: TextOperator, literal: string): ValuePredicate {
  if (operator === 'eq') return compileFoldedEquality(literal);
  const holds = compareTextWith(operator);
  return (value) => typeof value === 'string' && holds(foldCase(value), literal);
}

function compileFoldedEquality(literal: string): ValuePredicate {
  const equals = isAscii(literal) ? equalsFoldedAscii : equalsFolded;
  // Departments, titles and types repeat: the spelling that matched last is recognised without looking at its letters.
  let spelling = literal;
  return (value) => {
    if (value === spelling) return true;
    if (typeof value !== 'string' || !equals(value, literal)) return false;
    spelling = value;
    return true;
  };
}

function equalsFolded(value: string, folded: string): boolean {
  return foldCase(value) === folded;
}

function compareTextWith(operator: TextOperator): (value: string, literal: string) => boolean {
  switch (operator) {
    case 'co':
      return (value, literal) => value.includes(literal);
    case 'sw':
      return (value, literal) => value.startsWith(literal);
    case 'ew':
      return (value, literal) => value.endsWith(literal);
    default:
      return compareWith(operator);
  }
}

function compareWith(operator: OrderOperator): <T extends string | number>(value: T, literal: T) => boolean {
  switch (operator) {
    case 'eq':
      return (value, literal) => value === literal;
    case 'gt':
      return (value, literal) => value > literal;
    case 'ge':
      return (value, literal) => value >= literal;
    case 'lt':
      return (value, literal) => value < literal;
    case 'le':
      return (value, literal) => value <= literal;
  }
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/**
 * Whether `value` folds to the ASCII text `folded`, mostly without folding it. A text of another length never does: the one
 * character that folds to ASCII from outside it, the Kelvin sign, keeps its length.
 */
function equalsFoldedAscii(value: string, folded: string): boolean {
  if (value.length !== folded.length) return false;
  for (let index = 0; index < folded.length; index += 1) {
    const code = value.charCodeAt(index);
    const wanted = folded.charCodeAt(index);
    if (code === wanted) continue;
    if (code > 0x7f) return equalsFolded(value, folded);
    // 0x20 apart, and a letter: "@" and "`" are 0x20 apart too.
    if (code + 0x20 !== wanted || code < 0x41 || code > 0x5a) return false;
  }
  return true;
}
