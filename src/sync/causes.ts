/** What in the configuration probably brought a mass change about, for the message of the budget. */
import type { CompiledMapping } from '../mapping/compile.js';
import type { ProbableCauses } from '../push/guard/budget.js';
import type { Plan } from '../push/plan/operation.js';
import type { Books } from './target-run.js';

/**
 * @param isReconfigured scope, mapping or profile are others than those that the target was last brought to
 */
export function findCauses(
  { operations }: Pick<Plan, 'operations'>,
  { groups }: Books,
  mapping: Pick<CompiledMapping, 'groups'>,
  isReconfigured: boolean,
): ProbableCauses {
  const made: ReadonlySet<string> = new Set(mapping.groups.keys());
  const gone = operations.flatMap(({ kind, subject }) =>
    kind === 'release-group' ? (groups.get(subject)?.luccaKey?.split(':')[0] ?? []) : [],
  );
  const off = [...new Set(gone)].filter((kind) => !made.has(kind));
  const switchedOff =
    off.length === 0 ? undefined : `groups of kind ${off.join(', ')} were switched off in the mapping`;
  const changed = isReconfigured
    ? 'the scope, the mapping or the profile was changed since the last run'
    : undefined;
  const ofGroups = switchedOff ?? changed;
  return {
    ...(changed === undefined
      ? {}
      : { outOfScope: changed, userNameChanges: changed, managerChanges: changed }),
    ...(ofGroups === undefined ? {} : { membershipRemovals: ofGroups, groupDeletions: ofGroups }),
  };
}
