/**
 * What it means that a target shows an account or group as it does: which attributes somebody changed there, and what becomes
 * of each (R22, R25, R26). Pure; the same for a page of a listing and for the answer to a write.
 */
import { isForgotten, MOST_SWINGS } from '../../identity/fights.js';
import type { DriftNote, Link } from '../../identity/person.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { isParked } from '../plan/parking.js';
import { UNIQUE_ATTRIBUTES } from '../plan/unique-values.js';
import { equal, isBlank, type Same } from '../shape/compare.js';
import { isInactive } from '../shape/fit.js';
import { coversPath, leavesOf, readShown } from '../shape/leaves.js';
import { parseTargetPath, withValueAt } from '../shape/target-path.js';
import { countUnkept, isSettled, noteAt, notesOf, withNotes } from './notes.js';
import type { DriftPolicy, DriftVerb } from './policy.js';

/** One attribute that somebody changed on the target. */
export interface Drift {
  path: string;
  /** As we last sent it, or saw it. */
  sent: JsonValue;
  /** Null: nothing any more. */
  shown: JsonValue;
  /**
   * What becomes of it; `fight`: it went back and forth too often for anything to be done; `unkept`: the target took it over and
   * over, and does not have it.
   */
  verb: DriftVerb | 'fight' | 'unkept';
}

/** A value that the target has the say about from now on. */
export interface Heard {
  path: string;
  value: JsonValue;
}

export interface Sight<L extends Link = Link> {
  /** The same link when there is nothing to remember. */
  link: L;
  drift: Drift[];
  heard: Heard[];
}

export interface Eyes {
  same: Same;
  policy: DriftPolicy;
  /** Attributes that are none of our business once the account is there. */
  onCreateOnly: readonly string[];
  /**
   * Whether it means anything that an attribute is not shown.
   * @param isUnseen no answer has shown what was written of it last
   */
  shows(path: string, isUnseen: boolean): boolean;
  /** Whether the target writes what it is sent at this path in words of its own. */
  rewords(path: string): boolean;
  /** Whether the value at a path can be said of the person in our own form. */
  isSayable(path: string): boolean;
  /** ISO. */
  at: string;
}

/** Compares an account with what was last sent. The link remembers what the target has, so that a plan says what to do. */
export function judgeSight<L extends Link>(link: L, shown: JsonObject, eyes: Eyes): Sight<L> {
  const sight: Sight<L> = { link, drift: [], heard: [] };
  const notes = { ...notesOf(link) };
  let sent = link.sent ?? {};
  // Targets write other names into accounts that are switched off: that is nobody's word, of those only the switch counts.
  const isOff = isInactive(sent) || isInactive(shown);
  // What ours are called there is known all the same: somebody may need the name (R16).
  const named = isInactive(sent) ? UNIQUE_ATTRIBUTES : [];
  const leaves = leavesOf(sent);
  for (const path of new Set([...leaves.keys(), ...writtenPaths(notes)])) {
    const isName = named.some((name) => name === path);
    if (isOff && path !== 'active' && !isName) continue;
    const value = leaves.get(path) ?? null;
    const there = readShown(shown, path);
    const note = noteAt(link, path);
    const verdict = judge(path, value, there, note, isName ? { ...eyes, ...AS_IT_IS } : eyes);
    if (verdict === null) {
      if (note !== undefined && isOver(note, eyes.at)) delete notes[path];
      else if (note?.verb === 'sent' && !note.seen) notes[path] = { ...note, seen: true };
      continue;
    }
    if (verdict.note !== undefined) notes[path] = verdict.note;
    if (verdict.verb === 'none') continue;
    if (!isName) sight.drift.push({ path, sent: value, shown: there ?? null, verb: verdict.verb });
    if (verdict.verb === 'adopt' && verdict.note?.silent !== true)
      sight.heard.push({ path, value: there as JsonValue });
    if (verdict.verb === 'adopt' || verdict.verb === 'overwrite')
      sent = withValueAt(sent, parseTargetPath(path), isBlank(there) ? undefined : there);
  }
  const seen = equal(sent, link.sent ?? {}) ? link : { ...link, sent };
  if (!equal(notesOf(link) as unknown as JsonObject, notes as unknown as JsonObject))
    sight.link = withNotes(seen, notes);
  else sight.link = seen;
  return sight;
}

/** What an account has counts, and neither is it put back now nor does anybody own it. */
const AS_IT_IS: Pick<Eyes, 'policy' | 'onCreateOnly'> = {
  policy: { verbOf: () => 'overwrite', isSso: () => false, isSettled: () => true },
  onCreateOnly: [],
};

/** What was written lately, values that were taken away included. */
function writtenPaths(notes: Readonly<Record<string, DriftNote>>): string[] {
  return Object.keys(notes).filter((path) => notes[path]?.verb === 'sent' || notes[path]?.verb === 'unkept');
}

interface Verdict {
  /** `none`: it differs, and nobody changed it. */
  verb: Drift['verb'] | 'none';
  /** What to remember from now on; what is remembered stays when left out. */
  note?: DriftNote;
}

const NOTHING: Verdict = { verb: 'none' };

/** Null: ours is there. */
function judge(
  path: string,
  sent: JsonValue,
  shown: JsonValue | undefined,
  note: DriftNote | undefined,
  { same, policy, onCreateOnly, shows, rewords, isSayable, at }: Eyes,
): Verdict | null {
  if (same(path, shown, sent)) return null;
  const unkept = countUnkept(note, (value) => same(path, shown, value), at);
  if (isBlank(shown) && !shows(path, unkept !== null)) return NOTHING;
  if (unkept !== null) return judgeUnkept(unkept, { shown: shown ?? null, was: sent, at });
  // What is not ours any more, or never was, is nobody's business here.
  if (isBlank(sent)) return NOTHING;
  if (note?.verb === 'echo' && equal(note.shown, shown ?? null)) return NOTHING;
  if (note?.verb === 'sent' && !isSettled(note, at) && same(path, shown, note.was)) return NOTHING;
  const next = { shown: shown ?? null, was: sent, at };
  // The first that is seen of a write that was answered without the resource.
  if (note?.verb === 'sent' && rewords(path))
    return { verb: 'none', note: { ...next, verb: 'echo', swings: 0 } };
  // A run was interrupted while people exchanged their names.
  if (isParked(shown)) return { verb: 'overwrite' };
  const verb = policy.verbOf(path);
  // What we left behind on creation is not put back; that SSO changed it is worth knowing all the same.
  if (coversPath(onCreateOnly, path) && verb !== 'adopt') return NOTHING;
  if (note?.verb === 'fight') return { verb: 'fight' };
  if (verb === 'ask') return { verb, note: note?.verb === 'ask' ? note : { ...next, verb, swings: 0 } };
  // A blank is not a value (R11), and an externalId that is there belongs to the client that set it (RFC 7643 section 3.1).
  const isForeign = isBlank(shown) ? verb === 'adopt' : path === 'externalId';
  if (verb === 'ignore' || isForeign) return { verb: 'ignore' };
  const swings = countSwings(verb, shown, note, at);
  if (swings > MOST_SWINGS && !policy.isSettled(path))
    return { verb: 'fight', note: { ...next, verb: 'fight', swings } };
  const isSilent = verb === 'adopt' && !isSayable(path);
  return { verb, note: { ...next, verb, swings, ...(isSilent && { silent: true }) } };
}

/** A write that was taken and is not there is repeated, within bounds: the target may only pretend. */
function judgeUnkept(times: number, note: Pick<DriftNote, 'shown' | 'was' | 'at'>): Verdict {
  const verb = times > MOST_SWINGS ? 'unkept' : 'overwrite';
  return { verb, note: { ...note, verb: 'unkept', swings: times } };
}

/** Each time that ours had to be put back, or that the target's returned to what it was before. */
function countSwings(
  verb: 'overwrite' | 'adopt',
  shown: JsonValue | undefined,
  note: DriftNote | undefined,
  at: string,
): number {
  const isOf = note?.verb === verb || (verb === 'adopt' && note?.verb === 'sent');
  const before = !isOf || isForgotten(note, at) ? undefined : note;
  if (verb === 'overwrite') return (before?.swings ?? 0) + 1;
  if (before === undefined) return 0;
  return equal(before.was, shown) ? before.swings + 1 : before.swings;
}

/** Nothing differs any more, so what was noted has had its time. */
function isOver(note: DriftNote, at: string): boolean {
  if (note.verb === 'adopt') return false;
  if (note.verb === 'overwrite' || note.verb === 'fight') return isForgotten(note, at);
  if (note.verb === 'sent' && note.swings > 0) return isForgotten(note, at);
  return note.verb !== 'sent' || isSettled(note, at);
}
