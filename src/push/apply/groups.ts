/** Operations on groups themselves; their members are written in a later phase. */
import type { JsonObject } from '../../json.js';
import { TargetError } from '../client/target-error.js';
import type { AdoptGroup, CreateGroup, GroupOperation, UpdateGroup } from '../plan/operation.js';
import { diffBodies } from '../shape/diff.js';
import { believedId, settleCreate } from './answers.js';
import { explainConflict, isConflict, takenBy } from './conflict.js';
import type { ApplyContext, OutcomeState } from './context.js';
import { findGroup, groupGone, lookTwice, mayTryAgain, type Search } from './find-again.js';
import { writeChanges } from './write.js';

export async function applyGroupOperation(
  operation: GroupOperation,
  context: ApplyContext,
): Promise<OutcomeState> {
  if (operation.kind === 'create-group') await createGroup(operation, operation.lookFirst, context);
  else await updateGroup(operation, context);
  return 'done';
}

async function createGroup(
  { subject, body }: Pick<CreateGroup, 'subject' | 'body'>,
  lookFirst: boolean,
  context: ApplyContext,
): Promise<void> {
  const endpoint = context.capabilities.groupsEndpoint;
  const interrupted = context.groupLink(subject)?.state === 'intent';
  const how = { isThorough: interrupted, isSent: false };
  if (lookFirst && (await adoptFound(subject, body, how, context))) return;
  await context.setGroupLink(subject, {
    state: 'intent',
    targetId: null,
    sent: null,
    members: [],
    at: context.now(),
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      const made = await context.client.create(endpoint, body);
      const id = believedId(made, body, (id) => context.claimGroup(id, subject));
      if (id !== null) {
        await acknowledge(subject, id, body, [], context);
        return;
      }
      const found = await adoptFound(subject, body, { isThorough: true, isSent: true }, context);
      settleCreate(made.id, found, { endpoint, subject: { kind: 'group', id: subject } }, context);
      return;
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      if (!error.mayHaveHappened) await context.setGroupLink(subject, null);
      if (!isConflict(error) && !error.mayHaveHappened) throw error;
      const isThorough = interrupted || error.mayHaveHappened;
      const look = () => adoptFound(subject, body, { isThorough, isSent: true }, context);
      if (await (error.mayHaveHappened ? lookTwice(look, context) : look())) return;
      if (isConflict(error))
        throw await explainConflict(error, { kind: 'group', body, targetId: null }, context);
      if (!mayTryAgain(error, attempt)) throw error;
    }
  }
}

async function adoptFound(
  subject: string,
  body: JsonObject,
  how: Search,
  context: ApplyContext,
): Promise<boolean> {
  const found = await findGroup(context, subject, body, how);
  if (found === undefined) return false;
  const changes = diffBodies(found.resource, body, {
    same: context.echoSame,
    removals: false,
    takes: () => true,
  });
  await writeChanges({ kind: 'group', targetId: found.targetId, body }, changes, context);
  await acknowledge(subject, found.targetId, body, [], context);
  return true;
}

async function updateGroup(operation: AdoptGroup | UpdateGroup, context: ApplyContext): Promise<void> {
  const { subject, targetId, changes, body } = operation;
  if (operation.kind === 'adopt-group' && !context.claimGroup(targetId, subject))
    throw takenBy('group', 'displayName', targetId, context);
  try {
    await writeChanges({ kind: 'group', targetId, body }, changes, context);
  } catch (error) {
    if (!(error instanceof TargetError) || error.status !== 404) throw error;
    if (context.recreates === false) throw groupGone(targetId, context);
    // The ledger died with the group: the members return with the next run's plan.
    await createGroup({ subject, body }, true, context);
    return;
  }
  const members =
    operation.kind === 'adopt-group' ? operation.members : (context.groupLink(subject)?.members ?? []);
  await acknowledge(subject, targetId, body, members, context);
}

async function acknowledge(
  subject: string,
  targetId: string,
  body: JsonObject,
  members: string[],
  context: ApplyContext,
): Promise<void> {
  const { doubts, memberTrouble } = context.groupLink(subject) ?? {};
  await context.setGroupLink(subject, {
    state: 'linked',
    targetId,
    sent: body,
    members,
    ...(doubts === undefined ? {} : { doubts }),
    ...(memberTrouble === undefined ? {} : { memberTrouble }),
    at: context.now(),
  });
}
