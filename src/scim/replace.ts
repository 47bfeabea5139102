/** What a PUT leaves of the resource that it replaces (RFC 7644 section 3.5.1). */
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { mutability } from './errors.js';
import { own } from './path.js';
import type { ResourceType } from './registry.js';
import { listSchemas } from './resource.js';
import type { Attribute } from './schema.js';
import { commonAttributes } from './schemas/common.js';

/**
 * Merges a replacement (from `normaliseResource` in mode `replace`) with the canonical resource that is stored, and returns
 * a new resource. Omitted readWrite attributes are cleared; readOnly ones (id, meta, groups) stay as stored; immutable ones
 * stay when omitted and must be equal when given; writeOnly ones stay when omitted, as the client cannot read them back.
 * Elements of a list may come and go whatever the mutability of their sub-attributes. Throws mutability.
 */
export function mergeReplacement(
  existing: JsonObject,
  replacement: JsonObject,
  type: ResourceType,
): JsonObject {
  const result: JsonObject = {};
  mergeAttributes(result, existing, replacement, [...commonAttributes, ...type.schema.attributes], '');
  for (const { schema } of type.extensions) {
    const container: JsonObject = {};
    const [before, after] = [existing, replacement].map((resource) => asObject(own(resource, schema.id)));
    mergeAttributes(container, before ?? {}, after ?? {}, schema.attributes, `${schema.id}:`);
    if (Object.keys(container).length > 0) result[schema.id] = container;
  }
  return { ...result, schemas: listSchemas(result, type) };
}

function mergeAttributes(
  target: JsonObject,
  existing: JsonObject,
  replacement: JsonObject,
  attributes: readonly Attribute[],
  prefix: string,
): void {
  for (const attribute of attributes) {
    const at = `${prefix}${attribute.name}`;
    const value = mergeValue(own(existing, attribute.name), own(replacement, attribute.name), attribute, at);
    if (value !== undefined) target[attribute.name] = value;
  }
}

function mergeValue(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  attribute: Attribute,
  at: string,
): JsonValue | undefined {
  if (attribute.mutability === 'readOnly') return before;
  if (attribute.mutability === 'writeOnly') return after ?? before;
  if (attribute.mutability === 'immutable') return keepImmutable(before, after, at);
  if (isJsonObject(before) && isJsonObject(after)) {
    return { ...after, ...keepImmutableParts(before, after, attribute, at) };
  }
  return after;
}

function keepImmutable(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  at: string,
): JsonValue | undefined {
  if (before === undefined) return after;
  if (after !== undefined && !isDeepStrictEqual(before, after)) {
    throw mutability(`Attribute ${at} is immutable and has another value.`);
  }
  return before;
}

function keepImmutableParts(
  before: JsonObject,
  after: JsonObject,
  attribute: Attribute,
  at: string,
): JsonObject {
  const kept: JsonObject = {};
  for (const { name, mutability } of attribute.subAttributes ?? []) {
    if (mutability !== 'immutable') continue;
    const value = keepImmutable(own(before, name), own(after, name), `${at}.${name}`);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}
