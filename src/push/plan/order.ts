/**
 * Cuts the operations on people into waves: an operation relies only on those of earlier waves. Managers come before
 * their reports, what is unique is freed before it is taken. A circle of managers is broken by setting one of them afterwards
 * (R16, R17).
 */
import { inOrder } from './circles.js';
import type { Draft } from './draft.js';
import type { PersonOperation, SetManager } from './operation.js';
import type { Settled } from './yielding.js';

/** Sets `wave` on the operations of the draft and returns the managers to be set afterwards. */
export function orderPeople(draft: Draft, waits: Settled['waits']): SetManager[] {
  const afterwards: SetManager[] = [];
  const byPerson = new Map(draft.people.map((operation) => [operation.subject, operation]));
  const defer = (operation: PersonOperation) => {
    if (operation.manager === null) return;
    afterwards.push({
      id: `set-manager:${operation.subject}`,
      kind: 'set-manager',
      subject: operation.subject,
      label: operation.label,
      reason: 'the manager is set once both are on the target',
      manager: operation.manager,
      changes: [],
    });
    operation.manager = null;
  };
  if (draft.input.profile.manager.pass === 'second') draft.people.forEach(defer);

  const reliesOn = (operation: PersonOperation): PersonOperation[] => {
    const manager = operation.manager === null ? undefined : byPerson.get(operation.manager.personId);
    return [...(waits.get(operation.id) ?? []), ...(manager === undefined ? [] : [manager])];
  };
  const ordered = inOrder(draft.people, reliesOn, (circle) => {
    const isByManager = (operation: PersonOperation, at: number) =>
      waits.get(operation.id)?.has(circle[(at + 1) % circle.length] as PersonOperation) !== true;
    // Nobody waits for the others in a circle, so it is one of managers somewhere.
    defer(circle.find(isByManager) as PersonOperation);
  });
  for (const operation of ordered)
    operation.wave = Math.max(0, ...reliesOn(operation).map(({ wave }) => wave + 1));
  return afterwards;
}
