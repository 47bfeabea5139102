/** People without an account of ours: who gets one, whose existing one is adopted, and who is left out, and why. */
import { isJsonObject, type JsonObject } from '../../json.js';
import { type Change, diffBodies } from '../shape/diff.js';
import { isInactive } from '../shape/fit.js';
import { holdStill } from '../shape/leaves.js';
import type { Claimant } from './claims.js';
import { type Draft, fileFaults, namePaths } from './draft.js';
import type { Finding } from './finding.js';
import { type DesiredUser, writesMembersOnly } from './input.js';
import { nameManager, resolveManager } from './managers.js';
import { keysOf, type Match, type MatchKey, matchResource } from './match.js';
import { labelOf } from './names.js';
import type { AdoptUser, CreateUser, DeactivateUser } from './operation.js';
import { notSearchable } from './searching.js';
import { judgeStanding, type Standing, whyNotYet } from './standing.js';

/** A newcomer whose body is complete but for the manager, who may be a newcomer too. */
export interface Newcomer {
  operation: CreateUser | AdoptUser;
  managerId: string | null;
  /** The account found on the target. */
  remote: JsonObject | null;
}

/** A person who is to have an account, and what there is of one on the target already. */
export interface Candidate extends Claimant {
  user: DesiredUser;
  label: string;
  body: JsonObject;
  managerId: string | null;
}

/** Judges one person without a link; undefined when nothing is to be done now. */
export function findCandidate(user: DesiredUser, draft: Draft): Candidate | undefined {
  if (!user.inScope) draft.outOfScope += 1;
  const label = labelOf(user.resource, user.id);
  const standing = judgeStanding(user);
  const { links, profile, capabilities, approvedAdoptions } = draft.input;
  if (links.get(user.id)?.state === 'intent' && standing.active === false) {
    if (profile.deactivate !== 'none') draft.people.push(undoInterrupted(user, standing, label, draft));
    return undefined;
  }
  if (!user.inScope) return undefined;
  const waiting = whyNotYet(user);
  if (waiting !== null) {
    draft.skipped.push({ kind: 'person', subject: user.id, label, severity: 'info', ...waiting });
    return undefined;
  }
  const { body: shaped, managerId, faults } = draft.shaper.shape(user.resource, user.id);
  if (fileFaults(draft, faults, { kind: 'person', subject: user.id, label })) return undefined;
  const body = draft.shaper.withActive(shaped, true);
  const match = matchResource(body, draft.remoteUsers, {
    keys: profile.lookup,
    userNameCaseExact: capabilities.userNameCaseExact,
    taken: draft.taken,
    emailApproved: approvedAdoptions?.has(user.id) ?? false,
    isKnownHolder: (targetId, key, value) => key !== 'externalId' && hasSent(targetId, key, value, draft),
  });
  return { subject: user.id, user, label, body, managerId, match };
}

/** What becomes of a candidate, once it is settled whose account is whose; undefined when nothing is to be done now. */
export function planNewcomer(candidate: Candidate, draft: Draft): Newcomer | undefined {
  const operation = adoptOrCreate(candidate, draft);
  if (operation === undefined) return undefined;
  const { subject, managerId } = candidate;
  draft.arriving.set(subject, operation.kind === 'adopt-user' ? operation.targetId : null);
  const remote = operation.kind === 'adopt-user' ? (draft.remoteUsers.get(operation.targetId) ?? {}) : null;
  return { operation, managerId, remote };
}

/** A create was interrupted and the person is not wanted any more: the account, if it came about, must not stay active. */
function undoInterrupted(
  user: DesiredUser,
  { reason, cause }: Extract<Standing, { active: false }>,
  label: string,
  { shaper }: Draft,
): DeactivateUser {
  return {
    id: `deactivate-user:${user.id}`,
    kind: 'deactivate-user',
    subject: user.id,
    label,
    reason: `an earlier run was interrupted while creating the account; ${reason}`,
    cause,
    targetId: null,
    mode: 'active-false',
    body: shaper.withActive(shaper.shape(user.resource, user.id).body, false),
    manager: null,
    wave: 0,
    changes: [{ path: 'active', after: false }],
  };
}

function adoptOrCreate(
  { subject, user, label, body, match }: Candidate,
  draft: Draft,
): CreateUser | AdoptUser | undefined {
  const { remote, links, vanished } = draft.input;
  const record = { kind: 'person' as const, subject, label };
  const base = { subject, label, body, manager: null, wave: 0, changes: [] };
  switch (match.kind) {
    case 'none': {
      // Asked without the target, the plan says whom to look for there.
      if (writesMembersOnly(draft.input) && remote !== null) {
        draft.skipped.push(notThere(record));
        return undefined;
      }
      if (remote?.unsearchable?.has(subject)) {
        draft.skipped.push(notSearchable(record));
        return undefined;
      }
      if (match.contested.size > 0) draft.contested.set(subject, match.contested);
      const interrupted = links.get(subject)?.state === 'intent';
      return {
        ...base,
        id: `create-user:${subject}`,
        kind: 'create-user',
        reason: whyCreated(interrupted, vanished?.has(subject) ?? false, user.lifecycle.reason),
        lookFirst: interrupted || remote === null || !remote.complete.users,
      };
    }
    case 'adopt':
      return {
        ...base,
        id: `adopt-user:${subject}`,
        kind: 'adopt-user',
        targetId: match.targetId,
        matchedBy: match.by === 'displayName' ? 'userName' : match.by,
        reason: `an account with the same ${match.by} is on the target already`,
      };
    case 'approve':
      draft.skipped.push({
        code: 'ADOPTION_NEEDS_APPROVAL',
        severity: 'warning',
        ...record,
        message: `The account ${match.targetId} on the target has the same e-mail, and nothing else in common.`,
        remedy: 'Approve the adoption if it is the same person; otherwise change the e-mail on one side.',
      });
      return undefined;
    case 'taken':
    case 'claimed':
      draft.skipped.push({ ...linkedElsewhere(match), ...record, severity: 'error' });
      return undefined;
    case 'conflict':
      draft.skipped.push({ ...match, ...record, severity: 'error' });
      return undefined;
  }
}

function hasSent(targetId: string, key: MatchKey, value: string, { taken, input }: Draft): boolean {
  const sent = input.links.get(taken.get(targetId) ?? '')?.sent;
  return sent != null && keysOf(sent, key, input.capabilities.userNameCaseExact).includes(value);
}

function linkedElsewhere(match: Extract<Match, { kind: 'taken' | 'claimed' }>) {
  const code = 'ACCOUNT_LINKED_ELSEWHERE';
  const account = `The account ${match.targetId} on the target`;
  const candidates = { on: match.by, targetIds: [match.targetId] };
  if (match.kind === 'taken') {
    const message = `${account} has the same ${match.by} but belongs to another person of ours.`;
    return { code, message, remedy: `Correct the ${match.by} of one of the two people.`, candidates };
  }
  const { subjects, goesTo } = match;
  const fits = `${account} fits ${subjects.length} people of ours (${subjects.join(', ')})`;
  const message =
    goesTo === null
      ? `${fits}, so it goes to none of them.`
      : `${fits}; it goes to ${goesTo}, who has more than the e-mail in common with it.`;
  const remedy =
    'Correct externalId, userName or e-mail on the account, or the e-mail of one of the people in Lucca, so that it fits one of them.';
  return { code, message, remedy, candidates };
}

function whyCreated(interrupted: boolean, vanished: boolean, reason: string): string {
  if (vanished) return 'the account has vanished from the target';
  return interrupted ? 'an earlier run was interrupted while creating the account' : reason;
}

/** Where only memberships are written, who has no account gets none. */
export function notThere(record: Pick<Finding, 'kind' | 'subject' | 'label'>): Finding {
  const what = record.kind === 'person' ? 'account' : 'group';
  return {
    ...record,
    code: 'NOT_ON_TARGET',
    severity: 'info',
    message: `There is no such ${what} on the target, and the bridge writes nothing but memberships there.`,
    remedy: `Nothing to do: as soon as the ${what} exists, the bridge finds it.`,
  };
}

/** Second step, once all arrivals are known: adds the manager and says what changes. */
export function completeNewcomer({ operation, managerId, remote }: Newcomer, draft: Draft): void {
  const manager = resolveManager(operation.subject, managerId, draft);
  if (manager !== null && 'late' in manager) {
    operation.manager = manager.late;
  } else if (manager !== null && draft.input.profile.manager.pass === 'second') {
    operation.manager = { personId: managerId ?? '', value: manager.known };
  } else if (manager !== null) {
    operation.body = draft.shaper.withManager(operation.body, manager.known);
  }
  if (operation.kind === 'adopt-user' && writesMembersOnly(draft.input)) {
    // Nothing was ever sent: should people be written one day, all of it is to be compared.
    operation.body = {};
    operation.manager = null;
  } else if (operation.kind === 'adopt-user' && remote !== null) {
    if (draft.onCreateOnly.length > 0) operation.body = holdStill(operation.body, remote, draft.onCreateOnly);
    const changes = diffBodies(remote, operation.body, {
      same: draft.echoSame,
      removals: false,
      takes: draft.shaper.takes,
    });
    operation.changes = changes.filter((change) => !overwritesForeignKey(change));
    nameManager(operation.changes, managerId, draft);
    if (operation.changes.length > 0) operation.reason += `; to change: ${namePaths(operation.changes)}`;
    if (isInactive(remote)) operation.reason += '; it is reactivated';
  }
  draft.people.push(operation);
}

/** An externalId that is there already belongs to the client that set it (RFC 7643 section 3.1). */
function overwritesForeignKey(change: Change): boolean {
  return (
    change.path === 'externalId' &&
    change.before !== undefined &&
    !isJsonObject(change.before) &&
    change.before !== ''
  );
}
