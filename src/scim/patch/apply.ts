/** One operation applied to the draft: which attribute, may it be written, and by which rules. */
import { isJsonObject, type JsonObject } from '../../json.js';
import { invalidPath, invalidValue, mutability } from '../errors.js';
import type { ResourceType } from '../registry.js';
import { isUnassigned } from '../value.js';
import type { Writing } from './complex.js';
import type { Draft } from './draft.js';
import { writeMulti } from './multi.js';
import { removeMulti } from './removal.js';
import type { OperationName, PatchOperation } from './request.js';
import { removeSingle, writeSingle } from './single.js';
import { type AttributeTarget, type PatchTarget, parseTarget } from './target.js';

/** What a client that sends a whole resource back writes although the server owns it: passed over in lenient mode. */
const ECHOED = new Set(['schemas', 'id', 'meta', 'groups']);

/** Applies one operation. Throws a ScimError and leaves the draft half-written then: the caller throws it away. */
export function applyOperation(draft: Draft, operation: PatchOperation, strict: boolean): void {
  const { op, path, value } = operation;
  if (path === undefined) {
    applyToResource(draft, op, value, strict);
    return;
  }
  const target = parseTarget(path, draft.type);
  if (target !== undefined) applyToTarget(draft, op, target, value, strict);
  else if (strict) throw invalidPath('The path names no attribute of the resource type.');
}

function applyToResource(draft: Draft, op: OperationName, value: unknown, strict: boolean): void {
  if (!isJsonObject(value))
    throw invalidValue('An operation without path needs an object of attributes as value.');
  applyMembers(draft, op, value, undefined, strict);
}

/**
 * Every member of an object as an operation of its own: so a member may be named by an attribute, a dotted or URN path, a
 * value path, or the URN of a whole container.
 */
function applyMembers(
  draft: Draft,
  op: OperationName,
  members: JsonObject,
  urn: string | undefined,
  strict: boolean,
): void {
  for (const [key, value] of Object.entries(members)) {
    // A container may announce itself; which schemas a resource has follows from what it holds.
    if (key.toLowerCase() === 'schemas') continue;
    const core = draft.type.schema.id;
    if (urn === undefined && key.toLowerCase() === core.toLowerCase()) {
      if (isJsonObject(value)) applyMembers(draft, op, value, core, strict);
      else if (!isUnassigned(value)) throw invalidValue(`The value of ${core} must be an object.`);
      continue;
    }
    const target = findMember(urn === undefined ? key : `${urn}:${key}`, draft.type, strict);
    if (target !== undefined) applyToTarget(draft, op, target, value, strict);
  }
}

/** Lenient mode passes over names that mean nothing, well formed or not: Okta and Entra send attributes of their own. */
function findMember(name: string, type: ResourceType, strict: boolean): PatchTarget | undefined {
  const isKnown = name.includes('[') || type.resolve(name) !== undefined;
  if (isKnown) return parseTarget(name, type);
  if (strict) throw invalidPath('The value names an attribute that the resource type does not have.');
  return undefined;
}

function applyToTarget(
  draft: Draft,
  op: OperationName,
  target: PatchTarget,
  value: unknown,
  strict: boolean,
): void {
  if (target.kind === 'extension') applyToExtension(draft, op, target.urn, value, strict);
  else if (isWritable(draft, op, target, value, strict)) applyToAttribute(draft, op, target, value, strict);
}

function applyToExtension(
  draft: Draft,
  op: OperationName,
  urn: string,
  value: unknown,
  strict: boolean,
): void {
  const isCleared = op === 'remove' || (op === 'replace' && isUnassigned(value));
  if (isCleared) removeExtension(draft, urn, strict);
  else if (isJsonObject(value)) applyMembers(draft, op, value, urn, strict);
  else if (!isUnassigned(value))
    throw invalidValue(`The value of ${urn} must be an object of its attributes.`);
}

function removeExtension(draft: Draft, urn: string, strict: boolean): void {
  const extension = draft.type.extensions.find(({ schema }) => schema.id === urn);
  if (extension?.required) throw mutability(`The extension ${urn} is required.`);
  for (const attribute of extension?.schema.attributes ?? []) {
    const path = draft.type.resolve(`${urn}:${attribute.name}`);
    if (path === undefined) continue;
    draft.touch(path);
    if (draft.read(path) === undefined) continue;
    const target = {
      kind: 'attribute',
      path,
      attribute,
      subAttribute: undefined,
      filter: undefined,
    } as const;
    applyToTarget(draft, 'remove', target, undefined, strict);
  }
}

/** False when the operation is to be passed over. Throws mutability. */
function isWritable(
  draft: Draft,
  op: OperationName,
  { path, attribute, subAttribute }: AttributeTarget,
  value: unknown,
  strict: boolean,
): boolean {
  const isReadOnly = attribute.mutability === 'readOnly' || subAttribute?.mutability === 'readOnly';
  if (!isReadOnly) return true;
  // Okta repeats the id of the group that it renames.
  const isUnchanged = op !== 'remove' && subAttribute === undefined && value === draft.read(path);
  const isEcho = op !== 'remove' && (ECHOED.has(path.text) || attribute.mutability !== 'readOnly');
  if (isUnchanged || (isEcho && !strict)) return false;
  throw mutability(`Attribute ${path.text} is read-only.`);
}

function applyToAttribute(
  draft: Draft,
  op: OperationName,
  target: AttributeTarget,
  value: unknown,
  strict: boolean,
): void {
  const writing: Writing = { op: op === 'remove' ? 'replace' : op, strict, at: target.path.text };
  const { multiValued } = target.attribute;
  if (op === 'remove') {
    if (multiValued) removeMulti(draft, target, value, writing);
    else removeSingle(draft, target, writing);
  } else if (multiValued) writeMulti(draft, target, value, writing);
  else writeSingle(draft, target, value, writing);
}
