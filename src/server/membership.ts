/**
 * Membership changes of a PATCH, told apart from its other operations. Clients add and remove single members of groups that
 * hold a hundred thousand; walking the whole list for each of them would be wasteful, so the forms that real clients send are
 * recognised and handed to the backend as changes. Every other form goes the general way, through `applyPatch`.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { PATCH_OP } from '../scim/patch.js';
import type { ResourceType } from '../scim/registry.js';
import { GROUP } from '../scim/schema.js';

export interface MemberChange {
  kind: 'add' | 'remove';
  /** Id of the member. */
  value: string;
  /** Resource type of an added member, where the client named it. */
  type?: string;
}

interface SplitPatch {
  /** In the client's order; undefined when `rest` must see the members. */
  members: readonly MemberChange[] | undefined;
  /** The PATCH without what `members` says; undefined when nothing is left. */
  rest: JsonObject | undefined;
}

/** `members[value eq "…"]`, the only value path that names one member by id. */
const MEMBER_PATH = /^members\[ *value +eq +("(?:[^"\\]|\\.)*") *\]$/i;
const NAMES_MEMBERS = /members/i;

/** Splits the body of a PATCH. Never throws: what is not understood is left to `rest`, whole. */
export function splitMembership(body: JsonObject, type: ResourceType): SplitPatch {
  const whole: SplitPatch = { members: undefined, rest: body };
  if (type.schema.id !== GROUP) return whole;
  const { schemas, Operations: operations } = body;
  if (!Array.isArray(schemas) || !schemas.includes(PATCH_OP) || !Array.isArray(operations)) return whole;
  const members: MemberChange[] = [];
  const others: JsonValue[] = [];
  for (const operation of operations) {
    const changes = isJsonObject(operation) ? readMemberChanges(operation) : undefined;
    if (changes !== undefined) members.push(...changes);
    else if (mayTouchMembers(operation)) return whole;
    else others.push(operation);
  }
  if (members.length === 0) return whole;
  return { members, rest: others.length === 0 ? undefined : { ...body, Operations: others } };
}

/** The changes of one operation; undefined when it is not a change of single members. */
function readMemberChanges(operation: JsonObject): MemberChange[] | undefined {
  const { op, path, value } = operation;
  if (typeof op !== 'string' || typeof path !== 'string') return undefined;
  const kind = op.toLowerCase();
  const named = MEMBER_PATH.exec(path.trim())?.[1];
  if (kind === 'remove' && named !== undefined && value === undefined) return readNamedMember(named);
  if ((kind === 'add' || kind === 'remove') && path.trim().toLowerCase() === 'members') {
    return readMembers(kind, value);
  }
  return undefined;
}

function readNamedMember(quoted: string): MemberChange[] | undefined {
  try {
    return [{ kind: 'remove', value: JSON.parse(quoted) as string }];
  } catch {
    return undefined;
  }
}

/** The listed members. A removal without any is one of all members, which is not for here to do. */
function readMembers(kind: 'add' | 'remove', value: JsonValue | undefined): MemberChange[] | undefined {
  const elements = Array.isArray(value) ? value : [value];
  const changes = elements.map((element) => readMember(kind, element));
  return changes.length > 0 && changes.every((change) => change !== undefined) ? changes : undefined;
}

function readMember(kind: 'add' | 'remove', element: JsonValue | undefined): MemberChange | undefined {
  if (!isJsonObject(element)) return undefined;
  const { value, type } = element;
  if (typeof value !== 'string' || value === '') return undefined;
  if (type === undefined || type === null) return { kind, value };
  return typeof type === 'string' ? { kind, value, type } : undefined;
}

/** Errs on the side of yes: another operation that only has the word in its path or among its keys goes the general way. */
function mayTouchMembers(operation: JsonValue): boolean {
  if (!isJsonObject(operation)) return true;
  const { path, value } = operation;
  if (typeof path === 'string') return NAMES_MEMBERS.test(path);
  return !isJsonObject(value) || Object.keys(value).some((key) => NAMES_MEMBERS.test(key));
}
