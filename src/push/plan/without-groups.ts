/** A target without groups gets people alone (RFC 7644 section 3.2). */
import type { Capabilities } from '../capabilities.js';
import type { TargetProfile } from '../profile.js';
import type { Finding } from './finding.js';

/** What is said once in a plan whose groups are left out because the target has none; nothing where there are none, or it was configured so. */
export function withoutGroups(count: number, profile: TargetProfile, { groups }: Capabilities): Finding[] {
  if (count === 0 || groups !== false || profile.groups.enabled !== 'auto') return [];
  return [
    {
      code: 'GROUPS_NOT_ON_TARGET',
      severity: 'info',
      kind: 'group',
      subject: 'groups',
      label: 'All groups',
      message: `The target shows no groups, so people are pushed without the ${count === 1 ? 'group' : `${count} groups`} of the mapping.`,
      remedy:
        'Nothing to do if it has none: groups: { enabled: off } says so. If it has some all the same, groups: { enabled: on }.',
    },
  ];
}
