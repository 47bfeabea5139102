/** What may follow the value of a rule: transforms, lookup table, default, condition. Each step wraps the rule before it. */
import type { JsonValue } from '../json.js';
import { compileExpression } from './compile-expression.js';
import type { RuleObject } from './file.js';
import { suggest } from './nearest.js';
import { type Rule, type RulePlace, unionOfReads, type Workshop } from './rule.js';
import { TRANSFORMS } from './transforms/index.js';
import { accepts, commonType, describeType, isOfType, toText, typeOfLiteral } from './value-type.js';

export function addTransform(
  rule: Rule,
  step: string | Record<string, unknown>,
  place: RulePlace,
  { document, settings }: Workshop,
): Rule | null {
  const [name = '', argument] = typeof step === 'string' ? [step] : (Object.entries(step)[0] ?? []);
  const transform = TRANSFORMS.get(name);
  if (typeof step !== 'string' && Object.keys(step).length !== 1) {
    const remedy = 'Write each transform as an entry of its own, one after the other.';
    document.complain('WRONG_VALUE', place.path, 'This entry does not name one transform.', remedy);
    return null;
  }
  if (transform === undefined) {
    const known = [...TRANSFORMS.keys()];
    const remedy = suggest(name, known, `Known transforms: ${known.join(', ')}.`);
    document.complain('UNKNOWN_TRANSFORM', place.path, `There is no transform "${name}".`, remedy);
    return null;
  }
  const checked = transform.argument?.safeParse(argument);
  if (checked === undefined ? argument !== undefined : !checked.success) {
    const fault = checked?.error?.issues[0]?.message ?? 'It takes no argument.';
    document.complain(
      'WRONG_VALUE',
      place.path,
      `The argument of "${name}" is wrong: ${fault}`,
      transform.description,
    );
    return null;
  }
  if (!accepts(transform.takes, rule.type)) {
    const message = `"${name}" takes ${describeType(transform.takes)}, but gets ${describeType(rule.type)}.`;
    document.complain('WRONG_TYPE', place.path, message, 'Take it out, or put another transform before it.');
    return null;
  }
  const change = transform.make(checked?.data, settings) as (
    value: JsonValue,
    scene: unknown,
  ) => JsonValue | undefined;
  const { failure, takes, gives, looksAt } = transform;
  const mustCheck = rule.type === 'any' && takes !== 'any';
  return {
    type: gives,
    reads: looksAt === undefined ? rule.reads : new Set([...rule.reads, ...looksAt]),
    quiet: rule.quiet && failure === undefined && !mustCheck,
    plain: false,
    evaluate: (scene) => {
      const value = rule.evaluate(scene);
      if (value === undefined) return undefined;
      if (mustCheck && !isOfType(value, takes)) {
        scene.report('TRANSFORM_FAILED', place.attribute);
        return undefined;
      }
      const changed = change(value, scene);
      if (changed === undefined && failure !== undefined) scene.report(failure, place.attribute);
      return changed === '' ? undefined : changed;
    },
  };
}

export function addLookup(
  rule: Rule,
  { lookup = {}, default: otherwise }: RuleObject,
  place: RulePlace,
): Rule {
  const table = new Map(Object.entries(lookup));
  const values = otherwise === undefined ? [...table.values()] : [...table.values(), otherwise];
  return {
    type: commonType(values.map(typeOfLiteral)),
    reads: rule.reads,
    quiet: rule.quiet && otherwise !== undefined,
    plain: false,
    evaluate: (scene) => {
      const value = rule.evaluate(scene);
      if (value === undefined) return undefined;
      const found = table.get(toText(value) ?? '');
      if (found === undefined && otherwise === undefined) scene.report('VALUE_NOT_IN_TABLE', place.attribute);
      return found;
    },
  };
}

export function addDefault(rule: Rule, otherwise: string | number | boolean): Rule {
  return {
    ...rule,
    plain: false,
    type: commonType([rule.type, typeOfLiteral(otherwise)]),
    evaluate: (scene) => rule.evaluate(scene) ?? otherwise,
  };
}

export function addCondition(rule: Rule, text: string, place: RulePlace, workshop: Workshop): Rule | null {
  const condition = compileCondition(text, place, workshop);
  if (condition === null) return null;
  return {
    type: rule.type,
    reads: unionOfReads([rule, condition]),
    quiet: false,
    plain: false,
    evaluate: (scene) => (condition.evaluate(scene) === true ? rule.evaluate(scene) : undefined),
  };
}

/** Compiles a `when` condition; null after a complaint. */
export function compileCondition(text: string, place: RulePlace, workshop: Workshop): Rule | null {
  const condition = compileExpression(text, place, workshop);
  if (condition === null || accepts('boolean', condition.type)) return condition;
  const message = `This condition gives ${describeType(condition.type)}.`;
  workshop.document.complain('WRONG_TYPE', place.path, message, 'Write a condition that is true or false.');
  return null;
}
