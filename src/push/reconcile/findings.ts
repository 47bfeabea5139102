/** What a reconciliation found that people should know of beside the conflict queue, as findings of the plan (pure). */
import type { Finding } from '../plan/finding.js';
import type { DriftRow, Reconciliation } from './report.js';

/** Values that the target does not keep, and fights over groups, for which there is no queue. */
export function findingsIn({ drift }: Pick<Reconciliation, 'drift'>): Finding[] {
  return drift.flatMap(({ verb, kind, subject, label, path }): Finding[] => {
    const words = wordsFor(verb, kind, path);
    return words === null ? [] : [{ ...words, severity: 'warning', kind, subject, label }];
  });
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
