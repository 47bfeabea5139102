/** A body taken apart into the values that are written, compared and owned one by one. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { own } from '../../scim/path.js';
import { isManager } from './diff.js';
import { formatTargetPath, parseTargetPath, readAt, type TargetPath, withValueAt } from './target-path.js';

/** Members of a body that are no attributes of the person or group. */
const ENVELOPE = new Set(['schemas', 'id', 'meta', 'groups', 'members']);

/** `title`, `name.familyName`, `emails`, `urn:…:User:manager`: what one value of a body is called. */
export function leavesOf(body: JsonObject): Map<string, JsonValue> {
  const leaves = new Map<string, JsonValue>();
  for (const [key, value] of Object.entries(body)) {
    if (ENVELOPE.has(key) || value === undefined) continue;
    if (!key.startsWith('urn:') || !isJsonObject(value)) addLeaves(leaves, null, key, value);
    else for (const [name, inner] of Object.entries(value)) addLeaves(leaves, key, name, inner);
  }
  return leaves;
}

function addLeaves(
  leaves: Map<string, JsonValue>,
  container: string | null,
  name: string,
  value: JsonValue | undefined,
): void {
  if (value === undefined) return;
  const path = formatTargetPath(container, name);
  if (!isJsonObject(value) || isManager(path)) {
    leaves.set(path, value);
    return;
  }
  for (const [sub, inner] of Object.entries(value))
    if (inner !== undefined) leaves.set(formatTargetPath(container, name, sub), inner);
}

/** Whether one of `paths` names `path`, or the complex attribute that it is a part of. */
export function coversPath(paths: Iterable<string>, path: string): boolean {
  for (const one of paths) if (path === one || path.startsWith(`${one}.`)) return true;
  return false;
}

/** As people may write an attribute in a setting: `name.*`, `emails[work]` mean the whole of it. */
export function wholeAttribute(written: string): string {
  return written.replace(/(\.\*|\[[^\]]*\])$/, '');
}

/** The value at a path of what a target shows: names count without regard to letter case (RFC 7643 section 2.1). */
export function readShown(shown: JsonObject, text: string): JsonValue | undefined {
  const path = parseTargetPath(text);
  const exact = readAt(shown, path);
  return exact === undefined ? readLoosely(shown, path) : exact;
}

function readLoosely(shown: JsonObject, { container, attribute, sub }: TargetPath): JsonValue | undefined {
  let value: JsonValue | undefined = shown;
  for (const key of [container, attribute, sub]) {
    if (key === null) continue;
    value = isJsonObject(value) ? ownLoosely(value, key) : undefined;
  }
  return value;
}

function ownLoosely(object: JsonObject, key: string): JsonValue | undefined {
  const exact = own(object, key);
  if (exact !== undefined) return exact;
  const wanted = key.toLowerCase();
  const found = Object.keys(object).find((name) => name.toLowerCase() === wanted);
  return found === undefined ? undefined : object[found];
}

/** The body with what stands at `paths` as `other` has it: those values neither change nor go. */
export function holdStill(body: JsonObject, other: JsonObject, paths: readonly string[]): JsonObject {
  const held = paths.reduce((kept, path) => {
    const leaves = [...new Set([...leavesOf(kept).keys(), ...leavesOf(other).keys()])];
    return leaves
      .filter((leaf) => coversPath([path], leaf))
      .reduce((next, leaf) => {
        const at = parseTargetPath(leaf);
        return withValueAt(next, at, readAt(other, at));
      }, kept);
  }, body);
  return held === body ? body : { ...held, schemas: schemasOf(held) };
}

/** RFC 7643 section 3: the schemas stay, and every extension that the body holds is listed. */
function schemasOf(body: JsonObject): JsonValue[] {
  const listed = Array.isArray(body.schemas) ? body.schemas : [];
  const core = listed.filter((urn) => !isJsonObject(body[String(urn)]) && !/:extension:/.test(String(urn)));
  return [...core, ...Object.keys(body).filter((key) => key.startsWith('urn:'))];
}
