/** What has been failing on a target, and for how long: every write that is put off has an age (R24). Pure. */
import type { GroupLink, Link } from '../identity/person.js';
import { linkedId } from './plan/input.js';
import { doubtAbout, sinceOf } from './plan/member-doubts.js';
import { isMemberOperation, isPersonOperation, type MemberOperation, type Plan } from './plan/operation.js';

/** Counts, and ISO instant since when the oldest of all has been failing; null where nothing does. */
export interface Failing {
  people: number;
  groups: number;
  memberships: number;
  since: string | null;
}

/** The links as they are after a run, by bridge id. */
export interface PresentLinks {
  link(personId: string): Link | undefined;
  groupLink(groupId: string): GroupLink | undefined;
}

export const NOTHING_FAILS: Failing = { people: 0, groups: 0, memberships: 0, since: null };

/**
 * Counts what is wanted and has failed: what waits, and what was to be written and was not. What nobody wants any more is not
 * counted, whatever became of it.
 * @param plan all that was wanted, not only the part that was applied
 */
export function findFailing(
  plan: Pick<Plan, 'operations' | 'held' | 'skipped' | 'notes'>,
  links: PresentLinks,
): Failing {
  const people = new Map<string, string>();
  const groups = new Map<string, string>();
  const memberships = new Map<string, string>();
  for (const { waits, subject } of [...plan.skipped, ...plan.notes]) {
    if (waits === undefined) continue;
    if (waits.for === 'membership') note(memberships, `${waits.group} ${waits.member}`, waits.since);
    else note(waits.for === 'person' ? people : groups, subject, waits.since);
  }
  for (const operation of [...plan.operations, ...plan.held.map((held) => held.operation)]) {
    const { subject } = operation;
    if (isPersonOperation(operation) || operation.kind === 'set-manager') {
      note(people, subject, links.link(subject)?.trouble?.since);
      continue;
    }
    const link = links.groupLink(subject);
    note(groups, subject, link?.trouble?.since);
    if (link === undefined || !isMemberOperation(operation)) continue;
    note(groups, subject, link.memberTrouble?.since);
    for (const [targetId, verb] of movesOf(operation, links)) {
      const doubt = doubtAbout(link, targetId);
      if (doubt?.verb === verb) note(memberships, `${subject} ${targetId}`, sinceOf(doubt));
    }
  }
  const [since = null] = [...people.values(), ...groups.values(), ...memberships.values()].sort();
  return { people: people.size, groups: groups.size, memberships: memberships.size, since };
}

/** The same for several targets together. */
export function addUp(targets: readonly Failing[]): Failing {
  const sum = (kind: 'people' | 'groups' | 'memberships') => targets.reduce((all, one) => all + one[kind], 0);
  const [since = null] = targets.flatMap((one) => one.since ?? []).sort();
  return { people: sum('people'), groups: sum('groups'), memberships: sum('memberships'), since };
}

/** The older of two counts for one that fails in two ways. */
function note(ages: Map<string, string>, key: string, since: string | undefined): void {
  const known = ages.get(key);
  if (since !== undefined && (known === undefined || since < known)) ages.set(key, since);
}

function movesOf(
  operation: MemberOperation,
  { link }: PresentLinks,
): [targetId: string, verb: 'refused' | 'stays'][] {
  const added = operation.kind === 'change-members' ? operation.add : [];
  const joining = added.flatMap((personId) => linkedId(link(personId)) ?? []);
  return [
    ...joining.map((targetId): [string, 'refused'] => [targetId, 'refused']),
    ...operation.remove.map((targetId): [string, 'stays'] => [targetId, 'stays']),
  ];
}
