/** One operation applied to the draft: which attribute it aims at, may it be written, and by which rules. */
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

interface Context {
  draft: Draft;
  op: OperationName;
  strict: boolean;
}

/** Applies one operation. Throws a ScimError and leaves the draft half-written then: the caller throws it away. */
export function applyOperation(draft: Draft, { op, path, value }: PatchOperation, strict: boolean): void {
  const context = { draft, op, strict };
  if (path !== undefined) {
    const target = parseTarget(path, draft.type);
    if (target !== undefined) applyToTarget(context, target, value);
    else if (strict) throw invalidPath('The path names no attribute of the resource type.');
  } else if (isJsonObject(value)) {
    applyMembers(context, value);
  } else {
    throw invalidValue('An operation without path needs an object of attributes as value.');
  }
}

/**
 * Every member of an object as an operation of its own: so a member may be named by an attribute, a dotted or URN path, a
 * value path, or the URN of a container. `urn` is that of the container whose members they are.
 */
function applyMembers(context: Context, members: JsonObject, urn?: string): void {
  const { type } = context.draft;
  for (const [key, value] of Object.entries(members)) {
    // A container may announce itself; which schemas a resource has follows from what it holds.
    if (key.toLowerCase() === 'schemas') continue;
    if (urn === undefined && key.toLowerCase() === type.schema.id.toLowerCase()) {
      applyToContainer(context, type.schema.id, value);
      continue;
    }
    const target = findMember(urn === undefined ? key : `${urn}:${key}`, type, context.strict);
    if (target !== undefined) applyToTarget(context, target, value);
  }
}

/** Lenient mode passes over names that mean nothing, well formed or not: Okta and Entra send attributes of their own. */
function findMember(name: string, type: ResourceType, strict: boolean): PatchTarget | undefined {
  if (name.includes('[') || type.resolve(name) !== undefined) return parseTarget(name, type);
  if (strict) throw invalidPath('The value names an attribute that the resource type does not have.');
  return undefined;
}

function applyToTarget(context: Context, target: PatchTarget, value: unknown): void {
  const { op } = context;
  if (target.kind === 'attribute') {
    if (isWritable(context, target, value)) applyToAttribute(context, target, value);
  } else if (op === 'remove' || (op === 'replace' && isUnassigned(value))) {
    removeExtension(context, target.urn);
  } else {
    applyToContainer(context, target.urn, value);
  }
}

function applyToContainer(context: Context, urn: string, value: unknown): void {
  if (isJsonObject(value)) applyMembers(context, value, urn);
  else if (!isUnassigned(value))
    throw invalidValue(`The value of ${urn} must be an object of its attributes.`);
}

function removeExtension(context: Context, urn: string): void {
  const { draft, strict } = context;
  const extension = draft.type.extensions.find(({ schema }) => schema.id === urn);
  if (extension?.required) throw mutability(`The extension ${urn} is required.`);
  for (const { name } of extension?.schema.attributes ?? []) {
    const target = parseTarget(`${urn}:${name}`, draft.type);
    if (target?.kind !== 'attribute') continue;
    draft.touch(target.path);
    if (draft.read(target.path) !== undefined)
      applyToTarget({ draft, op: 'remove', strict }, target, undefined);
  }
}

/** False when the operation is to be passed over. Throws mutability. */
function isWritable({ draft, op, strict }: Context, target: AttributeTarget, value: unknown): boolean {
  const { path, attribute, subAttribute } = target;
  const isReadOnly = attribute.mutability === 'readOnly' || subAttribute?.mutability === 'readOnly';
  if (!isReadOnly) return true;
  // Okta repeats the id of the group that it renames.
  const isUnchanged = op !== 'remove' && subAttribute === undefined && value === draft.read(path);
  const isEcho = op !== 'remove' && (ECHOED.has(path.text) || attribute.mutability !== 'readOnly');
  if (isUnchanged || (isEcho && !strict)) return false;
  throw mutability(`Attribute ${path.text} is read-only.`);
}

function applyToAttribute({ draft, op, strict }: Context, target: AttributeTarget, value: unknown): void {
  const writing: Writing = { op: op === 'add' ? 'add' : 'replace', strict, at: target.path.text };
  if (target.attribute.multiValued) {
    if (op === 'remove') removeMulti(draft, target, value, writing);
    else writeMulti(draft, target, value, writing);
  } else if (op === 'remove') {
    removeSingle(draft, target, writing);
  } else {
    writeSingle(draft, target, value, writing);
  }
}
