/**
 * What the answer to a write of ours says beside "done" (pure): how the target writes what it is sent (R25), and what SSO has
 * changed there meanwhile (R26). Costs no request.
 */
import type { DriftNote, Link } from '../../identity/person.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { createHolds, equal } from '../shape/compare.js';
import type { Change } from '../shape/diff.js';
import { explainEcho, withEcho } from '../shape/echo.js';
import { type EchoShape, kindsAt } from '../shape/fold.js';
import { coversPath, leavesOf, readShown } from '../shape/leaves.js';
import { notesOf, withNotes } from './notes.js';
import type { DriftPolicy } from './policy.js';
import { type Eyes, type Heard, judgeSight } from './sight.js';

/** A write that the target acknowledged. */
export interface Acknowledged {
  /** Undefined when the answer showed none. */
  resource: JsonObject | undefined;
  /** Null: the whole body, of an account that was made by it. */
  changes: readonly Change[] | null;
}

export interface AnswerContext extends Pick<Eyes, 'policy' | 'onCreateOnly' | 'isSayable' | 'at'> {
  userNameCaseExact: boolean;
  shape: EchoShape;
}

export interface Heeded<L extends Link> {
  link: L;
  heard: Heard[];
  /** Attributes that went back and forth too often. */
  fights: string[];
  /** The same object when nothing was learned. */
  shape: EchoShape;
}

/**
 * @param before the link before the write
 * @param link the link after it, without notes
 */
export function heedAnswer<L extends Link>(
  before: Link | undefined,
  link: L,
  { resource, changes }: Acknowledged,
  context: AnswerContext,
): Heeded<L> {
  const notes = changes === null ? {} : notesAfter(before, changes, resource, context);
  if (resource === undefined || link.sent === null || isSwitched(changes))
    return { link: withNotes(link, notes), heard: [], fights: [], shape: context.shape };
  let { shape } = context;
  for (const { path, value, was } of written(link.sent, changes)) {
    const shown = readShown(resource, path);
    const kinds = explainEcho(path, value, shown);
    // What still stands there as before was not taken, or not yet.
    if (kinds.includes('reworded') && was !== undefined && equal(shown, was)) continue;
    shape = withEcho(shape, path, kinds);
    if (kinds.some((kind) => kind === 'reworded' || !kindsAt(shape, path).includes(kind)))
      notes[path] = { verb: 'echo', shown: shown ?? null, was: value, swings: 0, at: context.at };
  }
  const same = createHolds({ userNameCaseExact: context.userNameCaseExact, learned: shape });
  const { drift, ...sight } = judgeSight(withNotes(link, notes), resource, {
    ...context,
    same,
    rewords: (path) => kindsAt(shape, path).includes('reworded'),
    policy: ssoAlone(context.policy),
    shows: () => false,
  });
  const fights = drift.filter(({ verb }) => verb === 'fight').map(({ path }) => path);
  return { ...sight, fights, shape };
}

/** Targets write other names into accounts that they switch off, and the old ones back; that is nobody's word. */
function isSwitched(changes: readonly Change[] | null): boolean {
  return changes?.some(({ path }) => path === 'active') ?? false;
}

interface Written {
  path: string;
  value: JsonValue;
  was: JsonValue | undefined;
}

function written(sent: JsonObject, changes: readonly Change[] | null): Written[] {
  const leaves = [...leavesOf(sent)];
  if (changes === null) return leaves.map(([path, value]) => ({ path, value, was: undefined }));
  return leaves.flatMap(([path, value]) => {
    const change = changes.find((one) => coversPath([one.path], path));
    return change === undefined
      ? []
      : [{ path, value, was: change.path === path ? change.before : undefined }];
  });
}

/**
 * What was noted of attributes that were written now has had its time, but for how often that was necessary. What the answer does
 * not show, or SSO may write as well, is noted until the target has been seen to have it.
 */
function notesAfter(
  before: Link | undefined,
  changes: readonly Change[],
  resource: JsonObject | undefined,
  { policy, shape, userNameCaseExact, at }: AnswerContext,
): Record<string, DriftNote> {
  const notes = before === undefined ? {} : { ...notesOf(before) };
  const same = createHolds({ userNameCaseExact, learned: shape });
  const swings = new Map<string, number>();
  for (const { path, before: was = null, after = null } of changes) {
    const isSeen = resource !== undefined && same(path, readShown(resource, path), after);
    for (const [noted, note] of Object.entries(notes)) {
      if (!coversPath([path], noted)) continue;
      if (note.verb === 'sent') swings.set(noted, note.swings);
      // What we put back over and over is a quarrel; another value of ours begins anew.
      const isOurNews = note.verb === 'overwrite' && noted === path && !same(path, note.was, after);
      if (note.verb === 'echo' || note.verb === 'sent' || (note.verb === 'unkept' && isSeen) || isOurNews)
        delete notes[noted];
    }
    const kinds = kindsAt(shape, path);
    const isWorthNoting =
      policy.isSso(path) || kinds.includes('reworded') || !(isSeen || kinds.includes('dropped'));
    if (isWorthNoting && notes[path] === undefined)
      notes[path] = {
        verb: 'sent',
        shown: after,
        was,
        swings: swings.get(path) ?? 0,
        at,
        ...(isSeen && { seen: true }),
      };
  }
  return notes;
}

/** Outside a reconciliation only what SSO owns is looked at. */
function ssoAlone(policy: DriftPolicy): DriftPolicy {
  return { ...policy, verbOf: (path) => (policy.isSso(path) ? 'adopt' : 'ignore') };
}
