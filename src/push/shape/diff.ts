/** The smallest set of attribute changes between two bodies, as people read it and as PATCH needs it. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { own } from '../../scim/path.js';
import { equal, type Same } from './compare.js';
import { formatTargetPath } from './target-path.js';

export interface Change {
  /** `title`, `name.familyName`, `urn:…:User:department`. */
  path: string;
  /** Absent: unassigned. */
  before?: JsonValue;
  after?: JsonValue;
  /** For people, where the value alone says little: the name of a manager. */
  note?: string;
}

export interface DiffOptions {
  same: Same;
  /** False leaves alone what only `before` has: it is not ours. */
  removals: boolean;
  /** Whether the target still takes the attribute; a value that we may no longer send is not removed either. */
  takes(path: string): boolean;
}

/** Members of a body that are no attributes of the person or group. */
const ENVELOPE = new Set(['schemas', 'id', 'meta', 'groups']);

/**
 * Compares attribute by attribute: sub-attribute by sub-attribute inside a complex attribute, a manager and a
 * multi-valued attribute as a whole. The changes come in the order of their paths, whatever order the bodies are in.
 * @param before the body last sent, or the resource as the target shows it
 * @param after the body wanted
 */
export function diffBodies(before: JsonObject, after: JsonObject, options: DiffOptions): Change[] {
  const changes: Change[] = [];
  diffContainer(null, before, after, options, changes);
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function diffContainer(
  container: string | null,
  before: JsonObject,
  after: JsonObject,
  options: DiffOptions,
  changes: Change[],
): void {
  for (const key of Object.keys(after)) {
    const wanted = after[key];
    if (container === null && ENVELOPE.has(key)) continue;
    const current = own(before, key);
    if (equal(current, wanted)) continue;
    if (isContainer(container, key, wanted)) {
      diffContainer(key, isJsonObject(current) ? current : {}, wanted, options, changes);
    } else {
      diffAttribute(formatTargetPath(container, key), current, wanted, options, changes);
    }
  }
  if (!options.removals) return;
  for (const key of Object.keys(before)) {
    const current = before[key];
    if (Object.hasOwn(after, key) || (container === null && ENVELOPE.has(key))) continue;
    if (isContainer(container, key, current)) diffContainer(key, current, {}, options, changes);
    else add(formatTargetPath(container, key), current, undefined, options, changes);
  }
}

function isContainer(
  container: string | null,
  key: string,
  value: JsonValue | undefined,
): value is JsonObject {
  return container === null && key.startsWith('urn:') && isJsonObject(value);
}

function diffAttribute(
  path: string,
  current: JsonValue | undefined,
  wanted: JsonValue | undefined,
  options: DiffOptions,
  changes: Change[],
): void {
  if (!isJsonObject(current) || !isJsonObject(wanted) || isManager(path)) {
    add(path, current, wanted, options, changes);
    return;
  }
  for (const [sub, value] of Object.entries(wanted))
    add(`${path}.${sub}`, own(current, sub), value, options, changes);
  if (!options.removals) return;
  for (const [sub, value] of Object.entries(current)) {
    if (!Object.hasOwn(wanted, sub)) add(`${path}.${sub}`, value, undefined, options, changes);
  }
}

/** A reference is one value, although it is written as an object. */
export function isManager(path: string): boolean {
  return path === 'manager' || path.endsWith(':manager');
}

function add(
  path: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  options: DiffOptions,
  changes: Change[],
): void {
  if (options.same(path, before, after)) return;
  if (after === undefined && !options.takes(path)) return;
  changes.push({
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
}
