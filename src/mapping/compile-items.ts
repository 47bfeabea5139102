/** Compiles the list of a multi-valued attribute: one value for each entry, or for each section of the person. */
import { isJsonObject, type JsonValue } from '../json.js';
import type { Attribute } from '../scim/schema.js';
import { type Build, objectOf, shareByUnit } from './build.js';
import { compileRuleFor } from './compile-rule.js';
import { compileCondition } from './compile-steps.js';
import type { ItemInput, RuleInput } from './file.js';
import { type Rule, type RulePlace, type Workshop, within } from './rule.js';
import type { Scene } from './scene.js';
import type { Root } from './sources.js';

/** Adds the values of one entry to the list. */
type Add = (list: JsonValue[], scene: Scene) => void;

/** The compiled list; it builds undefined when no entry has a value. */
export function compileItems(
  items: readonly ItemInput[],
  attribute: Attribute,
  place: RulePlace,
  workshop: Workshop,
): Build {
  const entries = items.map((item, index) => compileItem(item, attribute, within(place, index), workshop));
  return (scene) => {
    const list: JsonValue[] = [];
    for (const add of entries) add(list, scene);
    return list.length === 0 ? undefined : list;
  };
}

function compileItem(item: ItemInput, attribute: Attribute, place: RulePlace, workshop: Workshop): Add {
  const { each, when, ...inputs } = item;
  const inside = each === undefined ? place : { ...place, roots: new Set<Root>([...place.roots, 'section']) };
  const rules = compileRules(inputs, attribute, inside, workshop);
  const condition = when === undefined ? null : compileCondition(when, within(inside, 'when'), workshop);
  const object = objectOf(Array.from(rules, ([name, rule]) => ({ name, build: rule.evaluate })));
  const shared = shareByUnit(object, [...rules.values()], workshop.nextSlot);
  const build: Build =
    condition === null ? shared : (scene) => (condition.evaluate(scene) === true ? shared(scene) : undefined);
  const telling = tellingNames(rules);
  const add: Add = (list, scene) => {
    const built = build(scene);
    if (isJsonObject(built) && telling.some((name) => built[name] !== undefined)) list.push(built);
  };
  return each === undefined ? add : (list, scene) => scene.eachFurtherSection(() => add(list, scene));
}

function compileRules(
  inputs: Readonly<Record<string, RuleInput | undefined>>,
  attribute: Attribute,
  place: RulePlace,
  workshop: Workshop,
): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  for (const sub of attribute.subAttributes ?? []) {
    const input = inputs[sub.name];
    if (input === undefined) continue;
    const subPlace = { ...within(place, sub.name), attribute: `${place.attribute}.${sub.name}` };
    const rule = compileRuleFor(sub.type, input, subPlace, workshop);
    if (rule !== null) rules.set(sub.name, rule);
  }
  return rules;
}

/**
 * An entry needs its `value`, or, where it has no such rule, anything that is not the same for everybody: a type without a
 * value says nothing.
 */
function tellingNames(rules: ReadonlyMap<string, Rule>): string[] {
  if (rules.has('value')) return ['value'];
  const varying = [...rules].filter(([, rule]) => rule.reads.size > 0);
  return (varying.length === 0 ? [...rules] : varying).map(([name]) => name);
}
