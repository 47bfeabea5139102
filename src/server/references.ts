/**
 * What a resource says depends in two places on the address of the server: `meta.location`, and the `$ref` of values that
 * point to other resources of the same server (members, groups, manager). Resources are kept without both; here they are
 * added for the address that the client used, and taken off what clients send. Where they sit is read from the schemas.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Registry, ResourceType } from '../scim/registry.js';
import type { Attribute } from '../scim/schema.js';

/** One attribute whose value (or each element) has a `value` that is the id of a resource of `targets`. */
interface ReferencePlace {
  extension: string | null;
  attribute: string;
  targets: readonly ResourceType[];
}

export interface References {
  /** The address of one resource. */
  locate(type: ResourceType, id: string, base: string): string;
  /** A copy of a stored resource with `meta.location` and every `$ref`, as reached under `base`. */
  complete(type: ResourceType, resource: JsonObject, base: string): JsonObject;
  /** The resource without the `$ref`s that `complete` would add. */
  strip(type: ResourceType, resource: JsonObject): JsonObject;
}

/** An id that needs no encoding, as UUIDs do not: every member, group and manager of an answer has one. */
const PLAIN_ID = /^[\w-]*$/;

/** Finds the reference places of every resource type once. */
export function createReferences(registry: Registry): References {
  const placesByType = new Map(
    registry.resourceTypes.map((type) => [type.definition.id, findPlaces(type, registry)]),
  );
  const places = (type: ResourceType): readonly ReferencePlace[] =>
    placesByType.get(type.definition.id) ?? [];
  const locate = (type: ResourceType, id: string, base: string): string =>
    `${base}${type.definition.endpoint}/${PLAIN_ID.test(id) ? id : encodeURIComponent(id)}`;
  const addRef = (value: JsonObject, targets: readonly ResourceType[], base: string): JsonObject => {
    const target = targets.find((type) => type.definition.name === value.type) ?? targets[0];
    if (target === undefined || typeof value.value !== 'string') return value;
    return { ...value, $ref: locate(target, value.value, base) };
  };
  return {
    locate,
    complete(type, resource, base) {
      const completed = mapPlaces(resource, places(type), (value, place) =>
        addRef(value, place.targets, base),
      );
      if (isJsonObject(resource.meta) && typeof resource.id === 'string') {
        completed.meta = { ...resource.meta, location: locate(type, resource.id, base) };
      }
      return completed;
    },
    strip: (type, resource) => mapPlaces(resource, places(type), dropRef),
  };
}

function findPlaces(type: ResourceType, registry: Registry): ReferencePlace[] {
  const find = (extension: string | null, attributes: readonly Attribute[]): ReferencePlace[] =>
    attributes.flatMap((attribute) => {
      const ref = attribute.subAttributes?.find((sub) => sub.name === '$ref' && sub.type === 'reference');
      const targets = (ref?.referenceTypes ?? []).flatMap((name) => registry.resourceType(name) ?? []);
      return targets.length === 0 ? [] : [{ extension, attribute: attribute.name, targets }];
    });
  return [
    ...find(null, type.schema.attributes),
    ...type.extensions.flatMap(({ schema }) => find(schema.id, schema.attributes)),
  ];
}

/** A copy of the resource in which `change` was done to every value at the places; everything else is shared. */
function mapPlaces(
  resource: JsonObject,
  places: readonly ReferencePlace[],
  change: (value: JsonObject, place: ReferencePlace) => JsonObject,
): JsonObject {
  const copy = { ...resource };
  for (const place of places) {
    const container = place.extension === null ? copy : copy[place.extension];
    if (!isJsonObject(container)) continue;
    const value = container[place.attribute];
    if (value === undefined) continue;
    const changed = mapValues(value, (each) => change(each, place));
    if (place.extension === null) copy[place.attribute] = changed;
    else copy[place.extension] = { ...container, [place.attribute]: changed };
  }
  return copy;
}

function mapValues(value: JsonValue, change: (value: JsonObject) => JsonObject): JsonValue {
  if (Array.isArray(value)) return value.map((each) => (isJsonObject(each) ? change(each) : each));
  return isJsonObject(value) ? change(value) : value;
}

function dropRef(value: JsonObject): JsonObject {
  const { $ref: _, ...rest } = value;
  return rest;
}
