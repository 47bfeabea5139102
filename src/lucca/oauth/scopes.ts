/** Which scope shows what (reference page, section 8.2). */
import { wantsCustomFields } from '../custom-fields.js';
import type { Wanted } from '../reading.js';

/** Without this one there is nothing to read. */
export const ESSENTIAL_SCOPE = 'employees.readonly';

const BASIC = [
  ESSENTIAL_SCOPE,
  'employments.readonly',
  'employment-templates.readonly',
  'job-positions.readonly',
  'departments.readonly',
  'legal-entities.readonly',
  'business-establishments.readonly',
  'job-qualifications.readonly',
];
const PERSONAL = ['employee-personal-records.readonly'];
const CUSTOM = [
  'employee-attributes.readonly',
  'employee-attribute-definitions.readonly',
  'taxonomies.readonly',
];

/** The least that a reading needs: sensitive scopes only when their data are wanted. */
export function scopesFor(wanted: Pick<Wanted, 'customFields' | 'personal'>): string[] {
  return [
    ...BASIC,
    ...(wanted.personal ? PERSONAL : []),
    ...(wantsCustomFields(wanted.customFields) ? CUSTOM : []),
  ];
}
