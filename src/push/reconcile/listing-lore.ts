/**
 * What a whole listing teaches about a target (pure): which attributes it shows at all, and how it writes them, where its
 * answers to writes never showed anything.
 */
import type { JsonObject, JsonValue } from '../../json.js';
import { isBlank, type Same } from '../shape/compare.js';
import { explainEcho, withEcho } from '../shape/echo.js';
import { type EchoKind, type EchoShape, kindsAt } from '../shape/fold.js';
import { leavesOf, readShown } from '../shape/leaves.js';

/** What we sent, and what the listing shows of it. */
export interface Pair {
  sent: JsonObject;
  shown: JsonObject;
}

interface Tally {
  expected: number;
  shown: number;
  /** Shown as sent, though a change of case or accents could have been seen. */
  faithful: number;
  /** Shown otherwise, by what explains it. */
  explained: Map<string, { kinds: readonly EchoKind[]; count: number }>;
}

export interface Lore {
  shape: EchoShape;
  /**
   * Whether it means anything that an attribute is not shown.
   * @param isUnseen no answer has shown what was written of it last: where that is so of a few people only, they lack it
   */
  shows(path: string, isUnseen: boolean): boolean;
}

/** So many people alike are no coincidence. */
const ENOUGH = 3;
const FAITHFUL_SHARE = 0.1;

export function learnFromListing(pairs: readonly Pair[], shape: EchoShape, same: Same): Lore {
  const tallies = new Map<string, Tally>();
  for (const { sent, shown } of pairs) {
    for (const [path, value] of leavesOf(sent)) count(tallies, path, value, readShown(shown, path), same);
  }
  let learned = shape;
  for (const [path, { faithful, explained }] of tallies) {
    for (const { kinds, count: alike } of explained.values())
      if (alike >= ENOUGH && faithful <= alike * FAITHFUL_SHARE) learned = withEcho(learned, path, kinds);
  }
  return {
    shape: learned,
    shows(path, isUnseen) {
      const { expected = 0, shown = 0 } = tallies.get(path) ?? {};
      if (shown > 0) return true;
      if (isUnseen && expected <= ENOUGH) return !kindsAt(learned, path).includes('dropped');
      // One person alone may have lost what the target is known to show; several have not lost it all at once.
      return expected === 1 && kindsAt(learned, path).some((kind) => kind !== 'dropped');
    },
  };
}

function count(
  tallies: Map<string, Tally>,
  path: string,
  sent: JsonValue,
  shown: JsonValue | undefined,
  same: Same,
): void {
  let tally = tallies.get(path);
  if (tally === undefined) {
    tally = { expected: 0, shown: 0, faithful: 0, explained: new Map() };
    tallies.set(path, tally);
  }
  tally.expected += 1;
  if (isBlank(shown)) return;
  tally.shown += 1;
  if (same(path, shown, sent)) {
    tally.faithful += 1;
    return;
  }
  const kinds = explainEcho(path, sent, shown);
  // What no rule explains may as well be what people changed.
  if (kinds.includes('reworded')) return;
  const key = kinds.join();
  const known = tally.explained.get(key);
  if (known === undefined) tally.explained.set(key, { kinds, count: 1 });
  else known.count += 1;
}
