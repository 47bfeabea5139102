/**
 * Invariants: accounts that no plan may harm, and groups that may not lose their last members (R19). What would break one is
 * held back, by name and with a code; no budget and no approval lets it through. Pure.
 */
import { type Linked, linkedId } from '../plan/input.js';
import type { Operation, Plan } from '../plan/operation.js';
import { type HoldRule, holdBack } from './hold.js';
import { revisePlan } from './revise.js';

export interface Protection {
  /** Bridge ids of people who are never deactivated, renamed, deleted or taken out of a group. */
  people: ReadonlySet<string>;
  /** Bridge id of a group → the members that must stay in it. */
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
 * A group that would be left with too few of the members that we know keeps all of them in this plan, and nobody whom it
 * would lose is deactivated. Members who join by this plan do not count yet: their accounts may still fail.
 */
function keepMembers(
  groups: Protection['groups'],
  operations: readonly Operation[],
  { links, groupLinks }: Linked,
): HoldRule {
  const tooFew = new Set<string>();
  const staying = new Set<string>();
  for (const operation of operations) {
    const least = groups.get(operation.subject);
    if (least === undefined || (operation.kind !== 'change-members' && operation.kind !== 'release-group'))
      continue;
    const present = new Set(groupLinks.get(operation.subject)?.members);
    const lost = operation.remove.filter((targetId) => present.delete(targetId));
    for (const id of operation.kind === 'change-members' ? operation.add : []) {
      const targetId = linkedId(links.get(id));
      if (targetId !== null) present.add(targetId);
    }
    if (lost.length === 0 || present.size >= least) continue;
    tooFew.add(operation.subject);
    for (const targetId of lost) staying.add(targetId);
  }
  return {
    code: 'HELD_LAST_MEMBER',
    reason: 'a protected group would lose its last members',
    whole: (operation) =>
      (operation.kind === 'release-group' && groups.has(operation.subject)) ||
      (operation.kind === 'deactivate-user' && staying.has(operation.targetId ?? '')),
    change: () => false,
    member: ({ subject }) => tooFew.has(subject),
  };
}
