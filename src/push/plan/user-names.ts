/** Who gets which userName: two people never claim one, and nobody takes one that is not free (R16). */

import { foldKey } from '../../identity/match-keys.js';
import type { JsonObject } from '../../json.js';
import { coversPath, holdStill } from '../shape/leaves.js';
import { markText } from '../shape/shorten.js';
import { type Draft, replacePeople } from './draft.js';
import type { Finding } from './finding.js';
import { linkedId } from './input.js';
import { whatChanged } from './linked.js';
import { keysOf } from './match.js';
import type { PersonOperation } from './operation.js';

/** Operation id → the operation that must free its userName first. */
export type Waits = Map<string, PersonOperation>;

/** An operation that would give its person a userName. */
interface Claim {
  name: string;
  operation: PersonOperation;
  /** Bridge id of somebody else who has it on the target now. */
  holder: string | undefined;
  /** The person has it already, in another letter case. */
  isOwn: boolean;
}

type Refused = Map<PersonOperation, Pick<Finding, 'code' | 'message' | 'remedy'>>;

/** Takes operations out of the draft whose userName somebody else holds or wants too; returns who waits for whom. */
export function settleUserNames(draft: Draft): Waits {
  tellApart(draft);
  const claims = findClaims(draft);
  if (claims.length === 0) return new Map();
  const refused: Refused = new Map();
  refuseDuplicates(claims, refused, draft);

  const byPerson = new Map(draft.people.map((operation) => [operation.subject, operation]));
  const whoFrees = ({ holder, name }: Claim): PersonOperation | undefined => {
    const operation = holder === undefined ? undefined : byPerson.get(holder);
    return operation !== undefined && !refused.has(operation) && frees(operation, name, draft)
      ? operation
      : undefined;
  };
  // A refused operation frees nothing, so whoever waited for it is refused in turn.
  for (let before = -1; before !== refused.size; ) {
    before = refused.size;
    for (const claim of claims) {
      if (refused.has(claim.operation) || claim.holder === undefined) continue;
      if (whoFrees(claim) === undefined) refused.set(claim.operation, taken(claim.holder, draft));
    }
  }

  const waits: Waits = new Map();
  for (const claim of claims) {
    const first = whoFrees(claim);
    if (first !== undefined && !refused.has(claim.operation)) waits.set(claim.operation.id, first);
  }
  takeOut(refused, draft);
  return waits;
}

/**
 * Where a userName is only the beginning of an address, two people may well have the same: whoever comes later gets letters
 * that tell them apart.
 */
function tellApart(draft: Draft): void {
  const { profile } = draft.input;
  if (profile.userName !== 'email-local-part') return;
  const claiming = findClaiming(draft);
  const taken = new Set([
    ...findHolders(draft, new Set(claiming)).keys(),
    ...claiming.filter(({ kind }) => kind !== 'create-user').map(({ body }) => nameOf(body, draft)),
  ]);
  for (const operation of claiming) {
    if (operation.kind !== 'create-user') continue;
    const { body, subject } = operation;
    if (taken.has(nameOf(body, draft)))
      operation.body = {
        ...body,
        userName: markText(String(body.userName), profile.attributes.maxLength.userName, subject),
      };
    taken.add(nameOf(operation.body, draft));
  }
}

function findClaiming({ people }: Draft): PersonOperation[] {
  return people.filter(
    ({ kind, changes, body }) =>
      kind !== 'deactivate-user' &&
      body.userName !== undefined &&
      (kind === 'create-user' || changes.some(({ path }) => path === 'userName')),
  );
}

function findClaims(draft: Draft): Claim[] {
  const claiming = findClaiming(draft);
  if (claiming.length === 0) return [];
  const holders = findHolders(draft, new Set(claiming));
  return claiming.map((operation) => {
    const name = nameOf(operation.body, draft);
    const holder = holders.get(name);
    const isOwn = holder === operation.subject;
    return { name, operation, holder: isOwn ? undefined : holder, isOwn };
  });
}

/** People by the userName that they have on the target: as last sent, or adopted as it is. */
function findHolders(draft: Draft, claiming: ReadonlySet<PersonOperation>): Map<string, string> {
  const holders = new Map<string, string>();
  for (const [id, link] of draft.input.links) {
    const name = linkedId(link) === null ? '' : nameOf(link.sent ?? {}, draft);
    if (name !== '') holders.set(name, id);
  }
  for (const operation of draft.people) {
    if (operation.kind === 'adopt-user' && !claiming.has(operation)) {
      holders.set(nameOf(operation.body, draft), operation.subject);
    }
  }
  return holders;
}

/** Two who want one userName get it neither; whoever has it and is to keep it, keeps it. */
function refuseDuplicates(claims: readonly Claim[], refused: Refused, draft: Draft): void {
  const times = new Map<string, number>();
  for (const { name } of claims) times.set(name, (times.get(name) ?? 0) + 1);
  for (const { name, operation, holder, isOwn } of claims) {
    if (isOwn) continue;
    const kept = holder !== undefined && wants(holder, name, draft);
    if (kept || (times.get(name) ?? 0) > 1) refused.set(operation, DUPLICATE);
  }
}

/** Whether the holder of a userName is to keep it. */
function wants(holder: string, name: string, draft: Draft): boolean {
  const user = draft.desired.get(holder);
  return user !== undefined && nameOf(draft.shaper.shape(user.resource, user.id).body, draft) === name;
}

function frees(operation: PersonOperation, name: string, draft: Draft): boolean {
  if (operation.kind === 'deactivate-user') return operation.mode === 'delete';
  return nameOf(operation.body, draft) !== name;
}

function nameOf(body: JsonObject, draft: Draft): string {
  return foldKey(body.userName, draft.input.capabilities.userNameCaseExact);
}

function takeOut(refused: Refused, draft: Draft): void {
  const kept = draft.people.flatMap((operation) =>
    refused.has(operation) ? withoutUserName(operation, draft) : [operation],
  );
  replacePeople(draft, kept);
  for (const [{ subject, label }, why] of refused) {
    draft.arriving.delete(subject);
    draft.skipped.push({ ...why, severity: 'error', kind: 'person', subject, label });
  }
}

/** The rest of an operation whose userName cannot be had: the last good one stays (R7). None where nothing is left of it. */
export function withoutUserName(operation: PersonOperation, { input }: Draft): PersonOperation[] {
  const link = input.links.get(operation.subject);
  if (operation.kind !== 'update-user' && operation.kind !== 'reactivate-user') return [];
  if (link === undefined || link.sent === null) return [];
  const { userNameCaseExact } = input.capabilities;
  const isAddress = keysOf(operation.body, 'emails', userNameCaseExact).includes(
    foldKey(operation.body.userName),
  );
  // An address that is in dispute as a userName is in dispute as an address.
  const held = ['userName', ...input.profile.attributes.unique, ...(isAddress ? ['emails'] : [])];
  const changes = operation.changes.filter(({ path }) => !coversPath(held, path));
  if (changes.length === 0 && operation.manager === null) return [];
  const reason = operation.kind === 'update-user' ? whatChanged(changes, link) : operation.reason;
  return [{ ...operation, body: holdStill(operation.body, link.sent, held), changes, reason }];
}

const DUPLICATE = {
  code: 'DUPLICATE_USERNAME',
  message:
    'Another person has the same userName; whoever is on the target with it keeps it, nobody else gets it.',
  remedy: 'Give all of them but one another work e-mail in Lucca.',
};

function taken(holder: string, draft: Draft): Pick<Finding, 'code' | 'message' | 'remedy'> {
  return {
    code: 'USERNAME_TAKEN',
    message: `The userName is held by the account ${draft.input.links.get(holder)?.targetId} on the target, which is not about to give it up.`,
    remedy: 'Rename that account on the target, or give the person another work e-mail.',
  };
}
