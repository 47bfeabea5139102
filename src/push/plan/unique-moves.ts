/**
 * Who gets which userName and which e-mail address, where a target takes them only once: two people never get one, nobody takes
 * one that is not free, and what is given up is freed before it is taken (R16).
 */
import { coversPath, holdStill } from '../shape/leaves.js';
import { inOrder } from './circles.js';
import { type Draft, replacePeople } from './draft.js';
import { whatChanged } from './linked.js';
import type { PersonOperation, UpdateUser } from './operation.js';
import { park } from './parking.js';
import { duplicate, endless, type Reason, taken } from './refusals.js';
import { judgeStanding } from './standing.js';
import { tellApart } from './tell-apart.js';
import { waitForTurn } from './trouble.js';
import {
  findHolders,
  type Move,
  moveOf,
  type UniqueAttribute,
  type UniqueValue,
  uniqueAttributes,
  valuesOf,
} from './unique-values.js';
import { giveUp, makeWay, parkedAttributes, type Settled, switchesOff } from './yielding.js';

type Refused = Map<PersonOperation, Reason>;

/** An operation that would give its account a value that it has not yet. */
interface Claim {
  value: UniqueValue;
  operation: PersonOperation;
  /** Bridge ids of those who have it on the target now. */
  holders: readonly string[];
}

/** What is planned, and what would be done for the sake of others alone. */
interface Moves {
  /** By bridge id. */
  all: Map<string, Move>;
  /** Inactive accounts that would make way for somebody. */
  yielding: ReadonlySet<PersonOperation>;
}

/** Takes out of the draft what would give an account a value that others hold or want too; says who waits for whom. */
export function settleUniqueValues(draft: Draft): Settled {
  tellApart(draft);
  const { moves, claims } = findMoves(draft);
  const refused: Refused = new Map();
  refuseWantedTwice(claims, moves, refused);
  for (;;) {
    refuseUnfree(claims, moves, refused, draft);
    const settled = waitInTurn(claims, moves, refused, draft);
    if (settled !== null) {
      takeOut(refused, moves, draft);
      const making = [...moves.yielding].filter((operation) => !refused.has(operation));
      return makeWay(making, settled, draft);
    }
  }
}

/** The moves of the draft, with those of inactive accounts that have what somebody needs, and who claims what by all of them. */
function findMoves(draft: Draft): { moves: Moves; claims: Claim[] } {
  const all = new Map(draft.people.map((operation) => [operation.subject, moveOf(operation, draft)]));
  const planned = new Set(draft.people.filter((one) => !switchesOff(one)).map(({ subject }) => subject));
  const asked = new Map<string, Set<UniqueAttribute>>();
  const ways = new Map<string, PersonOperation>();
  const ask = (holder: string, attribute: UniqueAttribute): boolean => {
    const before = asked.get(holder);
    if (planned.has(holder) || before?.has(attribute)) return false;
    const attributes = new Set([...(before ?? []), attribute]);
    asked.set(holder, attributes);
    const operation = giveUp(holder, attributes, draft);
    if (operation === undefined) return false;
    ways.set(holder, operation);
    all.set(holder, moveOf(operation, draft));
    return true;
  };
  for (const [holder, attributes] of parkedAttributes(draft)) for (const one of attributes) ask(holder, one);
  let claims = findClaims(all.values(), draft);
  // What an account would take instead may be in the hands of the next one.
  for (let isMore = true; isMore; ) {
    const more = claims.flatMap(({ value, holders }) =>
      holders.filter((holder) => ask(holder, value.attribute)),
    );
    isMore = more.length > 0;
    if (isMore) claims = findClaims(all.values(), draft);
  }
  const yielding = new Set(waitForTurn([...ways.values()], draft));
  for (const [holder, operation] of ways) if (!yielding.has(operation)) all.delete(holder);
  return {
    moves: { all, yielding },
    claims: claims.filter(({ operation }) => all.has(operation.subject)),
  };
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

/** Two who want one value get it neither; an account that merely makes way takes nothing that somebody wants. */
function refuseWantedTwice(claims: readonly Claim[], { yielding }: Moves, refused: Refused): void {
  const byKey = new Map<string, Claim[]>();
  for (const claim of claims) byKey.set(claim.value.key, [...(byKey.get(claim.value.key) ?? []), claim]);
  for (const rivals of byKey.values()) {
    if (rivals.length === 1) continue;
    const others = rivals.filter(({ operation }) => !yielding.has(operation));
    for (const { value, operation } of rivals)
      if (others.length !== 1 || operation !== others[0]?.operation)
        refuse(operation, duplicate(value.attribute), refused);
  }
}

/** Whoever has a value and does not give it up keeps it. A refused operation frees nothing, so who waited for it is refused in turn. */
function refuseUnfree(claims: readonly Claim[], moves: Moves, refused: Refused, draft: Draft): void {
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

function whoFrees(holder: string, { key }: UniqueValue, moves: Moves, refused: Refused): Move | undefined {
  const move = moves.all.get(holder);
  return move?.frees.has(key) && !refused.has(move.operation) ? move : undefined;
}

/**
 * Who waits for whom; somebody of each circle is parked. Null where nobody in one can be: all of them are refused then.
 */
function waitInTurn(claims: readonly Claim[], moves: Moves, refused: Refused, draft: Draft): Settled | null {
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
        const move = moves.all.get(operation.subject);
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

function takeOut(refused: Refused, { yielding }: Moves, draft: Draft): void {
  if (refused.size === 0) return;
  const kept = draft.people.flatMap((operation) =>
    refused.has(operation) ? withoutUnique(operation, draft) : [operation],
  );
  replacePeople(draft, kept);
  for (const [operation, why] of refused) {
    // Whoever waits for it says so.
    if (yielding.has(operation)) continue;
    const { subject, label } = operation;
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
