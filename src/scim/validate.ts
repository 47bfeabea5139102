/** Normalising a whole resource that a client sent (RFC 7643 section 3, RFC 7644 sections 3.3 and 3.5.1). */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { invalidSyntax, invalidValue } from './errors.js';
import { type AttributePath, own } from './path.js';
import type { ResourceType } from './registry.js';
import { listSchemas } from './resource.js';
import type { Attribute } from './schema.js';
import { assign, checkRequired, isUnassigned, type NormaliseOptions, refuseUnknown } from './value.js';

export { type NormaliseOptions, normaliseElement, normaliseValue } from './value.js';

/**
 * Turns the body of a POST (`create`, the default) or PUT (`replace`) into a canonical resource: names and URNs in the
 * schemas' spelling, core attributes at the root, `schemas` computed from what is present; readOnly attributes (id, meta,
 * groups) and unassigned values left out.
 *
 * Lenient mode (the default) passes over unknown attributes and schemas, accepts extension containers that `schemas` does not
 * announce and takes the slips of real clients; strict mode refuses them. Both demand the core schema in `schemas` and every
 * required attribute, except that a replacement may leave out one that is never returned, as no client can know its value.
 * `password` and other writeOnly attributes are kept: whoever stores the resource decides what becomes of them.
 * Throws invalidSyntax for the shape of the message, invalidValue for values.
 */
export function normaliseResource(
  input: unknown,
  type: ResourceType,
  options: NormaliseOptions & { mode?: 'create' | 'replace' } = {},
): JsonObject {
  if (!isJsonObject(input)) throw invalidSyntax('The resource must be a JSON object.');
  const strict = options.strict ?? false;
  const declared = readDeclaredSchemas(input, type, strict);
  const attributes = normaliseAttributes(input, type, options);
  const schemas = listSchemas(attributes, type);
  const undeclared = schemas.find((urn) => !declared.has(urn.toLowerCase()));
  if (strict && undeclared !== undefined)
    throw invalidSyntax(`The schema ${undeclared} is missing from schemas.`);
  checkRequiredAttributes(attributes, type, options.mode ?? 'create');
  return { schemas, ...attributes };
}

/**
 * The attributes of `normaliseResource` alone: for a partial resource, neither `schemas` nor required attributes are asked
 * for. Holds no `schemas`, `id` or `meta`.
 */
export function normaliseAttributes(
  input: JsonObject,
  type: ResourceType,
  options: NormaliseOptions = {},
): JsonObject {
  const strict = options.strict ?? false;
  const core: JsonObject = {};
  const containers = new Map<string, JsonObject>();
  for (const { path, value } of listGiven(input, null, type, strict)) {
    const target = path.extension === null ? core : (containers.get(path.extension) ?? {});
    if (path.extension !== null) containers.set(path.extension, target);
    assign(target, path.attribute, value, { at: path.text, strict });
  }
  for (const [urn, container] of containers) if (!isUnassigned(container)) core[urn] = container;
  return core;
}

interface GivenAttribute {
  path: AttributePath & { attribute: Attribute };
  value: JsonValue | undefined;
}

/**
 * Every attribute that the client gave, wherever it stands: at the root, in the container of its schema, at the root under
 * its full path, or (lenient) an extension attribute at the root by its bare name. `within` is the URN of the container that
 * `source` is, null for the root.
 */
function* listGiven(
  source: JsonObject,
  within: string | null,
  type: ResourceType,
  strict: boolean,
): Generator<GivenAttribute> {
  for (const [key, value] of Object.entries(source)) {
    const urn = within === null ? findContainer(key, type) : undefined;
    if (urn !== undefined) {
      if (isUnassigned(value)) continue;
      if (!isJsonObject(value)) throw invalidValue(`The value under ${urn} must be an object.`);
      yield* listGiven(value, urn, type, strict);
      continue;
    }
    const path = type.resolve(within === null ? key : `${within}:${key}`);
    const misplaced = strict && within === null && path?.extension != null;
    if (path === undefined || !isWholeAttribute(path) || misplaced) refuseUnknown(key, strict);
    else yield { path, value };
  }
}

function isWholeAttribute(path: AttributePath): path is AttributePath & { attribute: Attribute } {
  return path.attribute !== null && path.subAttribute === null;
}

/** The URN that a root key names when its value is a container: the core schema's own, or an extension's. */
function findContainer(key: string, type: ResourceType): string | undefined {
  if (key.toLowerCase() === type.schema.id.toLowerCase()) return type.schema.id;
  return type.extension(key)?.id;
}

/** The URNs that `schemas` announces, in lower case. */
function readDeclaredSchemas(input: JsonObject, type: ResourceType, strict: boolean): ReadonlySet<string> {
  const key = Object.keys(input).find((each) => each.toLowerCase() === 'schemas');
  const given = key === undefined ? undefined : own(input, key);
  if (given === undefined || isUnassigned(given)) throw invalidSyntax('Attribute schemas is required.');
  if (!Array.isArray(given) || !given.every((urn) => typeof urn === 'string')) {
    throw invalidSyntax('Attribute schemas must be a list of URNs.');
  }
  const declared = new Set(given.map((urn) => urn.toLowerCase()));
  if (!declared.has(type.schema.id.toLowerCase())) {
    throw invalidSyntax(`Attribute schemas must name ${type.schema.id}.`);
  }
  const known = (urn: string): boolean =>
    urn === type.schema.id.toLowerCase() || type.extension(urn) !== undefined;
  if (strict && ![...declared].every(known)) {
    throw invalidSyntax(`Attribute schemas names a schema that ${type.definition.name} does not have.`);
  }
  return declared;
}

function checkRequiredAttributes(resource: JsonObject, type: ResourceType, mode: 'create' | 'replace'): void {
  const check = (holder: JsonObject, attribute: Attribute, at: string): void => {
    if (mode === 'replace' && attribute.returned === 'never') return;
    checkRequired(holder, attribute, at);
  };
  for (const attribute of type.schema.attributes) check(resource, attribute, attribute.name);
  for (const { schema, required } of type.extensions) {
    const holder = own(resource, schema.id);
    if (isJsonObject(holder)) {
      for (const attribute of schema.attributes) check(holder, attribute, `${schema.id}:${attribute.name}`);
    } else if (required) {
      throw invalidValue(`The extension ${schema.id} is required.`);
    }
  }
}
