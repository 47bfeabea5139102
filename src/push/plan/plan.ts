/** The planner: what must be written so that a target equals the effective directory (pure; R14 to R23). */
import { type HoldRule, holdBack } from '../guard/hold.js';
import { countOperations, hashPlan } from '../guard/revise.js';
import { isInactive } from '../shape/fit.js';
import { settleClaims } from './claims.js';
import { createDraft, type Draft, replacePeople } from './draft.js';
import type { Finding } from './finding.js';
import { planGroups } from './groups.js';
import { linkedId, type PlanInput } from './input.js';
import { planLinked, reportMissing } from './linked.js';
import { settleLateManagers } from './managers.js';
import { nameMembers } from './member-names.js';
import { planMembers } from './members.js';
import { completeNewcomer, findCandidate, planNewcomer } from './newcomers.js';
import type {
  AdoptUser,
  Operation,
  PersonOperation,
  Plan,
  PlanSummary,
  Population,
  SetManager,
} from './operation.js';
import { orderPeople } from './order.js';
import { waitForGroups, waitForMembers, waitForPeople } from './trouble.js';
import { settleUniqueValues } from './unique-moves.js';

/**
 * Makes a plan, complete before the first write (R19). Synchronous, without I/O; reads its input and changes none of it.
 * People and groups that need nothing leave no trace but a count.
 */
export function createPlan(input: PlanInput): Plan {
  const draft = createDraft(input);
  planPeople(draft);
  waitForPeople(draft);
  const { waits, parkings } = settleUniqueValues(draft);
  settleLateManagers(draft);
  const managers = orderPeople(draft, waits);
  draft.people.push(...parkings);
  dropIdleUpdates(draft, managers);
  const people = draft.people.sort((a, b) => a.wave - b.wave);
  const groups = input.groups === null ? null : waitForGroups(planGroups(input.groups, draft), draft);
  const members = groups === null ? [] : waitForMembers(planMembers(groups.present, draft), draft);
  const wanted: Operation[] = [
    ...people,
    ...managers,
    ...(groups?.operations ?? []),
    ...members,
    ...(groups?.releases ?? []),
  ];
  const { operations, held } = input.complete ? { operations: wanted, held: [] } : holdBack(wanted, REMOVALS);
  const awaiting = planAwaiting(input, draft.skipped);
  return {
    target: input.target,
    at: input.at,
    operations,
    skipped: draft.skipped,
    notes: draft.notes,
    held,
    awaiting,
    memberNames: nameMembers(wanted, draft),
    summary: summarise(draft, operations, { held: held.length, awaiting: awaiting.length }),
    population: countPopulation(input),
    hash: hashPlan(input.target, operations, awaiting),
  };
}

function planPeople(draft: Draft): void {
  const { users, links, missing } = draft.input;
  const candidates = users.flatMap((user) =>
    missing.has(user.id) || linkedId(links.get(user.id)) !== null ? [] : (findCandidate(user, draft) ?? []),
  );
  const newcomers = settleClaims(candidates).flatMap((candidate) => planNewcomer(candidate, draft) ?? []);
  for (const newcomer of newcomers) completeNewcomer(newcomer, draft);
  for (const user of users) {
    const link = links.get(user.id);
    const targetId = linkedId(link);
    if (link !== undefined && targetId !== null && !missing.has(user.id))
      planLinked(user, link, targetId, draft);
  }
  for (const [id, link] of links) {
    if (linkedId(link) !== null && missing.has(id)) reportMissing(id, link, draft);
  }
}

/** An update for a manager alone has nothing left to do once that is done afterwards, or cannot be done. */
function dropIdleUpdates(draft: Draft, managers: readonly SetManager[]): void {
  const isIdle = ({ kind, changes, manager }: PersonOperation) =>
    kind === 'update-user' && changes.length === 0 && manager === null;
  const afterwards = new Set(managers.map(({ subject }) => subject));
  draft.unchanged += draft.people.filter((one) => isIdle(one) && !afterwards.has(one.subject)).length;
  replacePeople(
    draft,
    draft.people.filter((one) => !isIdle(one)),
  );
}

/** Without a complete reading creates and updates go on; removals wait (R4). */
const REMOVALS: HoldRule = {
  code: 'HELD_INCOMPLETE_READING',
  reason: 'the reading of Lucca was not proved complete',
  whole: ({ kind }) => kind === 'deactivate-user' || kind === 'release-group',
  change: () => false,
  member: () => true,
};

/** The adoptions on an e-mail alone, as they would be done if they were approved (R14). */
function planAwaiting(input: PlanInput, skipped: readonly Finding[]): AdoptUser[] {
  const waiting = skipped.filter(({ code }) => code === 'ADOPTION_NEEDS_APPROVAL');
  if (waiting.length === 0) return [];
  const subjects = new Set(waiting.map(({ subject }) => subject));
  const approvedAdoptions = new Set([...(input.approvedAdoptions ?? []), ...subjects]);
  const { operations } = createPlan({ ...input, approvedAdoptions });
  return operations.filter(
    (operation): operation is AdoptUser => operation.kind === 'adopt-user' && subjects.has(operation.subject),
  );
}

function summarise(
  draft: Draft,
  operations: readonly Operation[],
  waiting: Pick<PlanSummary, 'held' | 'awaiting'>,
): PlanSummary {
  const skipped = new Map<string, number>();
  for (const { code } of draft.skipped) skipped.set(code, (skipped.get(code) ?? 0) + 1);
  return {
    people: draft.input.users.reduce((count, user) => count + (user.inScope ? 1 : 0), 0),
    groups: draft.input.groups?.length ?? 0,
    unchanged: draft.unchanged,
    outOfScope: draft.outOfScope,
    ...countOperations(operations),
    skipped: Object.fromEntries(skipped),
    ...waiting,
  };
}

function countPopulation({ links, groupLinks }: PlanInput): Population {
  const population: Population = { activePeople: 0, memberships: 0, groups: 0 };
  for (const link of links.values())
    if (linkedId(link) !== null && !isInactive(link.sent)) population.activePeople += 1;
  for (const link of groupLinks.values()) {
    if (linkedId(link) === null) continue;
    population.groups += 1;
    population.memberships += link.members.length;
  }
  return population;
}
