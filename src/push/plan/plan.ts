/** The planner: what must be written so that a target equals the effective directory (pure; R14 to R23). */
import { createHash } from 'node:crypto';
import { isJsonObject } from '../../json.js';
import { isInactive } from '../shape/fit.js';
import { createDraft, type Draft, replacePeople } from './draft.js';
import { planGroups } from './groups.js';
import { linkedId, type PlanInput } from './input.js';
import { planLinked, reportMissing } from './linked.js';
import { releaseAbsentManagers } from './managers.js';
import { planMembers } from './members.js';
import { completeNewcomer, type Newcomer, planNewcomer } from './newcomers.js';
import type {
  Held,
  Operation,
  OperationKind,
  PersonOperation,
  Plan,
  PlanSummary,
  Population,
  SetManager,
} from './operation.js';
import { orderPeople } from './order.js';
import { settleUserNames } from './user-names.js';

/**
 * Makes a plan, complete before the first write (R19). Synchronous, without I/O; reads its input and changes none of it.
 * People and groups that need nothing leave no trace but a count.
 */
export function createPlan(input: PlanInput): Plan {
  const draft = createDraft(input);
  planPeople(draft);
  const waits = settleUserNames(draft);
  releaseAbsentManagers(draft);
  const managers = orderPeople(draft, waits);
  dropIdleUpdates(draft, managers);
  const people = draft.people.sort((a, b) => a.wave - b.wave);
  const groups = input.groups === null ? null : planGroups(input.groups, draft);
  const members = groups === null ? [] : planMembers(groups.present, draft);
  const wanted: Operation[] = [
    ...people,
    ...managers,
    ...(groups?.operations ?? []),
    ...members,
    ...(groups?.releases ?? []),
  ];
  const { operations, held } = input.complete ? { operations: wanted, held: [] } : holdRemovals(wanted);
  return {
    target: input.target,
    at: input.at,
    operations,
    skipped: draft.skipped,
    notes: draft.notes,
    held,
    summary: summarise(draft, operations, held),
    population: countPopulation(input),
    hash: hashOf(input.target, operations),
  };
}

function planPeople(draft: Draft): void {
  const { users, links, missing } = draft.input;
  const newcomers: Newcomer[] = [];
  for (const user of users) {
    if (missing.has(user.id) || linkedId(links.get(user.id)) !== null) continue;
    const newcomer = planNewcomer(user, draft);
    if (newcomer !== undefined) newcomers.push(newcomer);
  }
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

const NOT_PROVEN = 'the reading of Lucca was not proved complete';

/** Without a complete reading creates and updates go on; removals wait (R4). */
function holdRemovals(wanted: readonly Operation[]): { operations: Operation[]; held: Held[] } {
  const operations: Operation[] = [];
  const held: Held[] = [];
  for (const operation of wanted) {
    if (operation.kind === 'deactivate-user' || operation.kind === 'release-group') {
      held.push({ operation, reason: NOT_PROVEN });
    } else if (operation.kind === 'change-members' && operation.remove.length > 0) {
      held.push({
        operation: { ...operation, add: [], reason: `${operation.remove.length} leave` },
        reason: NOT_PROVEN,
      });
      if (operation.add.length > 0)
        operations.push({ ...operation, remove: [], reason: `${operation.add.length} join` });
    } else {
      operations.push(operation);
    }
  }
  return { operations, held };
}

function summarise(draft: Draft, operations: readonly Operation[], held: readonly Held[]): PlanSummary {
  const kinds: Partial<Record<OperationKind, number>> = {};
  const skipped = new Map<string, number>();
  let membersAdded = 0;
  let membersRemoved = 0;
  for (const operation of operations) {
    kinds[operation.kind] = (kinds[operation.kind] ?? 0) + 1;
    if (operation.kind === 'change-members') membersAdded += operation.add.length;
    if (operation.kind === 'change-members' || operation.kind === 'release-group')
      membersRemoved += operation.remove.length;
  }
  for (const { code } of draft.skipped) skipped.set(code, (skipped.get(code) ?? 0) + 1);
  return {
    people: draft.input.users.reduce((count, user) => count + (user.inScope ? 1 : 0), 0),
    groups: draft.input.groups?.length ?? 0,
    unchanged: draft.unchanged,
    outOfScope: draft.outOfScope,
    operations: kinds,
    membersAdded,
    membersRemoved,
    skipped: Object.fromEntries(skipped),
    held: held.length,
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

/** The instant, and the words meant for people, are left out: they change nothing that would be done. */
function hashOf(target: string, operations: readonly Operation[]): string {
  const hash = createHash('sha256').update(target);
  for (const { label: _label, reason: _reason, ...operation } of operations)
    hash.update(canonical(operation));
  return hash.digest('hex');
}

/** JSON with the members of objects in alphabetical order: a store may give them back in any. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}
