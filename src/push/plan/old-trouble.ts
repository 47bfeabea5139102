/** Trouble with what nobody wants any more says nothing of what is wanted later, nor how long that has been failing (R24). Pure. */
import type { GroupLink, Link } from '../../identity/person.js';
import type { Plan } from './operation.js';

/** Bridge ids of those whom a plan writes, or would write if nothing stood in the way. */
export function concernedBy({
  operations,
  held,
  awaiting,
  skipped,
  notes,
}: Pick<Plan, 'operations' | 'held' | 'awaiting' | 'skipped' | 'notes'>): ReadonlySet<string> {
  const waiting = notes.flatMap(({ subject, waits }) => {
    if (waits === undefined) return [];
    return [waits.for === 'membership' ? waits.group : subject];
  });
  const planned = [...operations, ...held.map(({ operation }) => operation), ...awaiting, ...skipped];
  return new Set([...planned.map(({ subject }) => subject), ...waiting]);
}

/** The link without its trouble, unless the plan concerns it; the link itself where it has none. */
export function withoutOldTrouble<L extends Link | GroupLink>(
  link: L,
  id: string,
  concerned: ReadonlySet<string>,
): L {
  const hasTrouble =
    link.trouble !== undefined || ('memberTrouble' in link && link.memberTrouble !== undefined);
  if (!hasTrouble || concerned.has(id)) return link;
  const { trouble: _, memberTrouble: __, ...rest } = link as L & Pick<GroupLink, 'memberTrouble'>;
  return rest as unknown as L;
}
