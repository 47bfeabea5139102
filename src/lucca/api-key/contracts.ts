/** v4 work contracts: where the contract type lives (reference page, section 4.5). */
import { z } from 'zod';
import type { Issue } from '../../errors.js';
import { readCollection } from '../collection.js';
import type { CollectionCertificate, Contract, Person } from '../directory.js';
import { createIntern } from '../intern.js';
import { day, flag, id, optionalDay, optionalId, orNull, recordReader } from '../record.js';
import type { Transport } from '../transport.js';
import { numberedPages } from './numbered-pages.js';

const workContract = recordReader(
  z.object({
    id,
    ownerId: id,
    typeId: optionalId,
    type: z.object({ id: optionalId, name: z.string().nullish() }).nullish(),
    startsOn: day,
    endsOn: optionalDay,
    isApplicable: flag,
  }),
);

interface OwnedContract {
  ownerId: string;
  applicable: boolean;
  contract: Contract;
}

/**
 * Reads the applicable contracts and joins them to their owners, in place. The dates on the user, where Lucca shows
 * them, stay: both are said to be those of the applicable contract.
 */
export async function joinContracts(
  transport: Transport,
  people: ReadonlyMap<string, Person>,
): Promise<{ certificate: CollectionCertificate; issues: Issue[] }> {
  const intern = createIntern();
  const { items, certificate, issues } = await readCollection<OwnedContract>(transport.session, {
    name: 'work-contracts',
    kind: 'contract',
    neverEmpty: true,
    pages: () =>
      numberedPages(transport, {
        path: '/directory/api/4.0/work-contracts',
        query: { isApplicable: 'true' },
        largePages: true,
      }),
    read(row) {
      const parsed = workContract(row);
      if (!parsed.ok) return parsed;
      const { ownerId, typeId, type, startsOn, endsOn, isApplicable } = parsed.value;
      const kind = typeId ?? type?.id ?? null;
      const name = orNull(type?.name);
      const contract = {
        id: parsed.id,
        start: intern(startsOn),
        end: endsOn == null ? null : intern(endsOn),
        typeId: kind === null ? null : intern(kind),
        typeName: name === null ? null : intern(name),
        term: null,
      };
      return { ok: true, id: parsed.id, value: { ownerId, applicable: isApplicable !== false, contract } };
    },
  });
  const latestFirst = [...items.values()].sort((a, b) => compare(b.contract.start, a.contract.start));
  for (const { ownerId, applicable, contract } of latestFirst) {
    const owner = people.get(ownerId);
    if (applicable && owner !== undefined) owner.contract = join(owner.contract, contract);
  }
  return { certificate, issues };
}

/** When Lucca calls two contracts applicable, the one that the user's own start date names wins, else the later one. */
function join(known: Contract | null, found: Contract): Contract {
  if (known === null) return found;
  if (known.id !== null && found.start !== known.start) return known;
  return known.start === null ? found : { ...found, start: known.start, end: known.end };
}

function compare(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : Number(a !== b);
}
