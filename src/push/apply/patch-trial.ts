/** Finds out whether a target takes PATCH, and in which form, from what it refuses and what it then takes instead. */
import type { JsonObject } from '../../json.js';
import { isHeldBack, TargetError } from '../client/target-error.js';
import { ENOUGH } from '../lessons.js';
import type { Change } from '../shape/diff.js';
import { toPatchOperations } from '../shape/patch-operations.js';
import type { ApplyContext } from './context.js';

/** The target has no PATCH; the change is to be written by PUT. */
export const REFUSED = Symbol('PATCH was refused');

/** What the PATCHes of one run have shown so far. */
export interface PatchTrial {
  /** A PATCH was taken: a later 400 is about its record, not about the form. */
  isProven: boolean;
  /** Paths of resources that had PATCH refused altogether, and that took the other form. */
  readonly refused: Set<string>;
  readonly otherwise: Set<string>;
}

export function createPatchTrial(): PatchTrial {
  return { isProven: false, refused: new Set(), otherwise: new Set() };
}

/**
 * Sends the changes as PATCH; once more in the other form when the target refuses the first as malformed.
 * @returns the resource as the answer shows it, or REFUSED when the target has no PATCH
 */
export async function tryPatch(
  context: ApplyContext,
  path: string,
  changes: readonly Change[],
): Promise<JsonObject | undefined | typeof REFUSED> {
  const { client, profile, trial } = context;
  const style = context.capabilities.patchForm ?? profile.update.style;
  try {
    const resource = await client.patch(path, toPatchOperations(changes, { ...profile.update, style }));
    trial.isProven = true;
    return resource;
  } catch (error) {
    if (isUnsupported(error)) return refuse(context, path, error);
    if (trial.isProven || !mayBeForm(error)) throw error;
    const other = style === 'one-object' ? 'op-per-path' : 'one-object';
    try {
      const resource = await client.patch(
        path,
        toPatchOperations(changes, { ...profile.update, style: other }),
      );
      trial.otherwise.add(path);
      if (trial.otherwise.size === ENOUGH) {
        const why = `PATCH is refused as ${style} and taken as ${other}`;
        context.learn({ about: 'patch-form', form: other, why });
      }
      return resource;
    } catch (second) {
      if (isHeldBack(second)) throw second;
      // Neither form: what the target said of the first one is about the record.
      throw error;
    }
  }
}

/** Counts a resource that had PATCH refused altogether; the second one is a lesson. */
export function refuse(context: ApplyContext, path: string, { status }: TargetError): typeof REFUSED {
  const { trial } = context;
  trial.refused.add(path);
  if (trial.refused.size === ENOUGH && !trial.isProven)
    context.learn({ about: 'patch', taken: false, why: `PATCH was answered ${status}` });
  return REFUSED;
}

/** 405 and 501 speak of the method, not of the record. */
export function isUnsupported(error: unknown): error is TargetError {
  return error instanceof TargetError && (error.status === 405 || error.status === 501);
}

function mayBeForm(error: unknown): boolean {
  if (!(error instanceof TargetError) || error.status !== 400) return false;
  return ['invalidSyntax', 'invalidPath', 'noTarget', undefined].includes(error.scimType);
}
