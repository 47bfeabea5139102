/** Values on a target that somebody has to decide about, in the conflict queue: fights, and drift that the admin is asked about. */

import type { Conflict, Finding } from '../identity/conflicts.js';
import { fightOver, findFights } from '../identity/fights.js';
import type { PersonRecord } from '../identity/person.js';
import type { Collection } from '../store/store.js';
import { bringUp } from './findings.js';
import { cellOf, sourceOf } from './hearing.js';

export interface Dispute {
  kind: 'fight' | 'drift';
  /** Bridge id. */
  person: string;
  targetId: string | null;
  path: string;
}

export interface DisputeOptions {
  /** ISO. */
  at: string;
  /**
   * Given when the whole target was looked at: what is not disputed any more is retired. Tells whether a value of a person is
   * fought over on some other side of the bridge.
   */
  isFought?: (person: string, cell: string) => boolean;
}

/** Files what is disputed, each fight as the one that it is wherever it was noticed. */
export async function fileDisputes(
  conflicts: Collection<Conflict>,
  target: string,
  disputes: readonly Dispute[],
  { at, isFought }: DisputeOptions,
): Promise<void> {
  if (disputes.length === 0 && isFought === undefined) return;
  const source = sourceOf(target);
  const isJudged = (conflict: Conflict): boolean => {
    if (isFought === undefined) return false;
    if (conflict.kind === 'drift') return conflict.source === source;
    return conflict.kind === 'fight' && !conflict.people.some((person) => isFought(person, conflict.on));
  };
  const findings = disputes.map((dispute) => findingOf(dispute, source));
  await bringUp(conflicts, findings, { at, isJudged });
}

/** Whether IdPs, or writers on another target than this one, fight over a value of a person. */
export function isFoughtElsewhere(person: PersonRecord | undefined, cell: string, target: string): boolean {
  if (person === undefined) return false;
  if (findFights(person).some(({ on }) => on === cell)) return true;
  return Object.entries(person.links).some(
    ([name, { drift = {} }]) =>
      name !== target &&
      Object.entries(drift).some(([path, { verb }]) => verb === 'fight' && cellOf(path) === cell),
  );
}

function findingOf({ kind, person, targetId, path }: Dispute, source: string): Finding {
  if (kind === 'fight') return fightOver(cellOf(path), person);
  return { kind, source, sourceId: targetId, on: path, people: [person] };
}
