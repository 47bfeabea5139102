/** Writes whose answer is nonsense: whether they were carried out is seen on the target, or they count as failed (R21). */
import type { JsonObject } from '../../json.js';
import { TargetError } from '../client/target-error.js';
import { isBlank } from '../shape/compare.js';
import type { Change } from '../shape/diff.js';
import { readShown } from '../shape/leaves.js';
import { type Addressed, readOwn } from './answers.js';
import type { ApplyContext } from './context.js';

/**
 * Sends a write. An answer that is no SCIM says nothing of it, so the resource is read then.
 * @param ifDone what came of the write, as the resource that was read shows it; null where it does not
 * @throws TargetError that of the write, where it is not seen to be done
 */
export async function orReadBack<T>(
  addressed: Addressed,
  context: ApplyContext,
  write: () => Promise<T>,
  ifDone: (shown: JsonObject) => T | null,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof TargetError) || error.kind !== 'nonsense' || error.method === 'GET') throw error;
    if (!error.mayHaveHappened) throw error;
    const shown = await readOwn(addressed, context).catch((failure: unknown) => {
      throw failure instanceof TargetError ? error : failure;
    });
    const done = ifDone(shown);
    if (done === null) throw error;
    return done;
  }
}

/** Whether a resource has every changed attribute as it was written. */
export function showsAll(
  shown: JsonObject,
  changes: readonly Change[],
  { echoSame }: Pick<ApplyContext, 'echoSame'>,
): boolean {
  return changes.every(({ path, after }) => {
    const there = readShown(shown, path);
    return isBlank(after) ? isBlank(there) : echoSame(path, there, after);
  });
}
