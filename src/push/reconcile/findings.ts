/** What a reconciliation found that people should know of beside the conflict queue, as findings of the plan (pure). */
import type { Finding } from '../plan/finding.js';
import type { DriftRow, Reconciliation } from './report.js';

/** Values that the target does not keep, memberships that it does not show, and fights over groups, for which there is no queue. */
export function findingsIn({
  drift,
  unverifiedMembers,
}: Pick<Reconciliation, 'drift' | 'unverifiedMembers'>): Finding[] {
  const ofDrift = drift.flatMap(({ verb, kind, subject, label, path }): Finding[] => {
    const words = wordsFor(verb, kind, path);
    return words === null ? [] : [{ ...words, severity: 'warning', kind, subject, label }];
  });
  return unverifiedMembers === 0 ? ofDrift : [...ofDrift, notVerified(unverifiedMembers)];
}

/** A target may hide its members, or have none of those that it said it took: from outside both look the same. */
function notVerified(count: number): Finding {
  const memberships = count === 1 ? '1 membership' : `${count} memberships`;
  return {
    code: 'MEMBERS_NOT_VERIFIED',
    severity: 'warning',
    kind: 'group',
    subject: 'members',
    label: 'All groups',
    message: `${memberships} cannot be verified: no group of ours shows a member.`,
    remedy:
      'Look on the target whether the groups have their members. Where it shows none by design, as AWS IAM Identity Center, what it acknowledged counts; if it only hides them in lists, set lists: partial in the options of the target.',
  };
}

function wordsFor(
  verb: DriftRow['verb'],
  kind: DriftRow['kind'],
  path: string,
): Pick<Finding, 'code' | 'message' | 'remedy'> | null {
  if (verb === 'unkept') {
    return {
      code: 'TARGET_DOES_NOT_KEEP',
      message: `The target takes ${path} without an error and does not have it; it is tried again once a week.`,
      remedy: `Ask the owner of the target; if it has no ${path}, set attributes: { ${path}: never } for it.`,
    };
  }
  if (verb !== 'fight' || kind !== 'group') return null;
  return {
    code: 'GROUP_FIGHT',
    message: `${path} of the group was put back over and over, and changed on the target again; it is left alone for 30 days.`,
    remedy: `Find out who writes it there; drift: { ${path}: ignore } leaves it to them for good.`,
  };
}
