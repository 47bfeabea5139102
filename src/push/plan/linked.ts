/** People with an account of ours: what changes on it (R19, R20). */
import type { Link } from '../../identity/person.js';
import type { JsonObject } from '../../json.js';
import { leftAlone, noteAt } from '../reconcile/notes.js';
import { exactlySame } from '../shape/compare.js';
import { type Change, diffBodies } from '../shape/diff.js';
import { isInactive } from '../shape/fit.js';
import { coversPath, holdStill } from '../shape/leaves.js';
import { markText } from '../shape/shorten.js';
import { deletionAt, isDeletionDue } from './deletion.js';
import { asInactive, type Draft, fileFaults, namePaths } from './draft.js';
import { type DesiredUser, writesMembersOnly } from './input.js';
import { nameManager, resolveManager } from './managers.js';
import { labelOf } from './names.js';
import type { DeactivateUser } from './operation.js';
import { judgeStanding, type Standing } from './standing.js';

export function planLinked(user: DesiredUser, link: Link, targetId: string, draft: Draft): void {
  const standing = judgeStanding(user);
  const inactive = isInactive(link.sent ?? draft.remoteUsers.get(targetId));
  if (!user.inScope) draft.outOfScope += 1;
  if (standing.active === false && !writesMembersOnly(draft.input) && isToGo(link, inactive, draft))
    draft.people.push(deletion(user, link, targetId, standing, draft));
  else if (writesMembersOnly(draft.input) || (inactive && standing.active !== true)) draft.unchanged += 1;
  else if (standing.active === false) deactivate(user, link, targetId, standing, draft);
  else update(user, link, targetId, { ...standing, returns: inactive }, draft);
}

/** Whether the account has been let go for long enough to be deleted. */
function isToGo(link: Link, isOff: boolean, { input, shaper }: Draft): boolean {
  const isLetGo = isOff || !shaper.takes('active');
  return input.profile.deactivate === 'delete' && isLetGo && isDeletionDue(link, input);
}

function deletion(
  user: DesiredUser,
  link: Link,
  targetId: string,
  { reason, cause }: Extract<Standing, { active: false }>,
  { input }: Draft,
): DeactivateUser {
  return {
    id: `deactivate-user:${user.id}`,
    kind: 'deactivate-user',
    subject: user.id,
    label: labelOf(user.resource, user.id),
    reason: `deleted ${input.profile.deleteAfterDays} days after it was let go: ${reason}`,
    targetId,
    mode: 'delete',
    cause,
    body: link.sent ?? {},
    manager: null,
    wave: 0,
    changes: [],
  };
}

/** A leaver's account is switched off and otherwise left as it was. */
function deactivate(
  user: DesiredUser,
  link: Link,
  targetId: string,
  { reason, cause }: Extract<Standing, { active: false }>,
  draft: Draft,
): void {
  const { deactivate: how, deleteAfterDays } = draft.input.profile;
  const label = labelOf(user.resource, user.id);
  const record = { severity: 'warning', kind: 'person', subject: user.id, label } as const;
  if (how === 'none') {
    draft.skipped.push({
      ...record,
      code: 'DEACTIVATION_OFF',
      message: `The account should be inactive (${reason}), but the profile of the target never deactivates.`,
      remedy:
        'Deactivate it on the target by hand, or set deactivate: active-false in the options of the target.',
    });
    return;
  }
  if (how === 'delete' && !draft.shaper.takes('active')) {
    const when = deletionAt(link, draft.input.profile) ?? `${deleteAfterDays} days after the next push`;
    draft.skipped.push({
      ...record,
      code: 'DELETION_WAITS',
      message: `The account should be inactive (${reason}), which the target does not know; it is deleted ${when}.`,
      remedy: 'Switch the account off on the target by hand, or shorten deleteAfterDays in its options.',
    });
    return;
  }
  draft.people.push({
    id: `deactivate-user:${user.id}`,
    kind: 'deactivate-user',
    subject: user.id,
    label,
    reason: how === 'delete' ? `${reason}; deleted ${deleteAfterDays} days later` : reason,
    targetId,
    mode: 'active-false',
    cause,
    body: asInactive(link.sent, draft.shaper),
    manager: null,
    wave: 0,
    changes: [{ path: 'active', before: true, after: false }],
  });
}

function update(
  user: DesiredUser,
  link: Link,
  targetId: string,
  standing: Standing & { returns: boolean },
  draft: Draft,
): void {
  const { shaper } = draft;
  const { returns } = standing;
  const shaped = shaper.shape(user.resource, user.id);
  let body = withOwnUserName(shaper.withActive(shaped.body, true), user.id, link, draft);
  const manager = resolveManager(user.id, shaped.managerId, draft);
  if (manager !== null && 'known' in manager) body = shaper.withManager(body, manager.known);
  const held = [...draft.onCreateOnly, ...leftAlone(link), ...shaped.held];
  if (held.length > 0 && link.sent !== null) body = holdStill(body, link.sent, held);
  const changes = changesTo(link, targetId, body, draft).filter(({ path }) => !coversPath(held, path));
  const isHeld = coversPath(held, shaper.managerPath);
  const late = manager !== null && 'late' in manager && !isHeld ? manager.late : null;
  const isLate = ({ path }: Change) => late !== null && path === shaper.managerPath;
  const record = { kind: 'person' as const, subject: user.id, label: labelOf(user.resource, user.id) };
  if (changes.length === 0 && late === null) {
    draft.unchanged += 1;
    // Else nobody would learn why nothing is sent.
    fileFaults(
      draft,
      shaped.faults.filter(({ code }) => code === 'NAME_NOT_ON_TARGET'),
      record,
    );
    return;
  }
  if (fileFaults(draft, shaped.faults, record)) return;
  nameManager(changes, shaped.managerId, draft);
  const kind = returns ? 'reactivate-user' : 'update-user';
  draft.people.push({
    ...record,
    id: `${kind}:${user.id}`,
    kind,
    reason: returns
      ? `is back: ${standing.reason}`
      : whatChanged(
          late === null ? changes : [...changes.filter((one) => !isLate(one)), { path: shaper.managerPath }],
          link,
        ),
    targetId,
    body,
    manager: late,
    wave: 0,
    changes,
  });
}

/** Whoever got a userName with letters that tell them apart keeps it. */
export function withOwnUserName(body: JsonObject, id: string, { sent }: Link, { input }: Draft): JsonObject {
  const { userName: form, attributes } = input.profile;
  if (form !== 'email-local-part' || typeof body.userName !== 'string') return body;
  const marked = markText(body.userName, attributes.maxLength.userName, id);
  return sent?.userName === marked ? { ...body, userName: marked } : body;
}

/** Apart: what we want otherwise than before, and what somebody on the target has otherwise than we want. */
export function whatChanged(changes: readonly Change[], link: Link): string {
  const isTheirs = ({ path }: Change) => noteAt(link, path)?.verb === 'overwrite';
  const theirs = changes.filter(isTheirs);
  const ours = changes.filter((change) => !isTheirs(change));
  const parts = [
    ...(ours.length > 0 ? [`changed: ${namePaths(ours)}`] : []),
    ...(theirs.length > 0 ? [`changed on the target: ${namePaths(theirs)}`] : []),
  ];
  return parts.join('; ');
}

/** Against what was last sent; against the account as read, or all of the body, where nothing was ever sent. */
function changesTo(link: Link, targetId: string, body: JsonObject, draft: Draft): Change[] {
  const { takes } = draft.shaper;
  if (link.sent !== null) return diffBodies(link.sent, body, { same: exactlySame, removals: true, takes });
  const remote = draft.remoteUsers.get(targetId) ?? {};
  return diffBodies(remote, body, { same: draft.echoSame, removals: false, takes });
}

/** A linked person whom the reading did not show: nothing happens to the account (R5). */
export function reportMissing(id: string, link: Link, draft: Draft): void {
  if (isInactive(link.sent)) return;
  draft.skipped.push({
    code: 'MISSING_FROM_READING',
    severity: 'warning',
    kind: 'person',
    subject: id,
    label: labelOf(link.sent, id),
    message: 'Lucca did not show the person in this reading; the account stays as it is.',
    remedy: "If the person has left, enter the contract's end in Lucca; if not, check what the key may see.",
  });
}
