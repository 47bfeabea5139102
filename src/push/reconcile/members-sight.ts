/** Members who are not in our groups on the target as the ledger has it, where the target shows members at all (R23; pure). */

import { isDeepStrictEqual } from 'node:util';
import { isForgotten, MOST_SWINGS } from '../../identity/fights.js';
import type { DriftNote, GroupLink } from '../../identity/person.js';
import { isJsonObject, type JsonObject } from '../../json.js';
import { own } from '../../scim/path.js';
import { doubtAbout, noteAbsent, withDoubts } from '../plan/member-doubts.js';
import { equal } from '../shape/compare.js';
import { isSettled, noteAt, notesOf, withNotes } from './notes.js';
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
  /** Target ids of accounts that are not to be seen themselves: whether they could be in a group is not known. */
  unseen: ReadonlySet<string>;
  at: string;
}

/** The link whose ledger holds what is really there, so that a plan adds the rest again. Others' members are none of ours. */
export function judgeMembers(
  link: GroupLink,
  shown: JsonObject,
  eyes: MembersEyes,
): { link: GroupLink; drift: Drift[] } {
  const there = membersOf(shown);
  const left = judgeRemoved(link, there, eyes);
  const lost = judgeLost(judgeStuck(left.link, there, eyes), there, eyes);
  return { link: lost.link, drift: [...lost.drift, ...left.drift] };
}

/** Whom the target did not let go, and who is gone all the same, is where we wanted them: that is no drift. */
function judgeStuck(link: GroupLink, there: ReadonlySet<string>, { unseen, at }: MembersEyes): GroupLink {
  const gone = link.members.filter(
    (id) => doubtAbout(link, id)?.verb === 'stays' && !there.has(id) && !unseen.has(id),
  );
  return gone.length === 0 ? link : withoutMembers(link, gone, at);
}

/** Members of ours that are not in the group any more. */
function judgeLost(
  link: GroupLink,
  there: ReadonlySet<string>,
  { policy, unseen, at }: MembersEyes,
): { link: GroupLink; drift: Drift[] } {
  const missing = link.members.filter((id) => !there.has(id) && !unseen.has(id)).sort();
  const kept = link.members.length - missing.length;
  if (missing.length === 0 || (missing.length > MANY && missing.length > kept)) return { link, drift: [] };
  const note = noteAt(link, MEMBERS);
  const chosen = policy.verbOf(MEMBERS);
  const isAgain = note !== undefined && !isForgotten(note, at) && equal(note.shown, missing);
  const swings = (isAgain ? note.swings : 0) + 1;
  const fights = chosen === 'overwrite' && swings > MOST_SWINGS;
  // Who is in a group of ours is for us to say: there is no source that a target could be of it.
  const verb = fights ? 'fight' : chosen === 'adopt' ? 'ignore' : chosen;
  const drift: Drift[] = [{ path: MEMBERS, sent: link.members.length, shown: kept, verb }];
  if (verb === 'ignore' || (verb === 'ask' && note?.verb === 'ask')) return { link, drift };
  const next: DriftNote = { verb, shown: missing, was: null, swings, at };
  const seen = verb === 'overwrite' ? withoutMembers(link, missing, at) : link;
  return { link: withNotes(seen, { ...notesOf(link), [MEMBERS]: next }), drift };
}

/** Should the answer have been late after all, whoever leaves meanwhile is taken out as soon as they are seen again. */
function withoutMembers(link: GroupLink, missing: readonly string[], at: string): GroupLink {
  const lacking = new Set(missing);
  const rest = { ...link, members: link.members.filter((id) => !lacking.has(id)) };
  return noteAbsent(rest, missing, at);
}

/**
 * Members who are there all the same: whom we took out go back into the ledger, so that a plan takes them out again; so do those
 * whom the target seemed not to take.
 */
function judgeRemoved(
  link: GroupLink,
  there: ReadonlySet<string>,
  { at }: MembersEyes,
): { link: GroupLink; drift: Drift[] } {
  const known = { ...link.doubts };
  const again: string[] = [];
  const arrived: string[] = [];
  let stuck = 0;
  for (const [id, doubt] of Object.entries(known)) {
    if (doubt.verb === 'refused' && there.has(id)) {
      delete known[id];
      if (!link.members.includes(id)) arrived.push(id);
    }
    if (doubt.verb !== 'removed') continue;
    delete known[id];
    if (!there.has(id) || link.members.includes(id)) continue;
    // An answer may lag behind what we did a moment ago.
    const isFound = doubt.times <= MOST_SWINGS && isSettled(doubt, at);
    const times = isFound ? doubt.times + 1 : doubt.times;
    known[id] = isFound ? { ...doubt, times, at } : doubt;
    if (times > MOST_SWINGS) stuck += 1;
    else if (isFound) again.push(id);
  }
  if (isDeepStrictEqual(known, link.doubts ?? {}) && stuck === 0) return { link, drift: [] };
  const members = [...link.members, ...again, ...arrived];
  const row = (verb: Drift['verb'], count: number): Drift[] =>
    count === 0
      ? []
      : [{ path: MEMBERS, sent: link.members.length, shown: link.members.length + count, verb }];
  return {
    link: withDoubts({ ...link, members }, known, at),
    drift: [...row('overwrite', again.length), ...row('unkept', stuck)],
  };
}

/** Target ids of the members that a group shows. */
export function membersOf(shown: JsonObject): Set<string> {
  const members = Array.isArray(shown.members) ? shown.members : [];
  const ids = members.map((member) => (isJsonObject(member) ? own(member, 'value') : member));
  return new Set(ids.filter((id): id is string => typeof id === 'string'));
}
