/** What is said of who cannot be looked for on a target: made blindly, somebody could be there twice (R14). */
import type { Finding } from './finding.js';

export const NOT_SEARCHABLE = {
  code: 'TARGET_NOT_SEARCHABLE',
  message:
    'The target answers no filter for the name, and its list is not complete: whether this is there already cannot be told, so it is not made.',
  remedy:
    'Ask the owner of the target to let the list or the filters work (paging and lookup of the profile say how they are used).',
} as const;

export function notSearchable(record: Pick<Finding, 'kind' | 'subject' | 'label'>): Finding {
  return { ...record, ...NOT_SEARCHABLE, severity: 'error' };
}
