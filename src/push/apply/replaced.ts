/** Accounts that were gone from the target and are made anew belong where the old ones belonged: in the same run. */
import type { ChangeMembers, MemberOperation } from '../plan/operation.js';
import type { ApplyContext } from './context.js';

/**
 * The plan's operations on members, and those that follow from accounts that got another id on the way. The dead ids leave
 * our own ledger; on the target they left with their accounts.
 */
export async function withReplaced(
  planned: readonly MemberOperation[],
  groupIds: Iterable<string>,
  context: ApplyContext,
): Promise<MemberOperation[]> {
  const operations = new Map(planned.map((operation) => [operation.subject, operation]));
  if (context.replaced.size === 0) return [...planned];
  for (const groupId of groupIds) {
    const link = context.groupLink(groupId);
    const dead = link?.members.filter((targetId) => context.replaced.has(targetId)) ?? [];
    if (link === undefined || dead.length === 0) continue;
    const gone = new Set(dead);
    const members = link.members.filter((targetId) => !gone.has(targetId));
    await context.setGroupLink(groupId, { ...link, members });
    const operation = operations.get(groupId);
    const leaving = new Set(operation?.remove);
    const back = dead
      .filter((targetId) => !leaving.has(targetId))
      .flatMap((id) => context.replaced.get(id) ?? []);
    if (operation?.kind === 'release-group' || back.length === 0) continue;
    operations.set(groupId, {
      ...(operation ?? emptyChange(groupId)),
      add: [...(operation?.add ?? []), ...back],
    });
  }
  return [...operations.values()];
}

function emptyChange(groupId: string): ChangeMembers {
  return {
    id: `change-members:${groupId}`,
    kind: 'change-members',
    subject: groupId,
    label: groupId,
    reason: 'accounts that were made anew join again',
    changes: [],
    add: [],
    remove: [],
  };
}
