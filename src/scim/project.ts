/** Which attributes of a resource are returned (RFC 7644 sections 3.4.2.5 and 3.9, `returned` of RFC 7643 section 7). */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { formatPath } from './path.js';
import type { ResourceType } from './registry.js';
import { listSchemas } from './resource.js';
import type { Attribute, Schema } from './schema.js';
import { commonAttributes } from './schemas/common.js';

/**
 * Gives what may be returned of a canonical resource: the resource itself when that is all of it, else a copy that shares
 * the parts it keeps. Never changes its input.
 */
export type Projection = (resource: JsonObject) => JsonObject;

/**
 * Compiles the `attributes` and `excludedAttributes` parameters once, for any number of resources. Paths take every form that
 * `type.resolve` knows, an extension URN alone included; blank and unknown ones are passed over. When both parameters are
 * given, `attributes` wins: the RFC excludes that case, and naming what is wanted is the narrower request.
 *
 * `returned: always` is always there, `never` never, `request` only when `attributes` names that very attribute or
 * sub-attribute, or the whole of an extension that holds nothing else. `schemas` lists the schemas of which something is left.
 */
export function createProjection(
  type: ResourceType,
  options: { attributes?: readonly string[]; excludedAttributes?: readonly string[] } = {},
): Projection {
  const only = cleanNames(options.attributes);
  const choice: Choice =
    only.length > 0
      ? { mode: 'only', named: resolveAll(only, type) }
      : { mode: 'except', named: resolveAll(cleanNames(options.excludedAttributes), type) };
  const rules = compileRules(type, choice);
  return (resource) => {
    if (!isCut(resource, rules)) return resource;
    const projected = cut(resource, rules);
    return 'schemas' in projected ? { ...projected, schemas: listSchemas(projected, type) } : projected;
  };
}

interface Choice {
  /** Nothing but what is named, or everything except it. */
  mode: 'only' | 'except';
  /** Paths in canonical spelling. */
  named: ReadonlySet<string>;
}

/** What becomes of the value under one key; a key without a rule is dropped. */
type Rule = 'keep' | 'drop' | Rules;
type Rules = ReadonlyMap<string, Rule>;

function cleanNames(names: readonly string[] = []): string[] {
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

function resolveAll(names: readonly string[], type: ResourceType): ReadonlySet<string> {
  return new Set(names.map((name) => type.resolve(name)?.text).filter((text) => text !== undefined));
}

function compileRules(type: ResourceType, choice: Choice): Rules {
  const rules = new Map<string, Rule>();
  for (const attribute of [...type.schema.attributes, ...commonAttributes]) {
    rules.set(attribute.name, attributeRule(null, attribute, choice.mode === 'except', choice));
  }
  for (const { schema } of type.extensions) {
    const containerReturned = isReturned('default', schema.id, choice.mode === 'except', choice);
    const wanted = nameParts(schema, choice);
    const parts = schema.attributes.map(
      (attribute) =>
        [attribute.name, attributeRule(schema.id, attribute, containerReturned, wanted)] as const,
    );
    rules.set(schema.id, simplify(new Map(parts)));
  }
  return rules;
}

/** An extension of which nothing is returned unless requested is requested by its name; of others that names the rest. */
function nameParts(schema: Schema, choice: Choice): Choice {
  const isRequested = choice.mode === 'only' && choice.named.has(schema.id);
  if (!isRequested || schema.attributes.some(({ returned }) => returned !== 'request')) return choice;
  const parts = schema.attributes.map((attribute) => formatPath(schema.id, attribute, null));
  return { ...choice, named: new Set([...choice.named, ...parts]) };
}

/** The rule of one attribute. `inherited`: whether what surrounds it is returned. */
function attributeRule(
  extension: string | null,
  attribute: Attribute,
  inherited: boolean,
  choice: Choice,
): Rule {
  if (attribute.returned === 'never') return 'drop';
  const path = formatPath(extension, attribute, null);
  const returned = isReturned(attribute.returned, path, inherited, choice);
  if (attribute.subAttributes === undefined) return returned ? 'keep' : 'drop';
  // Until an attribute is requested, those of its parts that are "always" returned wait with it.
  const waits = attribute.returned === 'request' && !returned;
  const parts = attribute.subAttributes.map((sub) => {
    const subPath = formatPath(extension, attribute, sub);
    const kept = !(waits && sub.returned === 'always') && isReturned(sub.returned, subPath, returned, choice);
    return [sub.name, kept ? 'keep' : 'drop'] as const;
  });
  return simplify(new Map(parts));
}

function isReturned(
  returned: Attribute['returned'],
  path: string,
  inherited: boolean,
  choice: Choice,
): boolean {
  if (returned === 'always' || returned === 'never') return returned === 'always';
  const named = choice.named.has(path);
  if (returned === 'request') return choice.mode === 'only' && named;
  return choice.mode === 'only' ? inherited || named : inherited && !named;
}

/** One word for a set of rules that all say the same. */
function simplify(rules: Rules): Rule {
  const distinct = new Set(rules.values());
  if (distinct.size !== 1) return rules;
  const [rule] = distinct;
  return rule === 'keep' || rule === 'drop' ? rule : rules;
}

/** Whether anything under the rules has to go. */
function isCut(value: JsonValue | undefined, rule: Rule): boolean {
  if (typeof rule === 'string') return rule === 'drop';
  if (Array.isArray(value)) return value.some((element) => isCut(element, rule));
  return isJsonObject(value) && Object.keys(value).some((key) => isCut(value[key], rule.get(key) ?? 'drop'));
}

function cut(source: JsonObject, rules: Rules): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(source)) {
    const rule = rules.get(key) ?? 'drop';
    const kept = rule === 'keep' ? value : rule === 'drop' ? undefined : cutValue(value, rule);
    if (kept !== undefined) result[key] = kept;
  }
  return result;
}

/** What the rules leave of a complex value or a list of them; undefined when that is nothing. */
function cutValue(value: JsonValue | undefined, rules: Rules): JsonValue | undefined {
  if (Array.isArray(value)) {
    const elements = value.map((element) => cutValue(element, rules)).filter((each) => each !== undefined);
    return elements.length > 0 ? elements : undefined;
  }
  const left = isJsonObject(value) ? cut(value, rules) : {};
  return Object.keys(left).length > 0 ? left : undefined;
}
