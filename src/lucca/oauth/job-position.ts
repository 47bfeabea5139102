/** A job position as a person's place in the company (reference page, section 3.4). */
import { z } from 'zod';
import type { Person } from '../directory.js';
import type { Intern } from '../intern.js';
import {
  id,
  optionalReference,
  optionalText,
  orNull,
  type RowOf,
  recordReader,
  reference,
} from '../record.js';
import type { LinkedKind } from './linked.js';

const read = recordReader(
  z.object({
    id,
    employee: reference,
    businessEstablishment: optionalReference,
    department: optionalReference,
    manager: optionalReference,
    jobTitle: optionalText,
    jobQualification: optionalReference,
  }),
);

export type JobPosition = RowOf<typeof read>;

export const POSITIONS: LinkedKind<JobPosition> = {
  name: 'job-positions',
  type: 'job-position',
  read,
  whole: ['businessEstablishment', 'department', 'manager', 'jobTitle', 'jobQualification'],
};

/** Gives a person the place that the applicable position says. */
export function addPosition(person: Person, position: JobPosition, intern: Intern): void {
  const shared = (value: string | null | undefined) => (value == null ? null : intern(value));
  person.establishmentId = shared(position.businessEstablishment?.id);
  person.departmentId = shared(position.department?.id);
  person.managerId = shared(position.manager?.id);
  person.jobTitle = shared(orNull(position.jobTitle));
}
