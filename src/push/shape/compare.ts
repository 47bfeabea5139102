/** Equality of attribute values: exact between two bodies of our own, tolerant towards what a target echoes (R25). */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { own } from '../../scim/path.js';
import { type EchoShape, type Fold, foldOf, kindsAt } from './fold.js';

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

export interface EchoOptions {
  userNameCaseExact: boolean;
  /** How this target was seen to change what it is sent. */
  learned?: EchoShape | undefined;
}

/**
 * Equality between what a target shows (`a`) and what we would send (`b`): a missing value and an empty one, `"True"` and
 * true, a manager as an object or as a string, sub-attributes that the target adds, and what it was learned to change, are
 * all the same thing.
 */
export function createEchoSame(options: EchoOptions): Same {
  return compareBy(echoes, options);
}

/**
 * Whether what we sent (`b`) is still there in what a target shows (`a`): as for an echo, and besides, further values of a list
 * and sub-attributes that are not shown say nothing against it.
 */
export function createHolds(options: EchoOptions): Same {
  return compareBy(holds, options);
}

type Comparison = (shown: JsonValue | undefined, ours: JsonValue | undefined, fold: Fold) => boolean;

function compareBy(compare: Comparison, { userNameCaseExact, learned = {} }: EchoOptions): Same {
  return (path, a, b) => {
    if (MANAGER.test(path)) return managerOf(a) === managerOf(b);
    const isCaseless = CASELESS.test(path) && !(userNameCaseExact && /^userName$/i.test(path));
    const kinds = kindsAt(learned, path);
    return compare(a, b, foldOf(isCaseless ? ['case', ...kinds] : kinds));
  };
}

/** @param fold what makes two texts the same */
export function holds(shown: JsonValue | undefined, ours: JsonValue | undefined, fold: Fold): boolean {
  if (!Array.isArray(ours) || isBlank(shown)) return echoes(shown, ours, fold);
  const there = Array.isArray(shown) ? shown : [shown];
  return ours.every((mine) => there.some((theirs) => elementHolds(theirs, mine, fold)));
}

function elementHolds(theirs: JsonValue | undefined, mine: JsonValue, fold: Fold): boolean {
  if (!isJsonObject(mine)) return echoes(theirs, mine, fold);
  if (!isJsonObject(theirs)) return echoes(theirs, own(mine, 'value'), fold);
  const shown = Object.fromEntries(
    Object.entries(mine).filter(([sub]) => sub === 'value' || !isBlank(own(theirs, sub))),
  );
  return echoes(theirs, shown, fold);
}

/** @param fold what makes two texts the same */
export function echoes(shown: JsonValue | undefined, ours: JsonValue | undefined, fold: Fold): boolean {
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

export function isBlank(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return Array.isArray(value) && value.length === 0;
}

/** One text for a scalar in any of its usual spellings. */
function scalar(value: JsonValue | undefined, fold: Fold): string {
  const text = String(value).normalize('NFC').trim();
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : fold(text);
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
