/**
 * Deleting comes last (R22): an account is inactive first, a group empty, and then nobody has wanted it for some days. Until
 * then whoever comes back finds everything as it was. Pure.
 */
import type { GroupLink, Link } from '../../identity/person.js';
import type { TargetProfile } from '../profile.js';
import { isInactive } from '../shape/fit.js';
import { linkedId, type PlanInput } from './input.js';
import { judgeStanding } from './standing.js';

const DAY_MS = 86_400_000;

/** When a resource is deleted that is let go; null while that has not begun. ISO instant. */
export function deletionAt(link: Link, { deleteAfterDays }: TargetProfile): string | null {
  if (link.unwantedSince === undefined) return null;
  return new Date(Date.parse(link.unwantedSince) + deleteAfterDays * DAY_MS).toISOString();
}

export function isDeletionDue(link: Link, { profile, at }: Pick<PlanInput, 'profile' | 'at'>): boolean {
  const due = deletionAt(link, profile);
  return due !== null && due <= at;
}

/** Bridge ids of those who have a resource on the target, by whether they want it; of whom nothing is known, in neither. */
export interface Wants {
  wanted: ReadonlySet<string>;
  unwanted: ReadonlySet<string>;
}

/** Of people and of groups; what is unwanted only as far as the reading proved it (R4, R5). */
export function findWants(
  input: Pick<PlanInput, 'users' | 'groups' | 'links' | 'groupLinks' | 'missing' | 'complete' | 'profile'>,
): { people: Wants; groups: Wants } {
  const { users, groups, links, groupLinks, missing, complete, profile } = input;
  const isGone = new Map(
    users
      .filter(({ id }) => !missing.has(id) && linkedId(links.get(id)) !== null)
      .map((user) => [user.id, judgeStanding(user).active === false]),
  );
  const pick = (gone: boolean) => [...isGone].flatMap(([id, is]) => (is === gone ? [id] : []));
  const here = new Set((groups ?? []).map(({ id }) => id));
  const left = groups === null ? [] : [...groupLinks.keys()].filter((id) => !here.has(id));
  return {
    people: {
      wanted: new Set(pick(false)),
      unwanted: new Set(complete && profile.deactivate === 'delete' ? pick(true) : []),
    },
    groups: {
      wanted: here,
      unwanted: new Set(complete && profile.groups.release === 'delete' ? left : []),
    },
  };
}

/**
 * The link with the instant since when the resource has been let go: inactive or empty, and unwanted. The link itself when that
 * is in it already.
 * @param takesActive whether the target knows inactive accounts; where it does not, being unwanted is enough
 */
export function withUnwanted<L extends Link | GroupLink>(
  link: L,
  id: string,
  { wanted, unwanted }: Wants,
  { at, takesActive }: { at: string; takesActive: boolean },
): L {
  if (link.unwantedSince !== undefined && wanted.has(id)) {
    const { unwantedSince: _, ...rest } = link;
    return rest as L;
  }
  const isLetGo = 'members' in link ? link.members.length === 0 : isInactive(link.sent) || !takesActive;
  if (link.unwantedSince !== undefined || !unwanted.has(id) || !isLetGo || linkedId(link) === null)
    return link;
  return { ...link, unwantedSince: at };
}
