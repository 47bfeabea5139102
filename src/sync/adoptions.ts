/** What on a target could be somebody's account, or a unit's group, and is not taken: brought into the conflict queue (R14). */
import type { Conflict, Finding as Found } from '../identity/conflicts.js';
import { linkedId, type PlanInput } from '../push/plan/input.js';
import type { Plan } from '../push/plan/operation.js';
import type { Collection } from '../store/store.js';
import { bringUp } from './findings.js';
import { sourceOf } from './hearing.js';

export interface AdoptionOptions extends Pick<PlanInput, 'links' | 'missing'> {
  /** ISO. */
  at: string;
}

/**
 * Files what the plan of a whole target leaves out for that reason, and retires what is so no longer. Of whom Lucca does not
 * show nothing is known.
 */
export function fileAdoptions(
  conflicts: Collection<Conflict>,
  { target, skipped }: Pick<Plan, 'target' | 'skipped'>,
  { links, missing, at }: AdoptionOptions,
): Promise<void> {
  const source = sourceOf(target);
  const left = skipped.filter(({ candidates }) => candidates !== undefined);
  const owners = left.length === 0 ? new Map<string, string>() : ownersOf(links);
  const findings = left.map(({ kind, subject, code, remedy, candidates }): Found => {
    const { on, targetIds } = candidates ?? { on: 'externalId', targetIds: [] };
    const isPerson = kind === 'person';
    const people = isPerson ? [subject, ...targetIds.flatMap((id) => owners.get(id) ?? [])] : [];
    const group = isPerson ? null : subject;
    return {
      kind: 'adoption',
      source,
      sourceId: null,
      on,
      people,
      adoption: { code, group, targetIds, remedy },
    };
  });
  return bringUp(conflicts, findings, {
    at,
    isJudged: (conflict) =>
      conflict.kind === 'adoption' &&
      conflict.source === source &&
      !conflict.people.some((person) => missing.has(person)),
  });
}

function ownersOf(links: PlanInput['links']): Map<string, string> {
  return new Map([...links].map(([person, link]) => [linkedId(link) ?? '', person]));
}
