/** Whether a reading of Lucca showed enough to count as a success: one that may remove nobody must not pass for one (R4, R6, R35). */
import { BridgeError } from '../errors.js';
import type { PersonRecord } from '../identity/person.js';
import type { DirectorySummary } from '../lucca/directory.js';
import { limitsOf } from '../push/guard/bounds.js';
import type { Looked } from './look.js';

/**
 * Why the run is no success although it did what it could, exit code 1; null when nothing speaks against it: the reading
 * did not prove complete, rights were lost, or more people are missing without a reason than may leave in one run.
 */
export function doubtOf({ found, books }: Pick<Looked, 'found' | 'books'>): BridgeError | null {
  if (!found.directory.certificate.complete) return incomplete(found.directory);
  if (!found.trusted) {
    return new BridgeError(
      'LUCCA_RIGHT_LOST',
      'Lucca has stopped showing fields of nearly everybody: their last values stay, and nobody was removed.',
      { remedy: 'Give the right back (lucca-scim check names it), or list the fields under lucca.emptied.' },
    );
  }
  const today = found.at.slice(0, 10);
  const staff = [...books.people.values()].filter((person) => isOfStaff(person, today));
  const missing = staff.filter(({ id }) => found.missing.has(id)).length;
  const { run: limit } = limitsOf({}, 'leavers', staff.length);
  return missing > limit ? tooFew(missing, staff.length, limit) : null;
}

/** Whom Lucca showed, and not as somebody who has left: a leaver may vanish from Lucca one day. */
function isOfStaff({ lucca, assertions }: PersonRecord, today: string): boolean {
  if (lucca === null || assertions.lucca?.attributes.active === false) return false;
  return lucca.contractEnd === null || lucca.contractEnd >= today;
}

function incomplete({ certificate }: DirectorySummary): BridgeError {
  const faults = certificate.collections.flatMap(({ name, faults: of }) =>
    of.map((fault) => `${name}: ${fault}`),
  );
  return new BridgeError(
    'LUCCA_READ_INCOMPLETE',
    `The reading of Lucca did not prove complete (${faults.join('; ')}): people were made and updated, and nobody was removed.`,
    {
      remedy:
        'Run again when Lucca is less busy; if it persists, look with lucca-scim check at what the credentials may see.',
    },
  );
}

function tooFew(missing: number, of: number, limit: number): BridgeError {
  return new BridgeError(
    'LUCCA_PEOPLE_MISSING',
    `Lucca does not show ${missing} of the ${of} people whom it has shown (more than ${limit}). Their accounts stay as they are.`,
    {
      remedy:
        "Check what the credentials may see: lucca-scim check. Whoever has left needs a contract's end in Lucca; whom Lucca deleted for good can be taken out with lucca-scim people erase.",
    },
  );
}
