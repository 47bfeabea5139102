/** What an account may not share with another one: the values themselves, and who has which before and after a plan (R16). */
import type { JsonObject } from '../../json.js';
import type { TargetProfile } from '../profile.js';
import type { Draft } from './draft.js';
import { linkedId } from './input.js';
import { keysOf } from './match.js';
import type { PersonOperation } from './operation.js';

export type UniqueAttribute = TargetProfile['attributes']['unique'][number];

/** Attributes that may be unique on a target, in the order in which they are reported. */
export const UNIQUE_ATTRIBUTES: readonly UniqueAttribute[] = ['userName', 'emails'];

/** One value in the form in which it is compared. */
export interface UniqueValue {
  attribute: UniqueAttribute;
  /** `userName ana@acme.example`: tells the value apart from all others, also of other attributes. */
  key: string;
}

/** The attributes that the target takes only once: the userName always (RFC 7643 section 4.1.1), others as the profile says. */
export function uniqueAttributes({ attributes }: TargetProfile): UniqueAttribute[] {
  return UNIQUE_ATTRIBUTES.filter((name) => name === 'userName' || attributes.unique.includes(name));
}

/** The values that a body has of some attributes. */
export function valuesOf(
  body: JsonObject,
  attributes: readonly UniqueAttribute[],
  userNameCaseExact = false,
): UniqueValue[] {
  return attributes.flatMap((attribute) =>
    keysOf(body, attribute, userNameCaseExact).map((value) => ({ attribute, key: `${attribute} ${value}` })),
  );
}

/** What an operation makes of the values of its account, by key. */
export interface Move {
  operation: PersonOperation;
  /** What the account did not have. */
  takes: ReadonlyMap<string, UniqueValue>;
  /** What it has no longer. */
  frees: ReadonlyMap<string, UniqueValue>;
}

export function moveOf(operation: PersonOperation, draft: Draft): Move {
  const before = byKey(presentBody(operation, draft), UNIQUE_ATTRIBUTES, draft);
  const after = new Map([
    ...byKey(operation.body, writtenBy(operation), draft),
    ...[...before].filter(([, { attribute }]) => stays(operation, attribute)),
  ]);
  return { operation, takes: without(after, before), frees: without(before, after) };
}

/** What the account has now: as last sent, or as the target showed it. */
function presentBody(operation: PersonOperation, { input, remoteUsers }: Draft): JsonObject {
  const sent = input.links.get(operation.subject)?.sent;
  if (sent != null) return sent;
  const targetId = 'targetId' in operation ? operation.targetId : null;
  return (targetId === null ? undefined : remoteUsers.get(targetId)) ?? {};
}

function writtenBy(operation: PersonOperation): UniqueAttribute[] {
  if (operation.kind === 'deactivate-user') return [];
  return UNIQUE_ATTRIBUTES.filter(
    (attribute) =>
      operation.kind === 'create-user' || operation.changes.some(({ path }) => path === attribute),
  );
}

function stays(operation: PersonOperation, attribute: UniqueAttribute): boolean {
  const isDeleted = operation.kind === 'deactivate-user' && operation.mode === 'delete';
  return !isDeleted && !writtenBy(operation).includes(attribute);
}

/** Bridge ids of the people who have each of the values on the target now. */
export function findHolders(keys: ReadonlySet<string>, draft: Draft): Map<string, string[]> {
  const holders = new Map<string, string[]>();
  const note = (id: string, body: JsonObject) => {
    for (const key of byKey(body, UNIQUE_ATTRIBUTES, draft).keys())
      if (keys.has(key)) holders.set(key, [...(holders.get(key) ?? []), id]);
  };
  for (const [id, link] of draft.input.links) if (linkedId(link) !== null) note(id, link.sent ?? {});
  for (const operation of draft.people)
    if (operation.kind === 'adopt-user') note(operation.subject, presentBody(operation, draft));
  return holders;
}

function byKey(
  body: JsonObject,
  attributes: readonly UniqueAttribute[],
  { input }: Draft,
): Map<string, UniqueValue> {
  const values = valuesOf(body, attributes, input.capabilities.userNameCaseExact);
  return new Map(values.map((value) => [value.key, value]));
}

function without(
  values: ReadonlyMap<string, UniqueValue>,
  others: ReadonlyMap<string, UniqueValue>,
): Map<string, UniqueValue> {
  return new Map([...values].filter(([key]) => !others.has(key)));
}
