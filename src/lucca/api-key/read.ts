/** The API-key way in: v3 users and axes, v4 structure and contracts (reference page, section 12, recipe A). */

import type { Reading, Wanted } from '../reading.js';
import type { Transport } from '../transport.js';
import { joinContracts } from './contracts.js';
import { nameCustomLists } from './list-entries.js';
import { readSections } from './sections.js';
import { readStructure } from './structure.js';
import { readUsers } from './users.js';

/**
 * Reads the whole tenant with an API key. Requests for 5,000 people: 5 pages of users and a second count, 5 of
 * contracts, and one or two each for departments, establishments and axis sections.
 * @throws LuccaError when the people cannot be read at all
 */
export async function readWithApiKey(transport: Transport, wanted: Wanted): Promise<Reading> {
  const users = await readUsers(transport, wanted);
  const contracts = await joinContracts(transport, users.items);
  const structure = await readStructure(transport);
  const axes = wanted.costCenterAxis === null ? null : await readSections(transport, wanted.costCenterAxis);
  const listIssues = await nameCustomLists(transport, users.items.values());

  for (const person of users.items.values()) {
    const site =
      person.establishmentId === null ? undefined : structure.establishments.get(person.establishmentId);
    person.legalEntityId = site?.legalEntityId ?? null;
  }
  return {
    people: users.items,
    structure,
    sections: axes?.sections ?? new Map(),
    metSections: users.axisValues.sections,
    costCenterAxisId: axes?.costCenterAxisId ?? null,
    certificates: [users.certificate, contracts.certificate, ...(axes?.certificates ?? [])],
    issues: [...users.issues, ...contracts.issues, ...(axes?.issues ?? []), ...listIssues],
  };
}
