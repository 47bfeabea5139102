/** From what a client wants to what has to be done to a membership. */
import { isJsonObject, type JsonObject } from '../../json.js';
import type { MemberChange } from '../membership.js';

/** Net changes: nobody is in both lists, and everybody in them really comes or goes. */
export interface NetChanges {
  added: readonly string[];
  removed: readonly string[];
}

/** What is left of changes in a client's order, of which later ones may undo earlier ones. */
export function netChanges(changes: readonly MemberChange[], isMember: (id: string) => boolean): NetChanges {
  const wanted = new Map<string, boolean>();
  for (const { kind, value } of changes) wanted.set(value, kind === 'add');
  const moved = [...wanted].filter(([id, isWanted]) => isWanted !== isMember(id));
  return {
    added: moved.filter(([, isWanted]) => isWanted).map(([id]) => id),
    removed: moved.filter(([, isWanted]) => !isWanted).map(([id]) => id),
  };
}

/** Ids of the members that a resource lists, each once. */
export function listMembers({ members }: JsonObject): string[] {
  if (!Array.isArray(members)) return [];
  const ids = members.flatMap((member) =>
    isJsonObject(member) && typeof member.value === 'string' ? [member.value] : [],
  );
  return [...new Set(ids)];
}

/** What makes the members that a client saw those that it wants. Members that it did not see stay. */
export function compareMembers(seen: JsonObject, wanted: JsonObject): MemberChange[] {
  const [before, after] = [listMembers(seen), listMembers(wanted)];
  const staying = new Set(after);
  return [
    ...before.filter((value) => !staying.has(value)).map((value) => ({ kind: 'remove' as const, value })),
    ...after.map((value) => ({ kind: 'add' as const, value })),
  ];
}
