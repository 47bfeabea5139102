/** Equality of attribute values: exact between two bodies of our own, tolerant towards what a target echoes (R25). */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { own } from '../../scim/path.js';

/** Whether two values of the attribute at `path` count as the same. */
export type Same = (path: string, a: JsonValue | undefined, b: JsonValue | undefined) => boolean;

export const exactlySame: Same = (_path, a, b) => equal(a, b);

/** Equal as JSON; neither the order of members nor the order of a multi-valued attribute's values matters. */
export function equal(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && equalArrays(a, b, equal);
  return isJsonObject(a) && isJsonObject(b) && equalObjects(a, b);
}

function equalObjects(a: JsonObject, b: JsonObject): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) if (!equal(a[key], own(b, key))) return false;
  return true;
}

type Pairwise = (a: JsonValue, b: JsonValue) => boolean;

function equalArrays(a: readonly JsonValue[], b: readonly JsonValue[], same: Pairwise): boolean {
  if (a.length !== b.length) return false;
  if (a.every((value, index) => same(value, b[index] as JsonValue))) return true;
  const left = [...b];
  return a.every((value) => {
    const index = left.findIndex((other) => same(value, other));
    if (index !== -1) left.splice(index, 1);
    return index !== -1;
  });
}

/** Attributes that targets compare, and often store, without regard to letter case. */
const CASELESS = /^(userName|emails)$/i;
const MANAGER = /(^|:)manager$/i;

/**
 * Equality between what a target shows (`a`) and what we would send (`b`): a missing value and an empty one, `"True"` and
 * true, a manager as an object or as a string, sub-attributes that the target adds, are all the same thing.
 */
export function createEchoSame(options: { userNameCaseExact: boolean }): Same {
  return (path, a, b) => {
    const fold = CASELESS.test(path) && !(options.userNameCaseExact && /^userName$/i.test(path));
    if (MANAGER.test(path)) return managerOf(a) === managerOf(b);
    return echoes(a, b, fold);
  };
}

function echoes(shown: JsonValue | undefined, ours: JsonValue | undefined, fold: boolean): boolean {
  if (isBlank(shown) || isBlank(ours)) return isBlank(shown) && isBlank(ours);
  if (Array.isArray(shown) && Array.isArray(ours)) {
    return equalArrays(ours, shown, (mine, theirs) => echoes(theirs, mine, fold));
  }
  if (isJsonObject(shown) && isJsonObject(ours)) {
    return Object.entries(ours).every(
      ([key, value]) => echoes(own(shown, key), value, fold) || (key === 'primary' && value !== true),
    );
  }
  return scalar(shown, fold) === scalar(ours, fold);
}

function isBlank(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return Array.isArray(value) && value.length === 0;
}

/** One text for a scalar in any of its usual spellings. */
function scalar(value: JsonValue | undefined, fold: boolean): string {
  const text = String(value).normalize('NFC').trim();
  return fold || /^(true|false)$/i.test(text) ? text.toLowerCase() : text;
}

/** What a manager attribute points at, in whichever of its forms. */
function managerOf(value: JsonValue | undefined): string {
  const [first] = Array.isArray(value) ? value : [value];
  if (!isJsonObject(first)) return isBlank(first) ? '' : String(first);
  const pointer =
    own(first, 'value') ??
    own(first, 'managerId') ??
    String(own(first, '$ref') ?? '')
      .split('/')
      .at(-1);
  return isBlank(pointer) ? '' : String(pointer);
}
