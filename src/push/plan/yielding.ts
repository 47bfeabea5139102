/** Accounts of people who do not work: what they are called there is free for those who do (R16). */
import { leftAlone } from '../reconcile/notes.js';
import { exactlySame } from '../shape/compare.js';
import { diffBodies } from '../shape/diff.js';
import { isInactive } from '../shape/fit.js';
import { coversPath } from '../shape/leaves.js';
import type { Draft } from './draft.js';
import { linkedId, writesMembersOnly } from './input.js';
import { withOwnUserName } from './linked.js';
import { labelOf } from './names.js';
import type { DeactivateUser, PersonOperation, UpdateUser } from './operation.js';
import { isParked } from './parking.js';
import { judgeStanding } from './standing.js';
import { UNIQUE_ATTRIBUTES, type UniqueAttribute } from './unique-values.js';

export interface Settled {
  /** Operation id → the operations that must free something first. No circle is among them. */
  waits: Map<string, Set<PersonOperation>>;
  /** They put somebody on a temporary value, and come before all that waits for them. */
  parkings: UpdateUser[];
}

/**
 * The operation by which an account that is inactive, or becomes so by this plan, takes the present values of its owner, and so
 * gives up those that it has; undefined where it is not ours to write, or its owner has no others. No values are made up.
 */
export function giveUp(
  personId: string,
  attributes: Iterable<UniqueAttribute>,
  draft: Draft,
): UpdateUser | undefined {
  const { input, shaper } = draft;
  const link = input.links.get(personId);
  const user = draft.desired.get(personId);
  const targetId = linkedId(link);
  if (link === undefined || targetId === null || link.sent === null || user === undefined) return undefined;
  if (input.missing.has(personId) || writesMembersOnly(input)) return undefined;
  if (judgeStanding(user).active === true) return undefined;
  if (!isInactive(link.sent) && deactivationOf(personId, draft) === undefined) return undefined;
  const shaped = shaper.shape(user.resource, user.id);
  if (shaped.faults.some(({ severity }) => severity === 'error')) return undefined;
  const wanted = withOwnUserName(shaped.body, user.id, link, draft);
  const held = [...draft.onCreateOnly, ...leftAlone(link), ...shaped.held];
  const body = { ...link.sent };
  for (const attribute of attributes)
    if (!coversPath(held, attribute) && wanted[attribute] !== undefined) body[attribute] = wanted[attribute];
  const changes = diffBodies(link.sent, body, { same: exactlySame, removals: false, takes: shaper.takes });
  if (changes.length === 0) return undefined;
  return {
    id: `update-user:${user.id}`,
    kind: 'update-user',
    subject: user.id,
    label: labelOf(user.resource, user.id),
    reason: "does not work any more and makes way: the account takes its owner's present values",
    targetId,
    onlyIfThere: true,
    body,
    changes,
    manager: null,
    wave: 0,
  };
}

/** The operation that makes a person's account inactive and leaves it there. */
export function deactivationOf(personId: string, { people }: Draft): DeactivateUser | undefined {
  return people.find((one): one is DeactivateUser => one.subject === personId && switchesOff(one));
}

/** Whether an operation makes an account inactive and leaves it there. */
export function switchesOff(operation: PersonOperation): boolean {
  return operation.kind === 'deactivate-user' && operation.mode === 'active-false';
}

/** What inactive accounts were parked on by a run that did not come to its end, by bridge id. */
export function parkedAttributes({ input }: Draft): Map<string, UniqueAttribute[]> {
  const parked = new Map<string, UniqueAttribute[]>();
  for (const [id, { sent }] of input.links) {
    if (sent === null || !isInactive(sent)) continue;
    const attributes = UNIQUE_ATTRIBUTES.filter((attribute) => isParked(sent[attribute]));
    if (attributes.length > 0) parked.set(id, attributes);
  }
  return parked;
}

/** Puts into the draft those of some operations of `giveUp` for which anybody waits, or by which an account leaves its parking. */
export function makeWay(
  making: readonly PersonOperation[],
  { waits, parkings }: Settled,
  draft: Draft,
): Settled {
  const parked = parkedAttributes(draft);
  const ways = new Map(making.map((operation) => [operation.subject, operation]));
  const isParking = new Set<PersonOperation>(parkings);
  const needed = new Set<PersonOperation>();
  const open = [...draft.people, ...making.filter(({ subject }) => parked.has(subject))];
  for (let operation = open.pop(); operation !== undefined; operation = open.pop()) {
    if (needed.has(operation)) continue;
    needed.add(operation);
    // Whoever is parked goes on to what they are to have in the end.
    const next = isParking.has(operation) ? ways.get(operation.subject) : undefined;
    open.push(...(waits.get(operation.id) ?? []), ...(next === undefined ? [] : [next]));
  }
  for (const operation of making) {
    if (!needed.has(operation)) continue;
    const deactivation = deactivationOf(operation.subject, draft);
    draft.people.push(operation);
    if (deactivation === undefined) {
      draft.unchanged -= 1;
      continue;
    }
    deactivation.body = draft.shaper.withActive(operation.body, false);
    waits.set(deactivation.id, new Set([operation]));
  }
  return { waits, parkings: parkings.filter((parking) => needed.has(parking)) };
}
