/** Compiles the rule of one attribute: where its value comes from, then transforms, lookup, default and condition. */
import type { AttributeType } from '../scim/schema.js';
import { compileExpression } from './compile-expression.js';
import { compilePath } from './compile-path.js';
import { addCondition, addDefault, addLookup, addTransform } from './compile-steps.js';
import { compileTemplate } from './compile-template.js';
import { RULE_KINDS, type RuleInput, type RuleObject } from './file.js';
import { NOTHING_READ, type Rule, type RulePlace, unionOfReads, type Workshop, within } from './rule.js';
import {
  coerce,
  commonType,
  describeAttributeType,
  describeType,
  fits,
  typeOfLiteral,
} from './value-type.js';

/** Compiles a rule for an attribute of the given type; null after a complaint. */
export function compileRuleFor(
  type: AttributeType,
  input: RuleInput,
  place: RulePlace,
  workshop: Workshop,
): Rule | null {
  const rule = compileRule(input, place, workshop);
  if (rule === null) return null;
  if (!fits(rule.type, type)) {
    const message = `This gives ${describeType(rule.type)}, but ${place.attribute} holds ${describeAttributeType(type)}.`;
    workshop.document.complain('WRONG_TYPE', place.path, message, remedyForType(rule, type));
    return null;
  }
  if (rule.type !== 'any') return rule;
  return {
    ...rule,
    quiet: false,
    plain: false,
    evaluate: (scene) => {
      const value = rule.evaluate(scene);
      if (value === undefined) return undefined;
      const coerced = coerce(value, type);
      if (coerced === undefined) scene.report('VALUE_HAS_WRONG_TYPE', place.attribute);
      return coerced;
    },
  };
}

/** Compiles a rule whatever its type; null after a complaint. */
export function compileRule(input: RuleInput, place: RulePlace, workshop: Workshop): Rule | null {
  if (typeof input === 'string') return compilePath(input, place, workshop);
  if (typeof input !== 'object') return constant(input);
  let rule = compileValue(input, place, workshop);
  for (const [index, step] of (input.transforms ?? []).entries()) {
    rule &&= addTransform(rule, step, within(place, 'transforms', index), workshop);
  }
  if (input.lookup !== undefined) rule &&= addLookup(rule, input, place);
  if (input.default !== undefined) rule &&= addDefault(rule, input.default);
  if (input.when !== undefined) rule &&= addCondition(rule, input.when, within(place, 'when'), workshop);
  return rule;
}

function compileValue(input: RuleObject, place: RulePlace, workshop: Workshop): Rule | null {
  const kinds = RULE_KINDS.filter((kind) => input[kind] !== undefined);
  if (kinds.length !== 1) {
    const message = kinds.length === 0 ? 'This rule has no value.' : `This rule has ${kinds.join(' and ')}.`;
    workshop.document.complain(
      'WRONG_VALUE',
      place.path,
      message,
      `Give it exactly one of ${RULE_KINDS.join(', ')}.`,
    );
    return null;
  }
  if (input.from !== undefined) return compilePath(input.from, within(place, 'from'), workshop);
  if (input.template !== undefined)
    return compileTemplate(input.template, within(place, 'template'), workshop);
  if (input.expression !== undefined) {
    return compileExpression(input.expression, within(place, 'expression'), workshop);
  }
  if (input.firstOf !== undefined) return compileFirstOf(input.firstOf, within(place, 'firstOf'), workshop);
  return constant(input.constant ?? '');
}

function constant(value: string | number | boolean): Rule {
  return { type: typeOfLiteral(value), reads: NOTHING_READ, quiet: true, plain: true, evaluate: () => value };
}

function compileFirstOf(inputs: readonly RuleInput[], place: RulePlace, workshop: Workshop): Rule | null {
  const rules = inputs.map((input, index) => compileRule(input, within(place, index), workshop));
  if (!rules.every((rule) => rule !== null)) return null;
  return {
    type: commonType(rules.map((rule) => rule.type)),
    reads: unionOfReads(rules),
    quiet: rules.every((rule) => rule.quiet),
    plain: false,
    evaluate: (scene) => {
      for (const rule of rules) {
        const value = rule.evaluate(scene);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}

function remedyForType(rule: Rule, type: AttributeType): string {
  if (rule.reads.has('person.cultureId')) return 'Add "transforms: [locale]".';
  if (type === 'string') return 'Add the transform "string" if the plain value is wanted.';
  return type === 'dateTime' && rule.type === 'date'
    ? 'Add the transform {date: YYYY-MM-DDT00:00:00Z}.'
    : 'Map another source, or use an expression.';
}
