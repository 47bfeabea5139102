/** Compiles the attributes of a resource into one function that builds them. */
import { isJsonObject, type JsonObject } from '../json.js';
import type { ResourceType } from '../scim/registry.js';
import type { Attribute } from '../scim/schema.js';
import { type Build, objectOf, type Part, rememberInScene, shareByUnit, unlessOpen } from './build.js';
import { compileItems } from './compile-items.js';
import { compileRuleFor } from './compile-rule.js';
import type { MappingDocument } from './document.js';
import type { AttributesInput, ItemInput, RuleInput } from './file.js';
import { type Rule, type RulePlace, unionOfReads, type Workshop, within } from './rule.js';
import type { Scene } from './scene.js';

export interface CompiledAttributes {
  /** The attributes of whom the scene shows: a new object, whose parts may be shared with others. */
  build(scene: Scene): JsonObject;
  /** The SCIM paths that are filled, in the schemas' spelling: `name.givenName`, `urn:…:User:costCenter.value`. */
  paths: ReadonlySet<string>;
  /** The rule of a core attribute that is no list, where the file has one. */
  ruleOf(attribute: string): Rule | undefined;
}

/** The rules of the core attributes, or those of one extension. */
interface Block {
  input: Readonly<Record<string, RuleInput | ItemInput[]>>;
  attributes: readonly Attribute[];
  place: RulePlace;
  /** What stands before an attribute in a SCIM path: nothing, or `urn:…:User:`. */
  prefix: string;
}

/** Compiles `users`. Faults are complaints; what was compiled in spite of them must not be used. */
export function compileAttributes(
  input: AttributesInput,
  type: ResourceType,
  place: RulePlace,
  tools: Omit<Workshop, 'ruleOf'>,
): CompiledAttributes {
  const [core, extensions] = splitBlocks(input, type, place);
  const rules = new Map<string, Rule | null>();
  const open = new Set<string>();
  const workshop: Workshop = { ...tools, ruleOf: lookUp };

  /** The rule of a core attribute, compiled once although templates may need it before its turn. */
  function coreRule(key: string): Rule | null {
    const known = rules.get(key);
    if (known !== undefined) return known;
    open.add(key);
    const compiled = compileKey(key, core, workshop);
    open.delete(key);
    const rule = compiled && rememberInScene(compiled, tools.nextSlot);
    rules.set(key, rule);
    return rule;
  }

  function lookUp(attribute: string, from: RulePlace): Rule | null | undefined {
    if (!Object.hasOwn(core.input, attribute)) return isLeftOut(attribute, tools.document) ? null : undefined;
    if (Array.isArray(core.input[attribute])) return undefined;
    if (!open.has(attribute)) return coreRule(attribute);
    const message = `"${attribute}" needs ${from.attribute}, which needs "${attribute}".`;
    tools.document.complain('CIRCULAR_REFERENCE', from.path, message, 'Use source paths in one of the two.');
    return null;
  }

  const paths = new Set<string>();
  const parts = compileBlock(core, coreRule, workshop, paths);
  for (const block of extensions) {
    const inside = compileBlock(block, (key) => compileKey(key, block, workshop), workshop, paths);
    parts.push({ name: block.prefix.slice(0, -1), build: objectOf(inside) });
  }
  const build = objectOf(parts);
  return {
    build: (scene) => build(scene) ?? {},
    paths,
    ruleOf: (attribute) => rules.get(attribute) ?? undefined,
  };
}

/** In the file, but its rule had the wrong shape: that complaint was made. */
function isLeftOut(attribute: string, { value }: MappingDocument): boolean {
  return isJsonObject(value) && isJsonObject(value.users) && Object.hasOwn(value.users, attribute);
}

function splitBlocks(input: AttributesInput, type: ResourceType, place: RulePlace): [Block, Block[]] {
  const core: Record<string, RuleInput | ItemInput[]> = {};
  const extensions: Block[] = [];
  for (const [key, value] of Object.entries(input)) {
    const schema = type.extension(key);
    if (schema === undefined) {
      core[key] = value as RuleInput | ItemInput[];
    } else {
      const block = { input: value as Block['input'], place: within(place, key), prefix: `${key}:` };
      extensions.push({ ...block, attributes: schema.attributes });
    }
  }
  return [{ input: core, attributes: type.schema.attributes, place, prefix: '' }, extensions];
}

/** The parts of a block in the order of the file; `name.givenName` and `name.familyName` become one part `name`. */
function compileBlock(
  block: Block,
  ruleOf: (key: string) => Rule | null,
  workshop: Workshop,
  paths: Set<string>,
): Part[] {
  const parts: Part[] = [];
  for (const [name, keys] of groupByAttribute(Object.keys(block.input))) {
    for (const key of keys) paths.add(block.prefix + key);
    const items = block.input[name];
    if (Array.isArray(items)) {
      const list = compileItems(items, attributeAt(name, block), placeOf(name, block), workshop);
      parts.push({ name, build: unlessOpen(list.build, list.reads) });
      continue;
    }
    const rules = new Map(keys.map((key) => [key, ruleOf(key)]));
    const whole = rules.get(name);
    const build = whole?.evaluate ?? compileComplex(rules, workshop);
    parts.push({ name, build: unlessOpen(build, unionOfReads([...rules.values()].filter(isSound))) });
  }
  return parts;
}

function compileComplex(rules: ReadonlyMap<string, Rule | null>, { nextSlot }: Workshop): Build {
  const sound = Array.from(rules).filter((entry): entry is [string, Rule] => isSound(entry[1]));
  const parts = sound.map(([key, rule]) => ({ name: key.slice(key.indexOf('.') + 1), build: rule.evaluate }));
  return shareByUnit(
    objectOf(parts),
    sound.map(([, rule]) => rule),
    nextSlot,
  );
}

function isSound(rule: Rule | null): rule is Rule {
  return rule !== null;
}

function compileKey(key: string, block: Block, workshop: Workshop): Rule | null {
  const { type } = attributeAt(key, block);
  return compileRuleFor(type, block.input[key] as RuleInput, placeOf(key, block), workshop);
}

function placeOf(key: string, { place, prefix }: Block): RulePlace {
  return { ...within(place, key), attribute: prefix + key };
}

/** The attribute or sub-attribute of a key; the schema of the file lets no other keys through. */
function attributeAt(key: string, { attributes }: Block): Attribute {
  const [name, subName] = key.split('.');
  const attribute = attributes.find((each) => each.name === name);
  const found =
    subName === undefined ? attribute : attribute?.subAttributes?.find((sub) => sub.name === subName);
  if (found === undefined) throw new TypeError(`no attribute ${key}`);
  return found;
}

function groupByAttribute(keys: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const name = key.split('.', 1)[0] ?? key;
    groups.set(name, [...(groups.get(name) ?? []), key]);
  }
  return groups;
}
