/** Which rows of an earlier plan are still wanted, in just that form. Pure. */

import { shortPath } from '../../report/show-value.js';
import { type Covers, coversOf } from '../guard/cover.js';
import { takeOut } from '../guard/hold.js';
import type { Linked } from '../plan/input.js';
import type { Operation, Plan } from '../plan/operation.js';
import { isDone } from './done.js';

/** A row of an earlier plan that is not applied any more. */
export interface StaleRow {
  /** Of the operation. */
  id: string;
  subject: string;
  /** Never logged. */
  label: string;
  /** In words, without personal data. */
  reason: string;
}

export interface StillWanted {
  /** As they are wanted now, in the order of the present plan. */
  operations: Operation[];
  /** Adoptions that waited for approval then, and still do. */
  awaiting: Plan['awaiting'];
  stale: StaleRow[];
}

/**
 * Holds an earlier plan against the present one: nothing that is new now is among what it gives. Rows that were done meanwhile
 * are neither wanted nor stale.
 */
export function findStillWanted(earlier: Plan, present: Plan, linked: Linked): StillWanted {
  const covers = coversOf(earlier);
  // What relies on a row that is not applied cannot be applied either.
  const { rest } = takeOut(withoutNewMembers(earlier, present), {
    whole: (operation) => !covers(operation),
    change: () => false,
    member: () => false,
  });
  const awaiting = present.awaiting.filter(covers);
  const kept = new Set([...rest, ...awaiting].map(({ id }) => id));
  const stale = [...earlier.operations, ...earlier.awaiting]
    .filter((operation) => !kept.has(operation.id) && !isDone(operation, linked))
    .map((operation) => ({
      id: operation.id,
      subject: operation.subject,
      label: operation.label,
      reason: whyStale(operation, present, covers),
    }));
  return { operations: rest, awaiting, stale };
}

/** The present operations, those on members with only the people whom the earlier plan names too: each is a row by itself. */
function withoutNewMembers(earlier: Plan, present: Plan): Operation[] {
  const then = new Map(earlier.operations.map((operation) => [operation.id, operation]));
  return present.operations.flatMap((operation) => {
    const row = then.get(operation.id);
    if (operation.kind !== 'change-members' || row?.kind !== 'change-members') return [operation];
    const added = new Set(row.add);
    const removed = new Set(row.remove);
    const add = operation.add.filter((id) => added.has(id));
    const remove = operation.remove.filter((id) => removed.has(id));
    return add.length + remove.length === 0 ? [] : [{ ...operation, add, remove }];
  });
}

function whyStale(operation: Operation, present: Plan, covers: Covers): string {
  const sameId = [...present.operations, ...present.awaiting].find(({ id }) => id === operation.id);
  if (sameId !== undefined) {
    return covers(sameId)
      ? 'it relies on something that is not applied'
      : `it would be done differently now${differences(operation, sameId)}`;
  }
  const held = present.held.find((one) => one.operation.id === operation.id);
  if (held !== undefined) return `it is held back now: ${held.reason}`;
  const others = present.operations.filter(({ subject }) => subject === operation.subject);
  if (others.length > 0) return `something else is wanted now: ${others.map(({ kind }) => kind).join(', ')}`;
  const skipped = present.skipped.find(({ subject }) => subject === operation.subject);
  return skipped === undefined ? 'it is not wanted any more' : `it is left out now: ${skipped.code}`;
}

/** The attributes whose change is another one now. */
function differences(then: Operation, now: Operation): string {
  const form = ({ path, before, after }: Operation['changes'][number]) =>
    JSON.stringify([path, before, after]);
  const inThen = new Set(then.changes.map(form));
  const inNow = new Set(now.changes.map(form));
  const paths = [
    ...then.changes.filter((change) => !inNow.has(form(change))),
    ...now.changes.filter((change) => !inThen.has(form(change))),
  ].map(({ path }) => shortPath(path));
  return paths.length === 0 ? '' : `: ${[...new Set(paths)].join(', ')}`;
}
