/** Which values of a multi-valued attribute a target gets: of the types it knows, and no more than it holds. */
import { isJsonObject, type JsonValue } from '../../json.js';
import { own } from '../../scim/path.js';
import type { TargetProfile } from '../profile.js';
import { limitValues } from './fit.js';

export type ListLimits = (name: string, value: JsonValue | undefined) => JsonValue | undefined;

/** Compiles `attributes.types` and `attributes.maxValues`. Gives back the same list where nothing is left out. */
export function createListLimits({ attributes }: TargetProfile): ListLimits {
  const types = new Map(Object.entries(attributes.types));
  const counts = new Map(Object.entries(attributes.maxValues));
  return (name, value) => {
    if (!Array.isArray(value)) return value;
    const known = types.get(name);
    const kept = known === undefined ? value : value.filter((item) => known.includes(typeOf(item)));
    const count = counts.get(name);
    return count === undefined ? kept : limitValues(kept, count);
  };
}

function typeOf(item: JsonValue): string {
  return isJsonObject(item) ? String(own(item, 'type') ?? '') : '';
}
