/** What becomes of drift on a target for one person, where an admin has settled whose value counts. */
import { ownerAt } from '../identity/owners.js';
import type { PersonRecord } from '../identity/person.js';
import type { DriftPolicy } from '../push/reconcile/policy.js';
import { cellOf, sourceOf } from './hearing.js';

/** The target's value is taken where the target is the owner, and ours put back where it is not. */
export function settledPolicy(
  policy: DriftPolicy,
  person: Pick<PersonRecord, 'owners'> | undefined,
  target: string,
): DriftPolicy {
  if (person?.owners === undefined) return policy;
  const ownerOf = (path: string) => ownerAt(person, cellOf(path));
  return {
    verbOf(path) {
      const owner = ownerOf(path);
      const verb = policy.verbOf(path);
      if (owner === undefined) return verb;
      if (owner === sourceOf(target)) return 'adopt';
      return verb === 'ignore' ? verb : 'overwrite';
    },
    isSso(path) {
      const owner = ownerOf(path);
      return owner === undefined ? policy.isSso(path) : owner === sourceOf(target);
    },
    isSettled: (path) => ownerOf(path) !== undefined,
  };
}
