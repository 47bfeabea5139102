/** Operations on a single-valued attribute. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { invalidValue, mutability } from '../errors.js';
import { findAttribute, own } from '../path.js';
import type { Attribute } from '../schema.js';
import { isUnassigned, normaliseValue } from '../value.js';
import { checkImmutable, mergeComplex, type Writing } from './complex.js';
import type { Draft } from './draft.js';
import { hasValue } from './list-value.js';
import type { AttributeTarget } from './target.js';

/** Adds or replaces, which is the same for a single value. An unassigned value clears what it is given for. */
export function writeSingle(draft: Draft, target: AttributeTarget, given: unknown, writing: Writing): void {
  const { path, attribute, subAttribute } = target;
  draft.touch(path);
  if (attribute.type !== 'complex') {
    replaceValue(draft, target, normaliseValue(given, attribute, writing), writing);
    return;
  }
  const parts =
    subAttribute === undefined
      ? readComplex(given, attribute, writing)
      : { [subAttribute.name]: given as JsonValue };
  const before = draft.read(path);
  const after = parts && mergeParts(isJsonObject(before) ? before : {}, parts, attribute, writing);
  replaceValue(draft, target, after, writing);
  for (const name of Object.keys(parts ?? {})) {
    const sub = findAttribute(attribute.subAttributes ?? [], name);
    if (sub !== undefined) draft.touch(path, sub);
  }
}

/** Removes the attribute or its sub-attribute. */
export function removeSingle(draft: Draft, target: AttributeTarget, writing: Writing): void {
  if (target.subAttribute !== undefined) {
    writeSingle(draft, target, null, writing);
    return;
  }
  draft.touch(target.path);
  replaceValue(draft, target, undefined, writing);
}

function replaceValue(
  draft: Draft,
  { path, attribute }: AttributeTarget,
  value: JsonValue | undefined,
  { at }: Writing,
): void {
  if (value === undefined && attribute.required) throw mutability(`Attribute ${at} is required.`);
  checkImmutable(draft.read(path), value, attribute, at);
  draft.write(path, value);
}

/**
 * The sub-attributes that a client gives for a complex attribute; undefined when it gives nothing. Lenient mode takes a
 * manager as Entra writes it: as a bare id, or as a list of one.
 */
function readComplex(given: unknown, attribute: Attribute, { strict, at }: Writing): JsonObject | undefined {
  const single = !strict && Array.isArray(given) && given.length === 1 ? given[0] : given;
  if (isUnassigned(single)) return undefined;
  if (isJsonObject(single)) return single;
  if (!strict && typeof single === 'string' && hasValue(attribute)) return { value: single };
  throw invalidValue(`Attribute ${at} must be an object.`);
}

/**
 * Merges sub-attributes into a complex value; undefined when nothing is left. Where the value refers to something by its
 * `value`, another `value` takes the rest of the old one away (a manager's `$ref` and name), and an empty one all of it.
 */
function mergeParts(
  existing: JsonObject,
  parts: JsonObject,
  attribute: Attribute,
  writing: Writing,
): JsonObject | undefined {
  const merged = mergeComplex(existing, parts, attribute, writing);
  const namesValue = hasValue(attribute) && Object.keys(parts).some((name) => name.toLowerCase() === 'value');
  if (namesValue && own(merged, 'value') === undefined) return undefined;
  const known = own(existing, 'value');
  if (namesValue && known !== undefined && known !== own(merged, 'value')) {
    return mergeComplex({}, parts, attribute, writing);
  }
  return Object.keys(merged).length === 0 ? undefined : merged;
}
