/** What a link remembers of attributes that the target shows otherwise than they were sent (pure). */
import type { DriftNote, Link } from '../../identity/person.js';
import type { DriftPolicy } from './policy.js';

export type Notes = Readonly<Record<string, DriftNote>>;

/** Going back and forth more often than this is a fight. */
export const MOST_SWINGS = 3;

/** Quarrels older than this are forgotten. */
const FORGOTTEN_MS = 30 * 24 * 3_600_000;

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

export function isForgotten({ at }: DriftNote, now: string): boolean {
  return Date.parse(now) - Date.parse(at) > FORGOTTEN_MS;
}

export function isSettled({ at }: DriftNote, now: string): boolean {
  return Date.parse(now) - Date.parse(at) > SETTLED_MS;
}

/** Attributes that are not written to the target: its own by now, or in dispute. */
export function leftAlone(link: Link | undefined): string[] {
  if (link?.drift === undefined) return [];
  return Object.entries(link.drift).flatMap(([path, { verb }]) =>
    verb === 'adopt' || verb === 'ask' || verb === 'fight' ? [path] : [],
  );
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
  const isSame = standing.length === notes.length && standing.every(([, note], at) => note === notes[at]?.[1]);
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
      return verb !== 'ignore' && verb !== 'ask' && !isForgotten(note, now) ? note : null;
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
