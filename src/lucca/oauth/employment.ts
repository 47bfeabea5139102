/** An employment as the contract of a person (reference page, section 3.3). */
import { z } from 'zod';
import type { Contract, Person } from '../directory.js';
import type { Intern } from '../intern.js';
import { day, id, optionalDay, optionalReference, type RowOf, recordReader, reference } from '../record.js';
import type { LinkedKind } from './linked.js';

const read = recordReader(
  z.object({
    id,
    employee: reference,
    legalEntity: optionalReference,
    start: z.object({ date: day }),
    end: z.object({ date: optionalDay }).nullish(),
    template: optionalReference,
  }),
);

export type Employment = RowOf<typeof read>;

export const EMPLOYMENTS: LinkedKind<Employment> = {
  name: 'employments',
  type: 'employment',
  read,
  whole: ['legalEntity', 'start', 'end', 'template'],
};

/** Gives a person the contract and the company of the applicable employment; the contract type's name is joined later. */
export function addEmployment(
  person: Person,
  { id, start, end, template, legalEntity }: Employment,
  intern: Intern,
): void {
  person.legalEntityId = legalEntity == null ? null : intern(legalEntity.id);
  person.contract = {
    id,
    start: intern(start.date),
    end: end?.date == null ? null : intern(end.date),
    typeId: template == null ? null : intern(template.id),
    typeName: null,
    term: null,
  } satisfies Contract;
}
