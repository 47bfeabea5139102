/**
 * Who gets which userName and which e-mail address, where a target takes them only once: two people never get one, nobody takes
 * one that is not free, and what is given up is freed before it is taken (R16).
 */
import { coversPath, holdStill } from '../shape/leaves.js';
import { inOrder } from './circles.js';
import { type Draft, replacePeople } from './draft.js';
import type { Finding } from './finding.js';
import { linkedId } from './input.js';
import { whatChanged } from './linked.js';
import type { PersonOperation, UpdateUser } from './operation.js';
import { park } from './parking.js';
import { judgeStanding } from './standing.js';
import { tellApart } from './tell-apart.js';
import {
  findHolders,
  type Move,
  moveOf,
  type UniqueAttribute,
  type UniqueValue,
  uniqueAttributes,
  valuesOf,
} from './unique-values.js';

/** Operation id → the operations that must free something first. No circle is among them. */
export type Waits = ReadonlyMap<string, ReadonlySet<PersonOperation>>;

export interface Settled {
  waits: Waits;
  /** They put somebody on a temporary value, and come before all that waits for them. */
  parkings: UpdateUser[];
}

/** An operation that would give its account a value that it has not yet. */
interface Claim {
  value: UniqueValue;
  operation: PersonOperation;
  /** Bridge ids of those who have it on the target now. */
  holders: readonly string[];
}

type Reason = Pick<Finding, 'code' | 'message' | 'remedy'>;
type Refused = Map<PersonOperation, Reason>;

/** Takes out of the draft what would give an account a value that others hold or want too; says who waits for whom. */
export function settleUniqueValues(draft: Draft): Settled {
  tellApart(draft);
  const moves = new Map(draft.people.map((operation) => [operation.subject, moveOf(operation, draft)]));
  const claims = findClaims(moves.values(), draft);
  const refused: Refused = new Map();
  refuseWantedTwice(claims, refused);
  for (;;) {
    refuseUnfree(claims, moves, refused, draft);
    const settled = waitInTurn(claims, moves, refused, draft);
    if (settled !== null) {
      takeOut(refused, draft);
      return settled;
    }
  }
}

function findClaims(moves: Iterable<Move>, draft: Draft): Claim[] {
  const unique = uniqueAttributes(draft.input.profile);
  const claims = [...moves].flatMap(({ operation, takes }) => {
    const met = draft.contested.get(operation.subject);
    return [...takes.values()]
      .filter(({ attribute, key }) => unique.includes(attribute) || met?.has(key))
      .map((value) => ({ value, operation }));
  });
  if (claims.length === 0) return [];
  const holders = findHolders(new Set(claims.map(({ value }) => value.key)), draft);
  return claims.map((claim) => ({ ...claim, holders: holders.get(claim.value.key) ?? [] }));
}

/** Two who want one value get it neither. */
function refuseWantedTwice(claims: readonly Claim[], refused: Refused): void {
  const times = new Map<string, number>();
  for (const { value } of claims) times.set(value.key, (times.get(value.key) ?? 0) + 1);
  for (const { value, operation } of claims)
    if ((times.get(value.key) ?? 0) > 1) refuse(operation, duplicate(value.attribute), refused);
}

/** Whoever has a value and does not give it up keeps it. A refused operation frees nothing, so who waited for it is refused in turn. */
function refuseUnfree(
  claims: readonly Claim[],
  moves: ReadonlyMap<string, Move>,
  refused: Refused,
  draft: Draft,
): void {
  for (let before = -1; before !== refused.size; ) {
    before = refused.size;
    for (const { value, operation, holders } of claims) {
      if (refused.has(operation)) continue;
      const kept = holders.find((holder) => whoFrees(holder, value, moves, refused) === undefined);
      if (kept === undefined) continue;
      const isWanted = wants(kept, value, draft);
      refuse(operation, isWanted ? duplicate(value.attribute) : taken(value, kept, draft), refused);
    }
  }
}

function whoFrees(
  holder: string,
  { key }: UniqueValue,
  moves: ReadonlyMap<string, Move>,
  refused: Refused,
): Move | undefined {
  const move = moves.get(holder);
  return move?.frees.has(key) && !refused.has(move.operation) ? move : undefined;
}

/**
 * Who waits for whom; somebody of each circle is parked. Null where nobody in one can be: all of them are refused then.
 */
function waitInTurn(
  claims: readonly Claim[],
  moves: ReadonlyMap<string, Move>,
  refused: Refused,
  draft: Draft,
): Settled | null {
  const waits = new Map<string, Set<PersonOperation>>();
  const waiting = claims.filter(({ operation, holders }) => !refused.has(operation) && holders.length > 0);
  for (const { value, operation, holders } of waiting) {
    const first = holders.flatMap((holder) => whoFrees(holder, value, moves, refused)?.operation ?? []);
    waits.set(operation.id, new Set([...(waits.get(operation.id) ?? []), ...first]));
  }
  const parkings: UpdateUser[] = [];
  const before = refused.size;
  inOrder(
    waiting.map(({ operation }) => operation),
    ({ id }) => [...(waits.get(id) ?? [])],
    (circle) => {
      const inTheWay = [...circle.slice(1), ...circle.slice(0, 1)];
      for (const operation of inTheWay) {
        const move = moves.get(operation.subject);
        const parking = move === undefined ? undefined : park(move, draft);
        if (parking === undefined) continue;
        for (const first of waits.values()) if (first.delete(operation)) first.add(parking);
        waits.get(operation.id)?.add(parking);
        parkings.push(parking);
        return;
      }
      for (const operation of circle) {
        refuse(operation, endless(circle.length), refused);
        waits.delete(operation.id);
      }
    },
  );
  return refused.size === before ? { waits, parkings } : null;
}

/** The first reason counts. */
function refuse(operation: PersonOperation, why: Reason, refused: Refused): void {
  if (!refused.has(operation)) refused.set(operation, why);
}

/** Whether the holder of a value is to keep it: who leaves merely takes it along. */
function wants(holder: string, { attribute, key }: UniqueValue, draft: Draft): boolean {
  const user = draft.desired.get(holder);
  if (user === undefined || judgeStanding(user).active === false) return false;
  const { body } = draft.shaper.shape(user.resource, user.id);
  const { userNameCaseExact } = draft.input.capabilities;
  return valuesOf(body, [attribute], userNameCaseExact).some((value) => value.key === key);
}

function takeOut(refused: Refused, draft: Draft): void {
  if (refused.size === 0) return;
  const kept = draft.people.flatMap((operation) =>
    refused.has(operation) ? withoutUnique(operation, draft) : [operation],
  );
  replacePeople(draft, kept);
  for (const [{ subject, label }, why] of refused) {
    draft.arriving.delete(subject);
    draft.skipped.push({ ...why, severity: 'error', kind: 'person', subject, label });
  }
}

/** The rest of an operation that cannot have what it wants: the last good values stay (R7). None where nothing is left of it. */
function withoutUnique(operation: PersonOperation, { input }: Draft): PersonOperation[] {
  const link = input.links.get(operation.subject);
  if (operation.kind !== 'update-user' && operation.kind !== 'reactivate-user') return [];
  if (link === undefined || link.sent === null) return [];
  const addresses = valuesOf(operation.body, ['emails']).map(({ key }) => key.replace('emails', 'userName'));
  const [userName] = valuesOf(operation.body, ['userName']);
  // An address that is in dispute as a userName is in dispute as an address.
  const isAddress = userName !== undefined && addresses.includes(userName.key);
  const held = [...uniqueAttributes(input.profile), ...(isAddress ? ['emails'] : [])];
  const changes = operation.changes.filter(({ path }) => !coversPath(held, path));
  if (changes.length === 0 && operation.manager === null) return [];
  const reason = operation.kind === 'update-user' ? whatChanged(changes, link) : operation.reason;
  return [{ ...operation, body: holdStill(operation.body, link.sent, held), changes, reason }];
}

const NAMES: Readonly<Record<UniqueAttribute, { what: string; taken: string; duplicate: string }>> = {
  userName: { what: 'userName', taken: 'USERNAME_TAKEN', duplicate: 'DUPLICATE_USERNAME' },
  emails: { what: 'e-mail address', taken: 'EMAIL_TAKEN', duplicate: 'DUPLICATE_EMAIL' },
};

function duplicate(attribute: UniqueAttribute): Reason {
  const { what, duplicate: code } = NAMES[attribute];
  return {
    code,
    message: `Another person has the same ${what}; whoever is on the target with it keeps it, nobody else gets it.`,
    remedy: 'Give all of them but one another work e-mail in Lucca.',
  };
}

function taken({ attribute }: UniqueValue, holder: string, { input }: Draft): Reason {
  const { what, taken: code } = NAMES[attribute];
  const targetId = linkedId(input.links.get(holder));
  const whose = targetId === null ? 'an account' : `the account ${targetId}`;
  return {
    code,
    message: `The ${what} is held by ${whose} on the target, which is not about to give it up.`,
    remedy: 'Rename that account on the target, or give the person another work e-mail.',
  };
}

function endless(count: number): Reason {
  return {
    code: 'USERNAME_CIRCLE',
    message: `${count} people exchange their userNames or addresses among themselves, and the target takes no temporary one.`,
    remedy: 'Give one of them a temporary e-mail for one run.',
  };
}
