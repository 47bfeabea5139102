/** What a link remembers of attributes that the target shows otherwise than they were sent (pure). */
import { isForgotten, MOST_SWINGS } from '../../identity/fights.js';
import type { DriftNote, Link } from '../../identity/person.js';
import type { JsonValue } from '../../json.js';
import type { DriftPolicy } from './policy.js';

export type Notes = Readonly<Record<string, DriftNote>>;

/** What was written too often in vain is tried again after this. */
const RETRY_MS = 7 * 24 * 3_600_000;

/** How long an answer may lag behind a write of ours. */
const SETTLED_MS = 60_000;

export function notesOf(link: Link): Notes {
  return link.drift ?? {};
}

export function noteAt(link: Link, path: string): DriftNote | undefined {
  return Object.hasOwn(notesOf(link), path) ? link.drift?.[path] : undefined;
}

/** The link with these notes, without the member where there are none. */
export function withNotes<L extends Link>(link: L, notes: Notes): L {
  const { drift: _, ...rest } = link;
  return Object.keys(notes).length === 0 ? (rest as L) : ({ ...rest, drift: { ...notes } } as L);
}

export function isSettled(note: Pick<DriftNote, 'at'>, now: string): boolean {
  return isOlder(note, now, SETTLED_MS);
}

function isOlder({ at }: Pick<DriftNote, 'at'>, now: string, milliseconds: number): boolean {
  return Date.parse(now) - Date.parse(at) > milliseconds;
}

/** Attributes that are not written to the target: its own by now, in dispute, or written too often in vain. */
export function leftAlone(link: Link | undefined): string[] {
  if (link?.drift === undefined) return [];
  return Object.entries(link.drift).flatMap(([path, note]) => (isLeftAlone(note) ? [path] : []));
}

function isLeftAlone({ verb, swings }: DriftNote): boolean {
  return (
    verb === 'adopt' || verb === 'ask' || verb === 'fight' || (verb === 'unkept' && swings > MOST_SWINGS)
  );
}

/**
 * How often a write of ours was taken and is not there, this time included; null where it was something else that changed the
 * value. Beyond `MOST_SWINGS` it is left alone, and tried once a week.
 * @param isThere whether the target shows a value
 */
export function countUnkept(
  note: DriftNote | undefined,
  isThere: (value: JsonValue) => boolean,
  now: string,
): number | null {
  if (note?.verb === 'sent') return !note.seen && isSettled(note, now) && isThere(note.was) ? 1 : null;
  if (note?.verb !== 'unkept' || !isThere(note.shown)) return null;
  return isOlder(note, now, RETRY_MS) ? Math.min(note.swings, MOST_SWINGS) : note.swings + 1;
}

/** Who has the say about an adopted value by now: the target still, nobody at all, or a source that spoke since (R10, R26). */
export type Say = 'target' | 'nobody' | 'another';

/**
 * The link without the notes that no longer hold: the admin chose another verb, handed the value back, or the quarrel is long
 * over. What a source of higher precedence said since the target's value was adopted is written again. The same link when all
 * notes hold.
 * @param whoSays by the path on the target, and the ISO instant of the adoption
 */
export function withStandingNotes<L extends Link>(
  link: L,
  policy: DriftPolicy,
  whoSays: (path: string, since: string) => Say,
  now: string,
): L {
  const notes = Object.entries(notesOf(link));
  const standing = notes.flatMap(([path, note]): [string, DriftNote][] => {
    const after = standingNote(path, note, policy, whoSays, now);
    return after === null ? [] : [[path, after]];
  });
  const isSame =
    standing.length === notes.length && standing.every(([, note], at) => note === notes[at]?.[1]);
  return isSame ? link : withNotes(link, Object.fromEntries(standing));
}

/** Null when it no longer holds. */
function standingNote(
  path: string,
  note: DriftNote,
  policy: DriftPolicy,
  whoSays: (path: string, since: string) => Say,
  now: string,
): DriftNote | null {
  const verb = policy.verbOf(path);
  switch (note.verb) {
    case 'ask':
      return verb === 'ask' ? note : null;
    case 'fight':
      if (verb === 'ignore' || verb === 'ask' || policy.isSettled(path)) return null;
      return isForgotten(note, now) ? null : note;
    case 'adopt': {
      if (verb !== 'adopt') return null;
      const say = note.silent === true ? 'target' : whoSays(path, note.at);
      if (say === 'another') return { ...note, verb: 'sent', was: note.shown };
      return say === 'target' ? note : null;
    }
    default:
      return note;
  }
}
