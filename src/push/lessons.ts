/** What a target's answers teach beyond, or against, what it says of itself: kept with its capabilities, shown by `check`. */
import type { Capabilities } from './capabilities.js';
import type { MatchKey } from './plan/match.js';

/**
 * `patch: false`, the form of PATCH that is taken, whether each of its operations goes in a request of its own, how many operations a bulk request may hold (0: no Bulk), that writes need
 * If-Match, or a key by which an endpoint cannot be asked.
 */
export type Lesson = { at: string; why: string } & (
  | { about: 'patch'; taken: false }
  | { about: 'patch-form'; form: 'op-per-path' | 'one-object' }
  | { about: 'patch-apart'; apart: boolean }
  | { about: 'bulk'; maxOperations: number }
  | { about: 'versions'; required: true }
  | { about: 'filter'; endpoint: string; key: MatchKey }
);

/** Different records that must show the same before it is held true of the target. */
export const ENOUGH = 2;

/** A lesson is believed for so long; then the target is tried again. */
const LIVES_MS = 30 * 24 * 3_600_000;

/** The capabilities with one lesson more; it takes the place of an earlier one about the same thing. */
export function heed(capabilities: Capabilities, lesson: Lesson): Capabilities {
  const others = (capabilities.lessons ?? []).filter((other) => !isSameMatter(other, lesson));
  const heeded = { ...capabilities, lessons: [...others, lesson] };
  switch (lesson.about) {
    case 'patch':
      return { ...heeded, known: true, patch: false };
    case 'versions':
      return { ...heeded, versions: true };
    case 'patch-form':
      return { ...heeded, patchForm: lesson.form };
    case 'patch-apart':
      return { ...heeded, patchApart: lesson.apart };
    case 'bulk': {
      const { maxOperations } = lesson;
      return { ...heeded, bulk: { ...capabilities.bulk, supported: maxOperations > 1, maxOperations } };
    }
    case 'filter':
      return heeded;
  }
}

function isSameMatter(one: Lesson, other: Lesson): boolean {
  if (one.about !== 'filter' || other.about !== 'filter') return one.about === other.about;
  return one.endpoint === other.endpoint && one.key === other.key;
}

/** Whether the target is known to refuse being asked by this key. */
export function refusesFilter({ lessons = [] }: Capabilities, endpoint: string, key: MatchKey): boolean {
  return lessons.some(
    (lesson) => lesson.about === 'filter' && lesson.endpoint === endpoint && lesson.key === key,
  );
}

/** What a new discovery says, and what was learned before it and is not too old. */
export function heedAgain(
  discovered: Capabilities,
  lessons: readonly Lesson[] = [],
  now: number,
): Capabilities {
  return lessons.filter(({ at }) => now - Date.parse(at) < LIVES_MS).reduce(heed, discovered);
}

/** For people: `POST /Bulk was answered 501 (learned 2026-11-20)`. */
export function describeLesson({ why, at }: Lesson): string {
  return `${why} (learned ${at.slice(0, 10)})`;
}
