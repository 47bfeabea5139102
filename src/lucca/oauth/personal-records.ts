/** Personal records: gender, birth date, private contacts (reference page, section 3.6). Read only when wanted. */
import { z } from 'zod';
import type { Issue } from '../../errors.js';
import { readCollection } from '../collection.js';
import type { CollectionCertificate, Person } from '../directory.js';
import { id, optionalDay, optionalText, orNull, recordReader, reference } from '../record.js';
import type { Transport } from '../transport.js';
import { cursorPages } from './cursor-pages.js';

const record = recordReader(
  z.object({
    id,
    employee: reference,
    legalGender: optionalText,
    birthDate: optionalDay,
    phoneNumber: optionalText,
    email: optionalText,
  }),
);

const GENDERS = new Map<string, Person['gender']>([
  ['male', 'male'],
  ['female', 'female'],
  ['diverse', 'other'],
]);

type Personal = Pick<Person, 'gender' | 'birthDate' | 'personalEmail' | 'personalPhone'>;

/** Reads the personal records and adds them to their people, in place. */
export async function joinPersonalRecords(
  transport: Transport,
  people: ReadonlyMap<string, Person>,
): Promise<{ certificate: CollectionCertificate; issues: Issue[] }> {
  const { items, certificate, issues } = await readCollection<{ owner: string; personal: Personal }>(
    transport.session,
    {
      name: 'employee-personal-records',
      kind: 'person',
      pages: () => cursorPages(transport, { name: 'employee-personal-records' }),
      read(row) {
        const parsed = record(row);
        if (!parsed.ok) return parsed;
        const { employee, legalGender, birthDate, phoneNumber, email } = parsed.value;
        const personal: Personal = {
          gender: GENDERS.get(legalGender?.toLowerCase() ?? '') ?? null,
          birthDate: birthDate ?? null,
          personalEmail: orNull(email),
          personalPhone: orNull(phoneNumber),
        };
        return { ok: true, id: parsed.id, value: { owner: employee.id, personal } };
      },
    },
  );
  for (const { owner, personal } of items.values()) {
    const person = people.get(owner);
    if (person !== undefined) Object.assign(person, personal);
  }
  return { certificate, issues };
}
