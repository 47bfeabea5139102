/** Who joins and leaves groups, by name: for people who read the plan. */
import type { Draft } from './draft.js';
import { linkedId } from './input.js';
import { labelOf } from './names.js';
import { isMemberOperation, type Operation } from './operation.js';

/** Ids as the operations list them (bridge ids of who joins, target ids of who leaves) → names. */
export function nameMembers(operations: readonly Operation[], draft: Draft): Record<string, string> {
  const changes = operations.filter(isMemberOperation);
  const names: Record<string, string> = {};
  for (const id of changes.flatMap((one) => (one.kind === 'change-members' ? one.add : []))) {
    names[id] ??= labelOf(draft.desired.get(id)?.resource, id);
  }
  const leaving = new Set(changes.flatMap(({ remove }) => remove));
  if (leaving.size === 0) return names;
  for (const [personId, link] of draft.input.links) {
    const targetId = linkedId(link);
    if (targetId === null || !leaving.has(targetId)) continue;
    names[targetId] = labelOf(draft.desired.get(personId)?.resource ?? link.sent, personId);
  }
  return names;
}

/** What an operation does to the members of its group. */
export function listMoves(operation: Operation): { joins: readonly string[]; leaves: readonly string[] } {
  if (!isMemberOperation(operation)) return { joins: [], leaves: [] };
  return { joins: operation.kind === 'change-members' ? operation.add : [], leaves: operation.remove };
}
