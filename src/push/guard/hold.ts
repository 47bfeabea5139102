/**
 * Keeps parts of a plan back: whole operations, single changes, single memberships. What relies on something kept back is
 * kept back with it, so that the rest can be applied as it stands. Pure.
 */

import type { JsonObject } from '../../json.js';
import { namePaths } from '../plan/draft.js';
import type { ChangeMembers, Held, Operation, PersonOperation, ReleaseGroup } from '../plan/operation.js';
import { UNIQUE_ATTRIBUTES, valuesOf } from '../plan/unique-values.js';
import type { Change } from '../shape/diff.js';
import { parseTargetPath, withValueAt } from '../shape/target-path.js';

/** What to do about what is held. */
export const HELD_REMEDIES: Readonly<Record<Held['code'], string>> = {
  HELD_INCOMPLETE_READING: 'Mend the reading of Lucca; the next complete one lets it through.',
  HELD_PROTECTED_PERSON: 'Do it on the target by hand, or take the person out of protect.people.',
  HELD_LAST_MEMBER: 'Give the group another active member first, or take it out of protect.groups.',
  HELD_OVER_BUDGET: 'Read the plan; approve it if it is right, or raise the bound.',
};

/** Which parts of a plan are not to be done. */
export interface Cut {
  whole(operation: Operation): boolean;
  change(operation: PersonOperation, change: Change): boolean;
  /** @param targetId of a member who would be taken out */
  member(operation: ChangeMembers | ReleaseGroup, targetId: string): boolean;
}

/** What a guard keeps back. */
export interface HoldRule extends Cut, Pick<Held, 'code' | 'reason'> {}

export interface Sorted {
  operations: Operation[];
  held: Held[];
}

/** Sorts operations into those that may be applied and those that a rule keeps back; both in their order. */
export function holdBack(operations: readonly Operation[], rule: HoldRule): Sorted {
  const { rest, out } = takeOut(operations, rule);
  const { code, reason } = rule;
  return { operations: rest, held: out.map((operation) => ({ operation, code, reason })) };
}

/** Takes parts out of a plan, and with them what cannot be done without them. */
export function takeOut(operations: readonly Operation[], cut: Cut): { rest: Operation[]; out: Operation[] } {
  let { rest, out } = cutFrom(operations, cut);
  // Whoever waited for something that is not done now waits too, and somebody may have waited for them in turn.
  for (let before = 0; out.length > before; ) {
    before = out.length;
    const next = cutFrom(rest, relyingOn(out));
    rest = next.rest;
    out = [...out, ...next.out];
  }
  return { rest, out };
}

function cutFrom(operations: readonly Operation[], cut: Cut): { rest: Operation[]; out: Operation[] } {
  const rest: Operation[] = [];
  const out: Operation[] = [];
  for (const operation of operations) {
    const division = divide(operation, cut);
    if (division.kept !== null) rest.push(division.kept);
    if (division.cut !== null) out.push(division.cut);
  }
  return { rest, out };
}

interface Division {
  kept: Operation | null;
  cut: Operation | null;
}

function divide(operation: Operation, rule: Cut): Division {
  if (rule.whole(operation)) return { kept: null, cut: operation };
  switch (operation.kind) {
    case 'change-members':
    case 'release-group':
      return divideMembers(operation, rule);
    case 'adopt-user':
    case 'update-user':
    case 'reactivate-user':
      return divideChanges(operation, rule);
    default:
      return { kept: operation, cut: null };
  }
}

function divideMembers(operation: ChangeMembers | ReleaseGroup, rule: Cut): Division {
  const stay = operation.remove.filter((id) => rule.member(operation, id));
  if (stay.length === 0) return { kept: operation, cut: null };
  const staying = new Set(stay);
  const remove = operation.remove.filter((id) => !staying.has(id));
  const cut = { ...operation, remove: stay, reason: `${stay.length} leave` };
  if (operation.kind === 'release-group')
    return { cut, kept: remove.length === 0 ? null : { ...operation, remove } };
  const reason = [
    operation.add.length > 0 ? `${operation.add.length} join` : '',
    remove.length > 0 ? `${remove.length} leave` : '',
  ];
  const kept = { ...operation, remove, reason: reason.filter((part) => part !== '').join(', ') };
  return { cut: { ...cut, add: [] } as Operation, kept: reason.join('') === '' ? null : kept };
}

/** What is kept back keeps its former value in the body, which becomes `Link.sent`: the next plan finds it again. */
function divideChanges(operation: Exclude<PersonOperation, { kind: 'create-user' }>, rule: Cut): Division {
  const cut = operation.changes.filter((change) => rule.change(operation, change));
  if (cut.length === 0) return { kept: operation, cut: null };
  const changes = operation.changes.filter((change) => !cut.includes(change));
  const hasManager = operation.manager !== null && !cut.some(({ path }) => isManagerPath(path));
  const isUpdate = operation.kind === 'update-user';
  const body = cut.reduce(
    (before, { path, before: value }) => withValueAt(before, parseTargetPath(path), value),
    operation.body,
  );
  const kept = {
    ...operation,
    changes,
    body,
    manager: hasManager ? operation.manager : null,
    reason: isUpdate ? `changed: ${namePaths(changes)}` : operation.reason,
  };
  return {
    kept: isUpdate && changes.length === 0 && !hasManager ? null : kept,
    cut: { ...operation, changes: cut, ...(isUpdate ? { reason: `changed: ${namePaths(cut)}` } : {}) },
  };
}

/**
 * What cannot be done without something that is not done: the userName or the address that it would have freed, whether or not
 * the target takes that twice; what somebody was to be parked on meanwhile; the memberships of somebody who stays active; the
 * manager whose former value stays.
 */
function relyingOn(out: readonly Operation[]): Cut {
  const staying = new Set<string>();
  const occupied = new Set<string>();
  const moved = new Map<string, string[]>();
  const managed = new Set<string>();
  for (const operation of out) {
    if (operation.kind === 'deactivate-user') {
      if (operation.targetId !== null) staying.add(operation.targetId);
      if (operation.mode === 'delete') for (const key of keysIn(operation.body)) occupied.add(key);
    }
    for (const change of operation.changes) {
      if (isManagerPath(change.path)) managed.add(operation.subject);
      if (!isUnique(change)) continue;
      for (const key of newKeys(change, 'before', 'after')) occupied.add(key);
      moved.set(operation.subject, [...(moved.get(operation.subject) ?? []), operation.id]);
    }
  }
  const isOccupied = (keys: readonly string[]) => keys.some((key) => occupied.has(key));
  const isOfTwo = ({ subject, id, changes }: Operation) =>
    moved.get(subject)?.some((other) => other !== id) === true && changes.some(isUnique);
  return {
    whole: (operation) =>
      (operation.kind === 'create-user' && isOccupied(keysIn(operation.body))) ||
      (operation.kind === 'set-manager' && managed.has(operation.subject)) ||
      isOfTwo(operation),
    change: (_, change) => isUnique(change) && isOccupied(newKeys(change, 'after', 'before')),
    member: (_, targetId) => staying.has(targetId),
  };
}

function isUnique({ path }: Change): boolean {
  return UNIQUE_ATTRIBUTES.some((attribute) => attribute === path);
}

/** What one side of a change has and the other has not. */
function newKeys(change: Change, side: 'before' | 'after', other: 'before' | 'after'): string[] {
  const had = keysIn({ [change.path]: change[other] });
  return keysIn({ [change.path]: change[side] }).filter((key) => !had.includes(key));
}

function keysIn(body: JsonObject): string[] {
  return valuesOf(body, UNIQUE_ATTRIBUTES).map(({ key }) => key);
}

/** `manager`, `urn:…:User:manager`, or a part of one. */
export function isManagerPath(path: string): boolean {
  return parseTargetPath(path).attribute === 'manager';
}
