/** Members that somebody took out of our groups on the target, where the target shows members at all (R23; pure). */
import type { DriftNote, GroupLink } from '../../identity/person.js';
import { isJsonObject, type JsonObject } from '../../json.js';
import { own } from '../../scim/path.js';
import { isForgotten, MOST_SWINGS, noteAt, notesOf, withNotes } from './notes.js';
import type { DriftPolicy } from './policy.js';
import type { Drift } from './sight.js';

const MEMBERS = 'members';

/** A list with more of ours missing than there are left was cut short rather than edited. */
const MANY = 20;

/** Whether a target shows members: some answer with an empty list whatever is in the group. */
export function showsMembers(pairs: readonly { link: GroupLink; shown: JsonObject }[]): boolean {
  return pairs.some(({ link, shown }) => {
    const there = membersOf(shown);
    return link.members.some((id) => there.has(id));
  });
}

export interface MembersEyes {
  policy: DriftPolicy;
  /** Target ids of accounts that are gone: they cannot be in a group any more. */
  gone: ReadonlySet<string>;
  at: string;
}

/** The link whose ledger holds what is really there, so that a plan adds the rest again. Others' members are none of ours. */
export function judgeMembers(
  link: GroupLink,
  shown: JsonObject,
  { policy, gone, at }: MembersEyes,
): { link: GroupLink; drift: Drift | null } {
  const there = membersOf(shown);
  const kept = link.members.filter((id) => there.has(id) || gone.has(id));
  const missing = link.members.length - kept.length;
  if (missing === 0 || (missing > MANY && missing > kept.length)) return { link, drift: null };
  const note = noteAt(link, MEMBERS);
  const chosen = policy.verbOf(MEMBERS);
  const swings = (note === undefined || isForgotten(note, at) ? 0 : note.swings) + 1;
  const fights = chosen === 'overwrite' && swings > MOST_SWINGS;
  // Who is in a group of ours is for us to say: there is no source that a target could be of it.
  const verb = fights ? 'fight' : chosen === 'adopt' ? 'ignore' : chosen;
  const sent = link.members.length;
  const drift: Drift = { path: MEMBERS, sent, shown: kept.length, verb };
  if (verb === 'ignore' || (verb === 'ask' && note?.verb === 'ask')) return { link, drift };
  const next: DriftNote = { verb, shown: kept.length, was: sent, swings, at };
  const seen = verb === 'overwrite' ? { ...link, members: kept } : link;
  return { link: withNotes(seen, { ...notesOf(link), [MEMBERS]: next }), drift };
}

function membersOf(shown: JsonObject): Set<string> {
  const members = Array.isArray(shown.members) ? shown.members : [];
  const ids = members.map((member) => (isJsonObject(member) ? own(member, 'value') : member));
  return new Set(ids.filter((id): id is string => typeof id === 'string'));
}
