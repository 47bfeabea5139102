/** Which test an operator means for an attribute: chosen by the schema before any resource is looked at. */
import { parseDateTime } from '../date-time.js';
import { invalidFilter } from '../errors.js';
import type { Attribute } from '../schema.js';
import type { CompareNode, CompareOperator } from './ast.js';

/** `ne` is the negation of `eq`, see check.ts. */
export type OrderOperator = 'eq' | 'gt' | 'ge' | 'lt' | 'le';
export type TextOperator = OrderOperator | 'co' | 'sw' | 'ew';

/** A test of one value. No test but the negation of one holds for an unassigned value. */
export type ValueTest =
  | { kind: 'present' }
  /** `value` is folded by `foldCase` unless `caseExact`. */
  | { kind: 'text'; operator: TextOperator; value: string; caseExact: boolean }
  | { kind: 'number'; operator: OrderOperator; value: number }
  | { kind: 'boolean'; value: boolean }
  /** `value` in milliseconds since the epoch. */
  | { kind: 'instant'; operator: OrderOperator; value: number }
  /** The literal is of another type than the attribute: nothing equals it. */
  | { kind: 'never' };

/** How strings without `caseExact` are compared, in filters and in sorting. */
export function foldCase(text: string): string {
  return text.toLowerCase();
}

/**
 * Chooses the test for a comparison with a simple attribute, `ne` and null literals excepted. Throws `invalidFilter` where
 * the operator is not defined for the type (RFC 7644 table 3) or a date is none. A literal of another type is no error: it
 * matches nothing.
 */
export function chooseTest(
  node: CompareNode & { value: string | number | boolean },
  operator: Exclude<CompareOperator, 'ne'>,
  attribute: Attribute,
): ValueTest {
  const { value } = node;
  switch (attribute.type) {
    case 'boolean':
      if (operator !== 'eq') throw undefinedOperator(node, attribute);
      return chooseBooleanTest(value);
    case 'integer':
    case 'decimal':
      if (isSubstringOperator(operator)) throw undefinedOperator(node, attribute);
      return typeof value === 'number' ? { kind: 'number', operator, value } : { kind: 'never' };
    case 'dateTime':
      if (!isSubstringOperator(operator)) return { kind: 'instant', operator, value: readInstant(node) };
      break;
    case 'binary':
      if (operator !== 'eq' && !isSubstringOperator(operator)) throw undefinedOperator(node, attribute);
      break;
    default:
      break;
  }
  if (typeof value !== 'string') return { kind: 'never' };
  const { caseExact } = attribute;
  return { kind: 'text', operator, value: caseExact ? value : foldCase(value), caseExact };
}

/** Entra asks for `roles[primary eq "True"]`. */
function chooseBooleanTest(value: string | number | boolean): ValueTest {
  const text = String(value).toLowerCase();
  if (typeof value === 'number' || (text !== 'true' && text !== 'false')) return { kind: 'never' };
  return { kind: 'boolean', value: text === 'true' };
}

function readInstant(node: CompareNode): number {
  const instant = typeof node.value === 'string' ? parseDateTime(node.value) : undefined;
  if (instant === undefined)
    throw invalidFilter(`No date-time to compare with at position ${node.at} of the filter.`);
  return instant;
}

function isSubstringOperator(operator: CompareOperator): operator is 'co' | 'sw' | 'ew' {
  return operator === 'co' || operator === 'sw' || operator === 'ew';
}

function undefinedOperator(node: CompareNode, attribute: Attribute): Error {
  return invalidFilter(
    `Operator ${node.operator} at position ${node.at} of the filter is not defined for an attribute of type ${attribute.type}.`,
  );
}
