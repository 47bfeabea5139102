/** Cost centres for people read over OAuth: v3 users' axis values, joined to the employees (reference page, section 12 B). */
import { z } from 'zod';
import type { Issue } from '../../errors.js';
import { AxisValues } from '../api-key/axis-values.js';
import { offsetPages } from '../api-key/offset-pages.js';
import { AXIS_VALUES } from '../api-key/user-rights.js';
import { userList } from '../api-key/users.js';
import { readCollection } from '../collection.js';
import type { CollectionCertificate, Person, Section } from '../directory.js';
import { createIntern } from '../intern.js';
import { Presence } from '../presence.js';
import { id, optionalId, optionalReference, optionalText, orNull, recordReader } from '../record.js';
import type { Transport } from '../transport.js';
import { type Assignment, joinAssignments } from './join.js';

const user = recordReader(
  z.object({
    id,
    mail: optionalText,
    employeeNumber: optionalText,
    legalEntityId: optionalId,
    legalEntity: optionalReference,
  }),
);

export interface CostCentersReading {
  /** Sections met on people, known by name only. */
  sections: ReadonlyMap<string, Section>;
  certificate: CollectionCertificate;
  issues: Issue[];
}

/**
 * Reads everybody's axis values with the API key and adds them to the people, in place.
 * @throws LuccaError when the key is refused
 */
export async function joinCostCenters(
  transport: Transport,
  people: ReadonlyMap<string, Person>,
): Promise<CostCentersReading> {
  const axisValues = new AxisValues(createIntern());
  const presence = new Presence([AXIS_VALUES]);
  const list = userList(['id', 'mail', 'employeeNumber', 'legalEntityId', 'userAxisValues']);
  const { items, certificate, issues } = await readCollection<Assignment>(transport.session, {
    name: 'users',
    kind: 'person',
    neverEmpty: true,
    // A wrong key is a mistake in the configuration, not a gap in the data.
    endsReading: ({ status }) => status === 401,
    pages: () => offsetPages(transport, list),
    read(row) {
      const parsed = user(row);
      if (!parsed.ok) return parsed;
      const sections = axisValues.read(row);
      if (!sections.ok) return { ok: false, id: parsed.id, problem: sections.problem };
      presence.see({ userAxisValues: sections.shown ? true : undefined });
      const { mail, employeeNumber, legalEntityId, legalEntity } = parsed.value;
      const assignment = {
        id: parsed.id,
        email: orNull(mail),
        employeeNumber: orNull(employeeNumber),
        establishmentId: legalEntityId ?? legalEntity?.id ?? null,
        sections: sections.value,
      };
      return { ok: true, id: parsed.id, value: assignment };
    },
  });
  const join = joinAssignments([...people.values()], items);
  for (const [person, sections] of join.sections) person.sections = sections;
  return {
    sections: axisValues.sections,
    certificate,
    issues: [...issues, ...presence.issues(), ...join.issues],
  };
}
