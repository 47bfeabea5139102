/** Writes that were refused or failed before are not repeated in vain: they wait, longer each time (R24). */

import { createHash } from 'node:crypto';
import type { Trouble } from '../../identity/person.js';
import { canonicalJson, type JsonValue } from '../../json.js';
import { type Draft, replacePeople } from './draft.js';
import type { Finding } from './finding.js';
import type { GroupPlan } from './groups.js';
import type {
  ChangeMembers,
  GroupOperation,
  MemberOperation,
  PersonOperation,
  ReleaseGroup,
} from './operation.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A value that the target does not take: it will take it no better tomorrow, but nobody knows for ever. */
const REFUSED_MS = 7 * DAY_MS;
/** After the first, second, third… time in a row; the last one holds for all that follow. */
const GAPS_MS = [0, 0, HOUR_MS / 4, HOUR_MS, 6 * HOUR_MS, DAY_MS];

/**
 * What is kept of a write that did not succeed.
 * @param before what was kept of the last one
 * @param failure.isFinal the target named a value that it does not take
 * @param attempt digest of what was written, as `attemptOf` gives it
 * @param at the present instant, ISO
 */
export function rememberTrouble(
  before: Trouble | undefined,
  failure: { code: string; isFinal: boolean },
  attempt: string,
  at: string,
): Trouble {
  const known = before?.attempt === attempt ? before : undefined;
  const times = (known?.times ?? 0) + 1;
  const gap = failure.isFinal ? REFUSED_MS : (GAPS_MS[Math.min(times, GAPS_MS.length) - 1] ?? 0);
  const retryAt = new Date(Date.parse(at) + gap).toISOString();
  return { code: failure.code, attempt, times, since: before?.since ?? at, retryAt };
}

/** Operations whose failure is kept with the link of their record. A manager set afterwards is part of the next run's update. */
export type Filed = PersonOperation | GroupOperation | MemberOperation;

type Written =
  | Pick<PersonOperation | GroupOperation, 'kind' | 'body'>
  | Pick<ReleaseGroup, 'kind' | 'mode' | 'remove' | 'waiting'>
  | Pick<ChangeMembers, 'kind' | 'add' | 'remove' | 'waiting'>;

/** Digest of what is wanted to be written, members who wait included: when it changes, there is reason to try again. */
export function attemptOf(operation: Written): string {
  return createHash('sha256')
    .update(operation.kind)
    .update(canonicalJson(writtenBy(operation)))
    .digest('base64url')
    .slice(0, 22);
}

function writtenBy(operation: Written): JsonValue {
  if (operation.kind !== 'release-group' && operation.kind !== 'change-members') return operation.body;
  const { add = [], remove = [] } = operation.waiting ?? {};
  const leave = [...operation.remove, ...remove].sort();
  if (operation.kind === 'release-group') return [operation.mode, ...leave];
  return { add: [...operation.add, ...add].sort(), remove: leave };
}

/** Takes operations on people out of the draft whose time has not come. */
export function waitForPeople(draft: Draft): void {
  const due = waitForTurn(draft.people, draft);
  if (due.length === draft.people.length) return;
  const kept = new Set(due.map(({ subject }) => subject));
  for (const { subject } of draft.people) if (!kept.has(subject)) draft.arriving.delete(subject);
  replacePeople(draft, due);
}

/** The operations on people whose time has come; of the others it is noted that they wait. */
export function waitForTurn(operations: readonly PersonOperation[], draft: Draft): PersonOperation[] {
  const { links } = draft.input;
  return operations.filter((one) => isDue(one, links.get(one.subject)?.trouble, 'person', draft));
}

/** Takes operations on groups out of a plan whose time has not come, and those of members where there is no group yet. */
export function waitForGroups(plan: GroupPlan, draft: Draft): GroupPlan {
  const { groupLinks } = draft.input;
  const operations = plan.operations.filter((one) =>
    isDue(one, groupLinks.get(one.subject)?.trouble, 'group', draft),
  );
  const releases = waitForMembers(plan.releases, draft);
  const kept = new Set(operations);
  const absent = new Set(
    plan.operations
      .filter((one) => !kept.has(one) && one.kind !== 'update-group')
      .map(({ subject }) => subject),
  );
  return { operations, releases, present: plan.present.filter(({ group }) => !absent.has(group.id)) };
}

/** The changes of members whose time has come. */
export function waitForMembers<T extends MemberOperation>(operations: readonly T[], draft: Draft): T[] {
  const { groupLinks } = draft.input;
  return operations.filter((one) => isDue(one, groupLinks.get(one.subject)?.memberTrouble, 'group', draft));
}

function isDue(operation: Filed, trouble: Trouble | undefined, kind: Finding['kind'], draft: Draft): boolean {
  if (trouble === undefined || draft.input.now >= trouble.retryAt || trouble.attempt !== attemptOf(operation))
    return true;
  const { subject, label } = operation;
  const times = trouble.times === 1 ? 'once' : `${trouble.times} times`;
  draft.skipped.push({
    code: 'WAITING_AFTER_FAILURE',
    severity: 'error',
    kind,
    subject,
    label,
    message: `Nothing could be written since ${trouble.since.slice(0, 10)}, and the same ${times} (${trouble.code}); it is tried again after ${trouble.retryAt}.`,
    remedy: 'Mend what was reported; as soon as what is to be written changes, it is tried at once.',
    waits: { for: kind, since: trouble.since },
  });
  return false;
}
