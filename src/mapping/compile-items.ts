/** Compiles the list of a multi-valued attribute: one value for each entry, or for each section of the person. */
import type { JsonValue } from '../json.js';
import type { Attribute } from '../scim/schema.js';
import { type Build, objectOf, shareByUnit } from './build.js';
import { compileRuleFor } from './compile-rule.js';
import { compileCondition } from './compile-steps.js';
import type { ItemInput, RuleInput } from './file.js';
import { type Rule, type RulePlace, unionOfReads, type Workshop, within } from './rule.js';
import type { Root } from './sources.js';

/** The compiled list, which builds undefined when no entry has a value, with the source paths that it reads. */
export function compileItems(
  items: readonly ItemInput[],
  attribute: Attribute,
  place: RulePlace,
  workshop: Workshop,
): { build: Build; reads: ReadonlySet<string> } {
  const entries = items.map((item, index) => compileItem(item, attribute, within(place, index), workshop));
  const build: Build = (scene) => {
    let list: JsonValue[] | undefined;
    for (const { eachSection, build } of entries) {
      if (eachSection) {
        for (scene.firstSection(); scene.section !== null; scene.nextSection())
          list = append(list, build(scene));
      } else {
        list = append(list, build(scene));
      }
    }
    return list;
  };
  return { build, reads: unionOfReads(entries.flatMap(({ rules }) => rules)) };
}

/** Lists are short, and one that is copied takes no more room than it needs, unlike one that grew. */
function append(list: JsonValue[] | undefined, value: JsonValue | undefined): JsonValue[] | undefined {
  if (value === undefined) return list;
  return list === undefined ? [value] : [...list, value];
}

interface Entry {
  /** One value for each section of the person, instead of one. */
  eachSection: boolean;
  build: Build;
  /** All that decide on the entry. */
  rules: readonly Rule[];
}

function compileItem(item: ItemInput, attribute: Attribute, place: RulePlace, workshop: Workshop): Entry {
  const { each, when, ...inputs } = item;
  const eachSection = each === 'sections';
  const inside = eachSection ? { ...place, roots: new Set<Root>([...place.roots, 'section']) } : place;
  const rules = compileRules(inputs, attribute, inside, workshop);
  const condition = when === undefined ? null : compileCondition(when, within(inside, 'when'), workshop);
  const object = objectOf(Array.from(rules, ([name, rule]) => ({ name, build: rule.evaluate })));
  const telling = tellingNames(rules);
  const whole: Build = (scene) => {
    const built = object(scene);
    return built !== undefined && telling.some((name) => built[name] !== undefined) ? built : undefined;
  };
  const shared = shareByUnit(whole, [...rules.values()], workshop.nextSlot);
  const build: Build =
    condition === null ? shared : (scene) => (condition.evaluate(scene) === true ? shared(scene) : undefined);
  const deciding = condition === null ? [...rules.values()] : [...rules.values(), condition];
  return { eachSection, build, rules: deciding };
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
