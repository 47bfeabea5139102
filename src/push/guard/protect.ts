/**
 * Invariants: accounts that no plan may harm, and groups that may not lose their last active members (R19). What would break one is
 * held back, by name and with a code; no budget and no approval lets it through. Pure.
 */
import { type Linked, linkedId } from '../plan/input.js';
import { isMemberOperation, type Operation, type Plan } from '../plan/operation.js';
import { isInactive } from '../shape/fit.js';
import { type HoldRule, holdBack } from './hold.js';
import { leavingAccounts } from './kinds.js';
import { revisePlan } from './revise.js';

export interface Protection {
  /** Bridge ids of people who are never deactivated, renamed, deleted or taken out of a group. */
  people: ReadonlySet<string>;
  /** Bridge id of a group → the active members that must stay in it. */
  groups: ReadonlyMap<string, number>;
}

/** The plan without what would harm somebody or something protected; that is held instead. */
export function protectPlan(plan: Plan, { people, groups }: Protection, linked: Linked): Plan {
  if (people.size === 0 && groups.size === 0) return plan;
  const persons = holdBack(plan.operations, sparePeople(people, linked.links));
  const members = holdBack(persons.operations, keepMembers(groups, persons.operations, linked));
  const held = [...plan.held, ...persons.held, ...members.held];
  return revisePlan(plan, { operations: members.operations, held });
}

/** What names somebody: to be renamed on a target can lock a person out as well as to be switched off. */
const NAMES = /^(userName|emails|displayName|name(\..+)?)$/;

function sparePeople(people: ReadonlySet<string>, links: Linked['links']): HoldRule {
  const accounts = new Set([...people].flatMap((id) => linkedId(links.get(id)) ?? []));
  return {
    code: 'HELD_PROTECTED_PERSON',
    reason: 'the person is protected on this target',
    whole: ({ kind, subject }) => kind === 'deactivate-user' && people.has(subject),
    change: ({ subject }, { path, before }) =>
      before !== undefined && people.has(subject) && NAMES.test(path),
    member: (_, targetId) => accounts.has(targetId),
  };
}

/**
 * A group that would be left with too few active members keeps all of them in this plan, and nobody of them is made inactive,
 * whichever way they would go. Members who join by this plan count when their account is active already; one that is still to
 * be made or reactivated may fail.
 */
function keepMembers(
  groups: Protection['groups'],
  operations: readonly Operation[],
  { links, groupLinks }: Linked,
): HoldRule {
  const leaving = leavingAccounts(operations);
  const active = activeAccounts(links);
  const changes = new Map(operations.filter(isMemberOperation).map((change) => [change.subject, change]));
  const tooFew = new Set<string>();
  const staying = new Set<string>();
  for (const [id, least] of groups) {
    const change = changes.get(id);
    const removed = new Set(change?.remove);
    const members = (groupLinks.get(id)?.members ?? []).filter((targetId) => active.has(targetId));
    const lost = members.filter((targetId) => removed.has(targetId) || leaving.has(targetId));
    const joining = (change?.kind === 'change-members' ? change.add : [])
      .flatMap((personId) => linkedId(links.get(personId)) ?? [])
      .filter((targetId) => active.has(targetId) && !leaving.has(targetId) && !members.includes(targetId));
    if (lost.length === 0 || members.length - lost.length + joining.length >= least) continue;
    tooFew.add(id);
    for (const targetId of lost) staying.add(targetId);
  }
  return {
    code: 'HELD_LAST_MEMBER',
    reason: 'a protected group would lose its last active members',
    whole: (operation) =>
      (operation.kind === 'release-group' && groups.has(operation.subject)) ||
      (operation.kind === 'deactivate-user' && staying.has(operation.targetId ?? '')),
    change: () => false,
    member: ({ subject }) => tooFew.has(subject),
  };
}

/** Target ids of the accounts that are not known to be inactive. */
function activeAccounts(links: Linked['links']): Set<string> {
  return new Set(
    [...links.values()].flatMap((link) => (isInactive(link.sent) ? [] : (linkedId(link) ?? []))),
  );
}
